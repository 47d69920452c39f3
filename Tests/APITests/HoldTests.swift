import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct HoldTests {
    private func path(_ number: Int) -> String { "/v1/findings/\(Finding.numbered(number).id)/hold" }

    private func hold(_ answer: Answer) -> [String: Any]? { answer.properties["hold"] as? [String: Any] }

    @Test func `a hold says who and why, stays as it is when it is set again, and says who released it`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let set = try await gateway.call(.put, path(1), token: TestGateway.officer, body: #"{"why":" 行政复议 17 "}"#)
        #expect(set.status == 200 && set.properties["revision"] as? Int == 2)
        #expect(hold(set)?["by"] as? String == "officer" && hold(set)?["why"] as? String == "行政复议 17")
        #expect(hold(set)?["released_by"] == nil)
        let again = try await gateway.call(.put, path(1), token: TestGateway.officer, body: #"{"why":"other"}"#)
        #expect(again.text == set.text)
        let held = try await gateway.call(.get, "/v1/holds")
        #expect((held.object["features"] as? [Any])?.count == 1 && held.object["more"] as? Bool == false)
        let released = try await gateway.call(.delete, path(1), token: TestGateway.officer)
        #expect(released.status == 200 && hold(released)?["released_by"] as? String == "officer")
        #expect(try await gateway.call(.delete, path(1), token: TestGateway.officer).text == released.text)
        #expect(try await (gateway.call(.get, "/v1/holds").object["features"] as? [Any])?.isEmpty == true)
        #expect(gateway.log.all.filter { $0.contains("legal hold") }.count == 2)
    }

    @Test func `holds are listed page by page`() async throws {
        let gateway = try TestGateway()
        for number in 1...3 {
            _ = try await gateway.commit(number)
            _ = try await gateway.call(.put, path(number), token: TestGateway.officer, body: #"{"why":"x"}"#)
        }
        var seen: [String] = []
        var after = ""
        while true {
            let page = try await gateway.call(.get, "/v1/holds?limit=2" + after).object
            let ids = (page["features"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            seen += ids
            guard page["more"] as? Bool == true, let last = ids.last else { break }
            after = "&after=\(last)"
        }
        #expect(seen == (1...3).map { Finding.numbered($0).id.description }.sorted())
        #expect(try await gateway.call(.get, "/v1/holds?after=x").code == "bad_id")
    }

    @Test(arguments: [
        ("", "bad_hold"), ("{}", "bad_hold"), (#"{"why":7}"#, "bad_hold"), (#"{"why":"  "}"#, "why_missing"),
        (#"{"why":""# + String(repeating: "x", count: 2001) + #""}"#, "why_too_long"),
    ])
    func `a hold without a reason is refused`(_ body: String, _ code: String) async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.put, path(1), token: TestGateway.officer, body: body)
        #expect(answer.status == 400 && answer.code == code)
        #expect(try await gateway.store.finding(Finding.numbered(1).id)?.revision == 1)
    }

    @Test func `who may only read holds and releases nothing, and nobody what is not there`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        #expect(try await gateway.call(.put, path(1), body: #"{"why":"x"}"#).code == "may_not_decide")
        #expect(try await gateway.call(.delete, path(1)).code == "may_not_decide")
        #expect(try await gateway.call(.put, path(2), token: TestGateway.officer, body: #"{"why":"x"}"#).status == 404)
        #expect(try await gateway.call(.delete, path(2), token: TestGateway.officer).status == 404)
        #expect(try await gateway.call(.delete, "/v1/findings/x/hold", token: TestGateway.officer).code == "bad_id")
    }

    @Test func `of a file that was taken away it is said when and why`() async throws {
        let gateway = try TestGateway()
        let answer = try await gateway.call(.get, "/v1/evidence/\(TestGateway.removed)")
        #expect(answer.status == 410 && answer.code == "evidence_removed")
        #expect(answer.text.contains("quota") && answer.text.contains("2026-08-20T02:00:00"))
    }

    @Test func `the metrics say how the disk stands`() async throws {
        let text = try await TestGateway().call(.get, "/metrics").text
        #expect(text.contains("flyonce_disk_level 2\n") && text.contains("flyonce_disk_free_bytes 500\n"))
        #expect(text.contains(#"flyonce_evidence_bytes{class="clips"} 70"#))
        #expect(text.contains(#"flyonce_evidence_quota_bytes{class="clips"} 80"#))
        #expect(!text.contains(#"flyonce_evidence_bytes{class="metadata"}"#))
    }
}
