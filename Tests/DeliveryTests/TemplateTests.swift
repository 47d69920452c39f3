import Curl
import Foundation
import Inspection
import LocatedYAML
import Testing

@testable import Delivery

struct TemplateTests {
    private static let head = """
        format: 1
        name: t
        settings: [code]
        tables: {kinds: {waste.exposed: "1", "waste.*": "2", "*": "9"}}
        requests:
          report:
            path: /r
            json:

        """
    private static let tail = """
        answer:
          code: code
          success: ["0"]
          known: ["1"]
          wait: ["2"]
          misconfigured: ["3"]
          refused: ["4"]
          number: data.no
          stage: data.stage
          external_id: data.id
        stages: {受理: accepted, 退回: {stage: accepted, flags: [returned]}, 挂账: {stage: handling, flags: [suspended]}}

        """

    static func template(_ body: String, _ more: String = "") throws -> CaseTemplate {
        try CaseTemplate(YAMLDocument(head + body + "\n" + tail + more, file: "t.yaml"))
    }

    private static func data(_ change: (inout OwedDelivery) -> Void = { _ in }) throws -> TemplateData {
        var row = owed()
        change(&row)
        let context = TemplateContext(
            owed: row, template: try template("      a: 1"), settings: ["code": "x"], page: nil, competence: nil,
            known: nil)
        return try #require(context.data())
    }

    @Test(arguments: [
        ("${finding.properties.scene_type}", #""waste.exposed""#), ("${finding.properties.sightings}", "3"),
        ("${finding.properties.scene_type | map(kinds)}", #""1""#), ("n ${finding.properties.sightings}!", #""n 3!""#),
        ("${finding.properties.verdicts}", "null"),
        ("${finding.properties.location.area | default('none')}", #""none""#),
        ("${finding.properties.title.en | upper | truncate(3)}", #""EXP""#), ("${setting.code}", #""x""#),
        ("${finding.properties.title.en | lower}", #""exposed waste""#), ("${delivery.is_new}", "true"),
        ("${finding.properties.sightings | text}", #""3""#), ("${finding.properties.confidence | number(1)}", "0.9"),
        ("${finding.properties.confidence | fixed(4)}", #""0.8700""#),
        ("${finding.properties.confidence | fixed(0)}", #""1""#),
        ("${finding.properties.first_seen | date('yyyyMMddHHmmssSSS', '+08:00')}", #""20260820110405120""#),
        ("${finding.properties.first_seen | date('unix')}", #""1787195045""#),
        ("${finding.properties.first_seen | date('unix_ms')}", #""1787195045120""#),
        ("${finding.properties.first_seen | date('rfc3339', '-03:30')}", #""2026-08-19T23:34:05-03:30""#),
        ("${finding.geometry.coordinates.0}", "118.415495"),
        ("${finding.geometry.coordinates | join(';')}", #""118.415495;29.137336;121.4""#),
        ("${finding.geometry.coordinates | first}", "118.415495"),
        ("${finding.properties.rule.reasons | pluck('condition') | first}", #""object.label == \"waste\"""#),
        ("$5 and {x}", #""$5 and {x}""#), ("true", "true"), ("012", #""012""#), ("12", "12"), ("1e3", "1000"),
    ]) func `a value is what its text says`(text: String, expected: String) throws {
        let template = try Self.template(
            "      a: \(text.contains("$") ? "'" + text.replacingOccurrences(of: "'", with: "''") + "'" : text)")
        let request = try template.report.request(base: "https://x.example", Self.data())
        guard case .bytes(let body) = request.body else {
            Issue.record("no body")
            return
        }
        #expect(String(decoding: body, as: UTF8.self) == #"{"a":\#(expected)}"#)
    }

    @Test func `the finding as a whole is the stored bytes, and a member without a value may be left out`() throws {
        let template = try Self.template(
            "      whole: '${finding}'\n      grid: '${finding.properties.location.grid | omit}'\n      n: ~\n      list: [1, '${finding.id}', {b: 2}]"
        )
        guard case .bytes(let body) = try template.report.request(base: "", Self.data()).body else { return }
        let feature = String(decoding: owed().feature, as: UTF8.self)
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"whole":\#(feature),"n":null,"list":[1,"\#(finding(1))",{"b":2}]}"#)
    }

    @Test func `a finding without what is required is refused with the name of it`() throws {
        let template = try Self.template("      a: '${finding.properties.location.grid | required}'")
        let error = #expect(throws: TemplateRefusal.self) { try template.report.request(base: "", Self.data()) }
        #expect(error?.reason == "finding.properties.location.grid is missing")
    }

    @Test(arguments: [
        ("      a: ${finding.propertys.x}", "9:12", "there is no finding.propertys"),
        ("      a: 'x ${finding.id | uper}'", "9:28", "there is no filter uper"),
        ("      a: ${finding.id", "9:22", "“}” or “|” is wanted here"),
        ("      a: ${}", "9:12", "a name such as finding.id is wanted here"),
        ("      a: ${setting.other}", "9:12", "there is no setting.other"),
        ("      a: ${finding.id | map(none)}", "9:12", "there is no table none"),
        ("      a: ${finding.id | date('yyyy-QQ')}", "9:25", "the filter date is not used so"),
        (
            "      a: ${finding.geometry.coordinates.x}", "9:12",
            "finding.geometry.coordinates.x is an element of a list"
        ),
        ("      a: ${finding.id.x}", "9:12", "there is nothing in finding.id"),
        ("      a: {$each: finding.id, $as: x, $value: 1}", "9:11", "finding.id is no list"),
        ("      a: {$loop: x}", "9:11", "is none of the special values"),
        ("      a: ${secret}", "9:12", "there is no secret"),
        ("      a: ${finding.id | truncate(x)}", "9:25", "the filter truncate is not used so"),
    ]) func `what cannot be meant is refused at its place`(body: String, place: String, message: String) throws {
        let error = #expect(throws: YAMLError.self) { try Self.template(body) }
        let text = error?.description ?? ""
        #expect(text.contains(message), "\(text)")
        #expect(text.contains("t.yaml:\(place):"), "\(text)")
    }

    @Test(arguments: [
        ("name: t\n", "format"), ("format: 1\n", "name"), ("format: 2\nname: t\n", "format"),
        ("format: 1\nname: t\n", "requests.report"),
        ("format: 1\nname: t\nzone: east\nrequests: {report: {path: /x}}\n", "zone"),
        ("format: 1\nname: t\nunknown: 1\nrequests: {report: {path: /x}}\n", "unknown"),
        ("format: 1\nname: t\nrequests: {report: {path: /x, json: 1, form: {a: 1}}}\n", "requests.report.form"),
        ("format: 1\nname: t\nrequests: {report: {}}\n", "requests.report.path"),
        ("format: 1\nname: t\nrequests: {report: {path: /x}}\nanswer: {code: c}\n", "answer.success"),
        ("format: 1\nname: t\nrequests: {report: {path: /x}}\nanswer: {code: c, success: ['0'], stage: s}\n", "stages"),
        ("format: 1\nname: t\nrequests: {report: {path: /x}}\nstages: {x: lost}\n", "stages.x"),
        (
            "format: 1\nname: t\nrequests: {report: {path: /x}}\nstages: {x: {stage: closed, flags: [lost]}}\n",
            "stages.x.flags[0]"
        ),
        ("format: 1\nname: t\nattachments: {send: upload}\nrequests: {report: {path: /x}}\n", "requests"),
        ("format: 1\nname: t\nrequests: {report: {path: /x}}\n", "made twice"),
        ("format: 1\nname: t\nrequests: {report: {path: /x}}\nanswer: {number: n}\n", "made twice"),
        (
            "format: 1\nname: t\nrequests: {report: {path: /x}}\nanswer: {statuses: {409: known}}\n",
            "made twice"
        ),
        ("format: 1\nname: t\nrequests: {report: {path: /x}, find: {path: /f}}\n", "where the number stands"),
        (
            "format: 1\nname: t\nrequests: {report: {path: /x}, find: {path: /f}}\nfound: {number: n, absent: [200]}\n",
            "found.absent[0]"
        ),
        (
            "format: 1\nname: t\nrequests: {report: {path: /x}}\npoll: {by: cursor, request: {path: /p}, stage: s}\nstages: {a: closed}\n",
            "poll.cursor"
        ),
    ]) func `a template that lacks something says what`(text: String, path: String) throws {
        let error = #expect(throws: YAMLError.self) { try CaseTemplate(YAMLDocument(text, file: "t")) }
        #expect(error?.description.contains(path) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        (200, #"{"code":0,"data":{"no":"A-1","stage":"受理","id":"ID"}}"#, "delivered accepted"),
        (200, #"{"code":"0","data":{"no":77,"stage":"退回"}}"#, "delivered accepted returned"),
        (200, #"{"code":0,"data":{"no":"A-1"}}"#, "delivered reported"),
        (200, #"{"code":0,"data":{"no":"A-1","stage":"翻案"}}"#, "unusable"), (200, #"{"code":0,"data":{}}"#, "unusable"),
        (200, #"{"code":0,"data":{"no":"<b>","stage":"受理"}}"#, "unusable"),
        (200, #"{"code":0,"data":{"no":{"x":1}}}"#, "unusable"),
        (200, #"{"code":0,"data":{"no":"token:x"}}"#, "unusable"),
        (200, #"{"code":0,"data":{"no":99999999999999999999}}"#, "unusable"),
        (200, #"{"code":0,"data":{"no":"A-1","id":"other"}}"#, "unusable"),
        (200, #"{"code":1,"data":{"no":"A-1"}}"#, "delivered reported"),
        (200, #"{"code":1}"#, "delivered"), (200, #"{"code":2,"msg":"x"}"#, "postponed"),
        (200, #"{"code":3}"#, "misconfigured"),
        (200, #"{"code":4}"#, "refused"), (200, #"{"code":500}"#, "unavailable"), (200, #"{"code":null}"#, "unusable"),
        (200, "<html>", "unusable"), (200, "", "unusable"), (200, "[]", "unusable"), (500, "{}", "unavailable"),
        (401, "{}", "misconfigured"), (400, #"{"code":4}"#, "refused"),
        (400, #"{"code":1,"data":{"no":"A-1"}}"#, "delivered reported"),
        (400, "<html>", "unusable"), (302, "", "misconfigured"), (409, "{}", "postponed"),
    ]) func `an answer means what the template says`(status: Int, body: String, expected: String) async throws {
        let text = body.replacingOccurrences(of: "\"ID\"", with: "\"\(finding(1))\"")
        let adapter = try adapter(ScriptedTransport { _, _ in json(status, text) })
        let answer = await adapter.deliver(owed(), evidence: FolderEvidence()).answer
        var found = "\(answer)".split(separator: "(").first.map(String.init) ?? ""
        if case .delivered(let record?) = answer {
            found += " " + ([record.stage.rawValue] + record.orderedFlags.map(\.rawValue)).joined(separator: " ")
        }
        #expect(found == expected, "\(answer)")
    }

    private func adapter(
        _ transport: ScriptedTransport, _ more: String = "", cases: MemoryCases = MemoryCases()
    ) throws -> TemplateAdapter {
        var options = TemplateAdapter.Options(baseURL: "https://x.example")
        options.settings = ["code": "x"]
        let find = "  find: {method: GET, path: /find, query: {id: '${finding.id}'}}\n"
        let body = "      a: '${finding.id}'\n" + (more.contains("found:") ? find : "")
        return try TemplateAdapter(
            destination: platform, template: Self.template(body, more), options: options, transport: transport,
            clock: TestClock(at: 1), cases: cases)
    }

    private static let found = "found: {list: rows, external_id: id, number: no, stage: stage}\n"

    @Test(arguments: [(1, 0, false), (1, 1, true), (2, 0, true)])
    func `before a report that may have been taken the gateway is asked`(revision: Int, attempts: Int, isAsked: Bool)
        async throws
    {
        let transport = ScriptedTransport { request, _ in
            request.method == .get
                ? json(
                    200, #"{"code":0,"rows":[{"id":"other","no":"B"},{"id":"\#(finding(1))","no":"A-9","stage":"挂账"}]}"#
                )
                : json(200, #"{"code":0,"data":{"no":"A-9"}}"#)
        }
        var row = owed(revision: revision)
        row.attempts = attempts
        let adapter = try adapter(transport, Self.found)
        guard case .delivered(let record?) = await adapter.deliver(row, evidence: FolderEvidence()).answer else {
            Issue.record("not delivered")
            return
        }
        #expect(record.number == "A-9")
        #expect(transport.requests.map(\.method) == (isAsked ? [.get, .post] : [.post]))
    }

    @Test func `a number that is another finding's is never taken`() async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "A-1", stage: .accepted), of: finding(2))
        let adapter = try adapter(
            ScriptedTransport { _, _ in json(200, #"{"code":0,"data":{"no":"A-1"}}"#) }, cases: cases)
        #expect(
            await adapter.deliver(owed(), evidence: FolderEvidence()).answer
                == .unusable(reason: "the case number is another finding's"))
    }

    @Test func `a page of changes is read entry by entry`() async throws {
        let poll = """
            poll:
              request: {method: GET, path: /p, query: {since: '${poll.cursor}', n: '${poll.limit}'}}
              list: rows
              external_id: id
              number: no
              stage: s
              message: m
              at: t
              at_format: yyyy-MM-dd HH:mm:ss
              cursor: next
              more: more

            """
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "A-2", stage: .accepted), of: finding(2))
        let rows = """
            {"code":0,"next":"c2","more":true,"rows":[{"id":"\(finding(1))","no":"A-1","s":"退回","m":"不属\\u202e于","t":"2026-08-20 11:04:05"},
            {"no":"A-2","s":"受理"},{"no":"A-3","s":"受理"},{"id":"\(finding(3))","no":"A-4","s":"?"},7]}
            """
        let transport = ScriptedTransport { _, _ in json(200, rows) }
        let adapter = try adapter(transport, poll + "zone: '+08:00'\n", cases: cases)
        let page = try await adapter.stageChanges(after: "c 1", limit: 9)
        #expect(transport.requests.first?.url == "https://x.example/p?since=c%201&n=9")
        #expect(page.cursor == "c2" && page.more && page.unusable == 3)
        #expect(page.changes.map(\.finding) == [finding(1), finding(2)])
        let first = try #require(page.changes.first?.record)
        #expect(first.stage == .accepted && first.flags == [.returned] && first.message == "不属 于")
        #expect(first.at == UTCTime(rfc3339: "2026-08-20T03:04:05Z"))
    }

    @Test(arguments: [#"{"code":0}"#, #"{"code":0,"rows":7}"#, "<html>", #"{"code":0,"rows":[1]}"#, #"{"code":9}"#, ""])
    func `a page that breaks the template is an error`(body: String) async throws {
        let poll = "poll: {request: {method: GET, path: /p}, list: rows, number: no, stage: s, cursor: next}\n"
        let adapter = try adapter(ScriptedTransport { _, _ in json(200, body) }, poll)
        await #expect(throws: DeliveryError.self) { try await adapter.stageChanges(after: nil, limit: 10) }
    }

    @Test func `open cases are asked for in turn`() async throws {
        let cases = MemoryCases()
        for number in 1...5 {
            cases.set(
                CaseRecord(
                    platform: platform, number: "A-\(number)", stage: number == 3 ? .closed : .accepted,
                    at: UTCTime(microseconds: 0)),
                of: finding(UInt64(number)))
        }
        let poll =
            "poll: {by: number, request: {method: GET, path: '/case/${case.number}'}, list: d, number: no, stage: s}\n"
        let transport = ScriptedTransport { request, _ in
            let number = request.url.split(separator: "/").last ?? ""
            return json(200, #"{"code":0,"d":{"no":"\#(number == "A-4" ? "A-1" : number)","s":"挂账"}}"#)
        }
        let adapter = try adapter(transport, poll, cases: cases)
        var cursor: String?
        var seen: [String] = []
        var unusable = 0
        for _ in 0..<4 {
            let page = try await adapter.stageChanges(after: cursor, limit: 2)
            cursor = page.cursor
            unusable += page.unusable
            seen += page.changes.map(\.record.number)
            #expect(!page.more)
        }
        #expect(transport.requests.count == 6)
        #expect(seen == ["A-1", "A-2", "A-5", "A-1", "A-2"] && unusable == 1)
    }

    @Test func `places are told in each datum`() throws {
        let template = try Self.template(
            "      a: ['${place.wgs84.longitude}', '${place.cgcs2000.latitude}', '${place.gcj02.text}', '${place.bd09.datum}', '${place.datum}']"
        )
        guard case .bytes(let body) = try template.report.request(base: "", Self.data()).body else { return }
        let text = String(decoding: body, as: UTF8.self)
        #expect(
            text.hasPrefix(#"{"a":[118.415495,29.137336,"118.42"#) && text.hasSuffix(#","bd09","wgs84"]}"#), "\(text)")
    }
}
