import Foundation
import HTTPTypes
import Testing

@testable import CasePlatform

@Suite(.timeLimit(.minutes(1)))
struct CaseRoutesTests {
    private let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    @Test func `the first report opens a case, later revisions update the same one`() async throws {
        let caller = try RouterCaller()
        let first = try await caller.report(reportBody(), key: "f-1-1")
        #expect(first.status == 201 && first.type == "application/json")
        let number = try #require(first.member("case_number"))
        #expect(number.hasPrefix("LX-20") && number.hasSuffix("-000001"))
        #expect(first.member("external_id") == "f-1" && first.member("stage") == "reported")
        let second = try await caller.report(reportBody(revision: 2), key: "f-1-2")
        #expect(second.status == 200 && second.member("case_number") == number)
        let other = try await caller.report(reportBody("f-2"), key: "f-2-1")
        #expect(other.status == 201 && other.member("case_number")?.hasSuffix("-000002") == true)
        let summary = await caller.desk.summary
        #expect(summary.cases == 2 && summary.reports == 3 && summary.externalIDs["f-1"]?.revision == 2)
    }

    @Test func `the end of the gateway's chain is kept with the report, where it is one`() async throws {
        let caller = try RouterCaller()
        let head = "12:" + hello
        func told(_ revision: Int, _ chain: String) async throws -> String? {
            let answer = try await caller.report(
                reportBody(revision: revision), key: "k-\(revision)", ["FlyOnce-Chain": chain])
            #expect(answer.status < 300)
            return await caller.desk.summary.externalIDs["f-1"]?.chain
        }
        for (index, wrong) in ["x", ":" + hello, "1:" + hello + "0", "-1:" + hello, "1:2:3"].enumerated() {
            #expect(try await told(index + 1, wrong) == nil)
        }
        #expect(try await told(10, head) == head)
        #expect(try await told(11, "") == head)
    }

    @Test func `a key repeated with the same payload gets the first answer again`() async throws {
        let caller = try RouterCaller()
        let first = try await caller.report(reportBody())
        let number = try #require(first.member("case_number"))
        _ = try await caller.desk.move(number, to: .handling, now: Date())
        let again = try await caller.report(reportBody())
        #expect(again.status == 201 && again.text == first.text)
        #expect(await caller.desk.summary.duplicates == 1)
    }

    @Test func `a key repeated with another payload is refused, and changes nothing`() async throws {
        let caller = try RouterCaller()
        _ = try await caller.report(reportBody())
        let other = try await caller.report(reportBody("f-2"))
        #expect(other.status == 422 && other.member("type") == "/problems/key-reused")
        #expect(other.type == "application/problem+json")
        #expect(await caller.desk.summary.cases == 1)
    }

    @Test func `a key being worked on is a conflict`() async throws {
        let caller = try RouterCaller()
        #expect(await caller.desk.begin("k-1"))
        #expect(try await caller.report(reportBody()).status == 409)
        await caller.desk.end("k-1")
        #expect(try await caller.report(reportBody()).status == 201)
    }

    @Test func `of two reports at once under one key one is taken and one told to wait`() async throws {
        var options = CasePlatformOptions()
        options.cruelty = Cruelty(delayMilliseconds: 100)
        let caller = try RouterCaller(options)
        let reports = (0..<2).map { _ in Task { try await caller.report(reportBody()).status } }
        var statuses: [Int] = []
        for report in reports { statuses.append(try await report.value) }
        #expect(statuses.sorted() == [201, 409])
    }

    @Test(arguments: ["", " ", "a b", "é", String(repeating: "k", count: 129)])
    func `a missing or unusable key is a bad request`(key: String) async throws {
        let caller = try RouterCaller()
        #expect(try await caller.report(reportBody(), key: key).status == 400)
        #expect(try await caller.call(.post, "/v1/reports", reportBody()).status == 400)
    }

    @Test(arguments: [
        "", "x", "[]", "{}", reportBody().replacingOccurrences(of: "\"format\":1", with: "\"format\":2"),
        reportBody("a/b"), reportBody(String(repeating: "a", count: 65)), reportBody(revision: 0),
        reportBody().replacingOccurrences(of: "\"id\":\"f-1\",\"geom", with: "\"id\":\"f-2\",\"geom"),
        reportBody(attachments: ["abc"]), reportBody(attachments: [String(repeating: "A", count: 64)]),
        reportBody(attachments: Array(repeating: String(repeating: "a", count: 64), count: 65)),
        String(repeating: "[", count: 100_000), String(reportBody().dropLast(10)),
    ]) func `a body that is no report is a bad request`(body: String) async throws {
        let caller = try RouterCaller()
        let answer = try await caller.report(body)
        #expect(answer.status == 400 && answer.type == "application/problem+json")
        #expect(await caller.desk.summary.cases == 0)
    }

    @Test func `what a report says of department and law is shown, escaped, until a newer one says otherwise`()
        async throws
    {
        let caller = try RouterCaller()
        let first = reportBody(
            jurisdiction: #"""
                {"id":"cn","track":{"zh_2016":"综合执法","zh_2021":"综合执法"},"departments":[{"zh":"<b>城管"},{"en":"Ecology"}],\#
                "codes":["06010"],"law_day":"2026-08-15","law":[{"zh":"法典","articles":["164(2)"]}],\#
                "limits":[{"step":"handle","limit":"4wh","due":null}],"unknown":["due","something else"],"more":1}
                """#)
        #expect(try await caller.report(first).status == 201)
        let page = try await caller.call(.get, "/").text
        for shown in [
            "&lt;b&gt;城管", "Ecology", "平台 track</span> 综合执法<", "06010", "2026-08-15", "法典 条 art. 164(2)",
            "handle 4wh → ?", "到期时间 due", "something else",
        ] { #expect(page.contains(shown), "\(shown): \(page)") }
        #expect(!page.contains("<b>") && !page.contains("罚则"))
        let told = try #require(await caller.desk.summary.externalIDs["f-1"])
        #expect(told.departments == ["<b>城管", "Ecology"] && told.law == ["法典"])
        #expect(try await caller.report(reportBody(revision: 2, jurisdiction: "{}"), key: "2").status == 200)
        #expect(!(try await caller.call(.get, "/").text).contains("部门"))
        #expect(try await caller.report(reportBody(revision: 3), key: "3").status == 200)
        #expect(try await caller.call(.get, "/").text.contains("revision 3"))
    }

    @Test(arguments: ["7", "[]", #"{"codes":7}"#, #"{"law":[{"articles":"49"}]}"#, #"{"departments":["d"]}"#])
    func `a jurisdiction of another form is a bad request`(text: String) async throws {
        let caller = try RouterCaller()
        let answer = try await caller.report(reportBody(jurisdiction: text))
        #expect(answer.status == 400 && answer.text.contains("jurisdiction"), "\(answer)")
    }

    @Test func `a report over 1 MiB is too large`() async throws {
        let caller = try RouterCaller()
        let answer = try await caller.report(reportBody() + String(repeating: " ", count: 1 << 20))
        #expect(answer.status == 413)
    }

    @Test func `attachments come first, by their hash, any number of times`() async throws {
        let caller = try RouterCaller()
        let early = try await caller.report(reportBody(attachments: [hello]))
        #expect(early.status == 424 && early.text.contains("\"missing\":[\"\(hello)\"]"))
        #expect(try await caller.call(.put, "/v1/attachments/\(hello)", "hallo").status == 422)
        #expect(try await caller.call(.put, "/v1/attachments/\(hello)", "hello").status == 201)
        #expect(try await caller.call(.put, "/v1/attachments/\(hello)", "hello").status == 200)
        #expect(try await caller.call(.put, "/v1/attachments/\(hello.uppercased())", "hello").status == 400)
        #expect(try await caller.report(reportBody(attachments: [hello])).status == 201)
        #expect(await caller.desk.summary.attachments == 1)
    }

    @Test func `an older revision that arrives late does not undo a newer one`() async throws {
        let caller = try RouterCaller()
        _ = try await caller.report(reportBody(revision: 2, title: "newer"), key: "f-1-2")
        #expect(try await caller.report(reportBody(revision: 1, title: "older"), key: "f-1-1").status == 200)
        let entry = try #require(await caller.desk.find(externalID: "f-1"))
        #expect(entry.revision == 2 && entry.finding.properties.title?.zh == "newer" && entry.reports == 2)
    }

    @Test func `changes are paged by a cursor, each case once, at its newest change`() async throws {
        let caller = try RouterCaller()
        for number in 1...5 { _ = try await caller.report(reportBody("f-\(number)"), key: "\(number)") }
        var seen: [String] = []
        var cursor = ""
        var more = true
        while more {
            let page = try await caller.call(.get, "/v1/cases?limit=2&changed_after=\(cursor)")
            #expect(page.status == 200)
            cursor = try #require(page.member("cursor"))
            more = page.text.contains("\"more\":true")
            seen += page.text.components(separatedBy: "\"external_id\":\"").dropFirst().map { String($0.prefix(3)) }
        }
        #expect(seen == ["f-1", "f-2", "f-3", "f-4", "f-5"])
        let numbers = await caller.desk.newest(10).map(\.number)
        _ = try await caller.desk.move(numbers[3], to: .accepted, now: Date())
        _ = try await caller.desk.move(numbers[3], to: .dispatched, now: Date())
        let page = try await caller.call(.get, "/v1/cases?changed_after=\(cursor)")
        #expect(page.text.components(separatedBy: "external_id").count == 2 && page.text.contains("dispatched"))
    }

    @Test(arguments: ["limit=0", "limit=501", "limit=x", "changed_after=1", "changed_after=a.b", "changed_after=a.-1"])
    func `a question that makes no sense is a bad request`(query: String) async throws {
        #expect(try await RouterCaller().call(.get, "/v1/cases?\(query)").status == 400)
    }

    @Test func `a cursor of another life begins at the first case`() async throws {
        let caller = try RouterCaller()
        _ = try await caller.report(reportBody())
        #expect(try await caller.call(.get, "/v1/cases?changed_after=other.900").text.contains("f-1"))
    }

    @Test func `a case is found by its number and by the finding`() async throws {
        let caller = try RouterCaller()
        let number = try #require(try await caller.report(reportBody()).member("case_number"))
        #expect(try await caller.call(.get, "/v1/cases/\(number)").member("external_id") == "f-1")
        #expect(try await caller.call(.get, "/v1/cases/nothing").status == 404)
        #expect(try await caller.call(.get, "/v1/cases?external_id=f-1").text.contains(number))
        #expect(try await caller.call(.get, "/v1/cases?external_id=f-9").text.contains("\"cases\":[]"))
    }

    @Test func `nobody gets in without the token, except to look at the page`() async throws {
        var options = CasePlatformOptions()
        options.token = "secret"
        let caller = try RouterCaller(options)
        for fields in [
            [:], ["Authorization": "Bearer wrong"], ["Authorization": "secret"], ["Authorization": "Bearer "],
        ] {
            #expect(try await caller.report(reportBody(), fields).status == 401)
            #expect(try await caller.call(.get, "/v1/cases", "", fields).status == 401)
            #expect(try await caller.call(.get, "/admin/summary", "", fields).status == 401)
        }
        #expect(try await caller.report(reportBody(), ["Authorization": "Bearer secret"]).status == 201)
        #expect(try await caller.call(.get, "/").status == 200)
    }

    @Test func `failing does nothing, dropping does everything but answer`() async throws {
        let caller = try RouterCaller()
        await caller.desk.setCruelty(Cruelty(failRate: 1))
        #expect(try await caller.report(reportBody()).status == 503)
        #expect(await caller.desk.summary.reports == 0)
        let json = ["Content-Type": "application/json"]
        #expect(try await caller.call(.post, "/admin/cruelty", #"{"drop_answers":1}"#, json).status == 200)
        _ = try await caller.report(reportBody())
        #expect(caller.drops == 1)
        #expect(await caller.desk.summary.cases == 1)
        #expect(try await caller.call(.post, "/admin/cruelty", #"{"drop_answers":1.5}"#, json).status == 400)
    }

    @Test(arguments: [
        "", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/json-seq",
    ])
    func `a body that is not said to be JSON is refused, and the answer says what to send`(type: String) async throws {
        let caller = try RouterCaller()
        let number = try #require(try await caller.report(reportBody()).member("case_number"))
        for (path, body) in [
            ("/admin/cruelty", #"{"drop_answers":1}"#), ("/admin/cases/\(number)/stage", #"{"stage":"handling"}"#),
        ] {
            let headers = type.isEmpty ? [:] : ["Content-Type": type]
            let answer = try await caller.call(.post, path, body, headers)
            #expect(answer.status == 415)
            #expect(answer.member("title")?.contains("Content-Type: application/json") == true)
            for good in ["application/json", "Application/JSON; charset=utf-8", "application/json ;charset=utf-8"] {
                #expect(try await caller.call(.post, path, body, ["Content-Type": good]).status == 200)
            }
        }
    }

    @Test func `stages are moved by hand, forward and back`() async throws {
        let caller = try RouterCaller()
        let number = try #require(try await caller.report(reportBody()).member("case_number"))
        let json = ["Content-Type": "application/json"]
        for stage in ["handling", "accepted", "rejected", "reported"] {
            let answer = try await caller.call(.post, "/admin/cases/\(number)/stage", #"{"stage":"\#(stage)"}"#, json)
            #expect(answer.status == 200 && answer.member("stage") == stage)
        }
        #expect(try await caller.call(.post, "/admin/cases/\(number)/stage", #"{"stage":"lost"}"#, json).status == 400)
        #expect(try await caller.call(.post, "/admin/cases/x/stage", #"{"stage":"handling"}"#, json).status == 404)
    }

    @Test func `the page shows a case and lets no markup through`() async throws {
        let caller = try RouterCaller()
        _ = try await caller.call(.put, "/v1/attachments/\(hello)", "hello", ["Content-Type": "image/jpeg"])
        _ = try await caller.report(reportBody(title: "<script>alert(1)</script>&\\\"'", attachments: [hello]))
        let page = try await caller.call(.get, "/")
        #expect(page.type == "text/html; charset=utf-8")
        #expect(page.text.contains("-000001") && page.text.contains("上报") && page.text.contains("CE90 7.7 m"))
        #expect(page.text.contains("29.137336, 118.415495") && page.text.contains("/attachments/\(hello)"))
        #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"))
        #expect(page.text.contains("&lt;i&gt;waste&lt;/i&gt;"))
        #expect(!page.text.contains("<script") && !page.text.contains("<i>") && !page.text.contains("http://"))
        #expect(try await caller.call(.get, "/attachments/\(hello)").text == "hello")
        #expect(try await caller.call(.get, "/attachments/..%2f..%2fetc%2fpasswd").status == 404)
    }
}
