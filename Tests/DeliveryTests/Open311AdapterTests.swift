import Curl
import Inspection
import Testing

@testable import Delivery

struct Open311AdapterTests {
    private static let mark = "[flyonce:\(finding(1))]"

    private func adapter(
        _ transport: ScriptedTransport, _ cases: MemoryCases = MemoryCases(),
        _ change: (inout Open311Adapter.Options) -> Void = { _ in }
    ) throws -> Open311Adapter {
        var options = Open311Adapter.Options(baseURL: "https://city.example/o/")
        options.services = ["waste.*": "006"]
        options.apiKey = "key"
        options.jurisdiction = "city.example"
        options.attributes = ["SEVERITY": "a&b"]
        change(&options)
        return try Open311Adapter(
            destination: platform, options: options, transport: transport, clock: TestClock(at: 1_787_195_045),
            cases: cases)
    }

    private func form(_ request: HTTPRequest?) -> [String: String] {
        guard case .bytes(let bytes)? = request?.body else { return [:] }
        return Dictionary(
            FormText.pairs(String(decoding: bytes, as: UTF8.self)), uniquingKeysWith: { first, _ in first })
    }

    @Test func `a report is a form as the specification says`() async throws {
        let transport = ScriptedTransport { _, _ in
            json(201, #"[{"service_request_id":"R-1","service_notice":"thanks"}]"#)
        }
        let item = EvidenceItem(
            sha256: String(repeating: "a", count: 64), kind: .picture, mediaType: "image/jpeg", bytes: 1,
            capturedAt: UTCTime(microseconds: 0), redacted: true)
        let adapter = try adapter(transport) { $0.link = { "https://media.example/\($0)" } }
        let answer = await adapter.deliver(owed(evidence: [item]), evidence: FolderEvidence()).answer
        #expect(
            answer == .delivered(CaseRecord(platform: platform, number: "R-1", stage: .reported, message: "thanks")))
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://city.example/o/requests.json" && request.method == .post)
        let form = form(request)
        #expect(form["api_key"] == "key" && form["jurisdiction_id"] == "city.example" && form["service_code"] == "006")
        #expect(form["lat"] == "29.137336" && form["long"] == "118.415495" && form["attribute[SEVERITY]"] == "a&b")
        #expect(form["media_url"] == "https://media.example/" + item.sha256)
        #expect(form["lon"] == nil && form["description"]?.hasSuffix(Self.mark) == true)
        #expect(form["description"]?.hasPrefix("暴露垃圾 · Exposed waste\nseverity: yellow\n") == true)
    }

    @Test(arguments: [(true, false, 2), (true, true, 0), (false, false, 0)])
    func `pictures that stay are counted, where the server may fetch any`(
        mayFetch: Bool, isEntitled: Bool, withheld: Int
    ) async throws {
        func item(_ digit: String, of original: String? = nil) -> EvidenceItem {
            EvidenceItem(
                sha256: String(repeating: digit, count: 64), kind: .picture, mediaType: "image/jpeg", bytes: 1,
                capturedAt: UTCTime(microseconds: 0), redacted: original != nil,
                original: original.map { String(repeating: $0, count: 64) })
        }
        // Of the first there is a redacted one; of the others there is none.
        let evidence = [item("a"), item("b", of: "a"), item("c"), item("d")]
        let transport = ScriptedTransport { _, _ in json(200, #"[{"service_request_id":"R-1"}]"#) }
        let cases = MemoryCases()
        let adapter = try adapter(transport, cases) { options in
            if mayFetch { options.link = { "https://media.example/\($0)" } }
            options.entitledToOriginals = isEntitled
            options.sendsUpdates = true
        }
        let first = await adapter.deliver(owed(evidence: evidence), evidence: FolderEvidence())
        #expect(first.attachmentsWithheld == withheld)
        let link = form(transport.requests.last)["media_url"]
        #expect(link?.last == (mayFetch ? (isEntitled ? "d" : "b") : nil))
    }

    @Test(arguments: [
        (200, #"[{"token":"t 1"}]"#, "delivered"), (200, #"[{"service_request_id":77}]"#, "delivered"),
        (200, "[]", "unusable"),
        (200, #"{"service_request_id":"1"}"#, "unusable"), (200, #"[{"service_request_id":null}]"#, "unusable"),
        (200, #"[{"service_request_id":"<b>"}]"#, "unusable"),
        (200, #"[{"service_request_id":"1"},{"service_request_id":"2"}]"#, "unusable"),
        (200, #"[{"service_request_id":"token:1"}]"#, "unusable"), (200, "<html>", "unusable"), (200, "", "unusable"),
        (400, #"[{"code":400,"description":"no place"}]"#, "refused"), (403, "[]", "misconfigured"),
        (404, "[]", "misconfigured"),
        (500, "", "unavailable"), (503, "", "unavailable"), (302, "", "misconfigured"),
    ]) func `an answer is a request's id, a token, or none`(status: Int, body: String, expected: String) async throws {
        let answer = try await adapter(ScriptedTransport { _, _ in json(status, body) })
            .deliver(owed(), evidence: FolderEvidence()).answer
        #expect("\(answer)".hasPrefix(expected), "\(answer)")
    }

    @Test func `a refusal of something in between is none of the server's`() async throws {
        let answer = try await adapter(ScriptedTransport { _, _ in json(400, "<html>", type: "text/html") })
            .deliver(owed(), evidence: FolderEvidence()).answer
        #expect("\(answer)".hasPrefix("unusable"))
    }

    @Test func `a finding without a service or a place is refused`() async throws {
        let transport = ScriptedTransport { _, _ in json(200, "[]") }
        let other = try adapter(transport) { $0.services = ["fire.*": "1"] }
        #expect(
            "\(await other.deliver(owed(), evidence: FolderEvidence()).answer)".contains("no service for waste.exposed")
        )
        var row = owed()
        row.feature = Array(#"{"geometry":null,"properties":{"scene_type":"waste.x"}}"#.utf8)
        #expect(
            "\(try await adapter(transport).deliver(row, evidence: FolderEvidence()).answer)".contains("no position"))
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [(1, 1), (2, 0)]) func `before a repetition our own is looked for`(revision: Int, attempts: Int)
        async throws
    {
        let transport = ScriptedTransport { _, _ in
            json(
                200,
                #"[{"service_request_id":"X","description":"another"},{"service_request_id":"R-7","status":"open","description":"a \#(Self.mark)"}]"#
            )
        }
        var row = owed(revision: revision)
        row.attempts = attempts
        guard
            case .delivered(let record?) = try await adapter(transport).deliver(row, evidence: FolderEvidence()).answer
        else {
            Issue.record("not found")
            return
        }
        #expect(record.number == "R-7" && record.stage == .accepted)
        #expect(transport.requests.map(\.method) == [.get])
        let url = transport.requests[0].url
        #expect(url.contains("jurisdiction_id=city.example") && url.contains("service_code=006"))
        #expect(url.contains("start_date=2026-05-22T") && url.contains("end_date=2026-08-20T04%3A04%3A05Z"))
    }

    /// A server cuts its lists: a full one says nothing of what was cut.
    @Test func `a full list is asked for again in halves`() async throws {
        let transport = ScriptedTransport { request, count in
            guard request.method == .get else { return json(201, #"[{"service_request_id":"N"}]"#) }
            let rows = count <= 3 ? #"[{"service_request_id":"1"},{"service_request_id":"2"}]"# : "[]"
            return json(200, rows)
        }
        var row = owed()
        row.attempts = 1
        let adapter = try adapter(transport) { $0.listLimit = 2 }
        guard case .delivered(_?) = await adapter.deliver(row, evidence: FolderEvidence()).answer else {
            Issue.record("not delivered")
            return
        }
        let gets = transport.requests.filter { $0.method == .get }
        #expect(gets.count == 7 && Set(gets.map(\.url)).count == 7)
        #expect(transport.requests.last?.method == .post)
    }

    @Test func `a list that is always full is given up until later, and nothing is sent`() async throws {
        let transport = ScriptedTransport { _, _ in json(200, #"[{"service_request_id":"1"}]"#) }
        var row = owed()
        row.attempts = 1
        let adapter = try adapter(transport) { $0.listLimit = 1 }
        #expect("\(await adapter.deliver(row, evidence: FolderEvidence()).answer)".hasPrefix("postponed"))
        #expect(
            transport.requests.count <= Open311Adapter.maximumLists
                && transport.requests.allSatisfy { $0.method == .get })
    }

    @Test func `what the server has is not sent again; an extension tells it the change`() async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "R-1", stage: .accepted), of: finding(1))
        let transport = ScriptedTransport { _, _ in json(200, "[]") }
        #expect(
            try await adapter(transport, cases).deliver(owed(revision: 2), evidence: FolderEvidence()).answer
                == .delivered(nil))
        #expect(transport.requests.isEmpty)
        let updating = try adapter(transport, cases) { $0.sendsUpdates = true }
        #expect(await updating.deliver(owed(revision: 2), evidence: FolderEvidence()).answer == .delivered(nil))
        let form = form(transport.requests.first)
        #expect(form["update_id"] == "\(finding(1))-2" && form["service_request_id"] == "R-1")
        #expect(transport.requests.first?.url.hasSuffix("/servicerequestupdates.json") == true)
    }

    @Test func `a token becomes a number, and an open request a closed one`() async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "token:t/1", stage: .reported), of: finding(1))
        cases.set(CaseRecord(platform: platform, number: "R-2", stage: .accepted), of: finding(2))
        cases.set(CaseRecord(platform: platform, number: "R-3", stage: .accepted), of: finding(3))
        let transport = ScriptedTransport { request, _ in
            if request.url.contains("/tokens/t%2F1.json") {
                return json(200, #"[{"service_request_id":"R-9","token":"t/1"}]"#)
            }
            if request.url.contains("/requests/R-2.json") {
                return json(
                    200,
                    #"[{"service_request_id":"R-2","status":"CLOSED","status_notes":"done","updated_datetime":"2026-08-21T00:00:00+08:00"}]"#
                )
            }
            return json(404, "[]")
        }
        let page = try await adapter(transport, cases).stageChanges(after: nil, limit: 10)
        #expect(page.unusable == 1 && CaseTurn(page.cursor).open.isEmpty)
        let records = Dictionary(page.changes.map { ($0.finding, $0.record) }, uniquingKeysWith: { first, _ in first })
        #expect(records[finding(1)] == CaseRecord(platform: platform, number: "R-9", stage: .reported))
        #expect(
            records[finding(2)]
                == CaseRecord(
                    platform: platform, number: "R-2", stage: .closed, at: UTCTime(rfc3339: "2026-08-20T16:00:00Z"),
                    message: "done"))
    }

    @Test(arguments: [
        "[]", #"[{"token":"t"}]"#, #"[{"token":"t","service_request_id":null}]"#,
        #"[{"token":"t","service_request_id":""}]"#,
    ]) func `a token without a number waits`(body: String) async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "token:t", stage: .reported), of: finding(1))
        let page = try await adapter(ScriptedTransport { _, _ in json(200, body) }, cases).stageChanges(
            after: nil, limit: 10)
        #expect(page.changes.isEmpty && page.unusable == 0)
    }

    @Test(arguments: [
        #"[{"token":"other","service_request_id":"R"}]"#, "{}", "<html>",
        #"[{"token":"t","service_request_id":"<b>"}]"#,
    ]) func `a token's answer that cannot be meant is counted`(body: String) async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "token:t", stage: .reported), of: finding(1))
        let page = try await adapter(ScriptedTransport { _, _ in json(200, body) }, cases).stageChanges(
            after: nil, limit: 10)
        #expect(page.changes.isEmpty && page.unusable == 1)
    }

    @Test(arguments: [
        #"[{"service_request_id":"R-8","status":"open"}]"#, #"[{"service_request_id":"R-1","status":"lost"}]"#, "[]",
        "7",
    ])
    func `a state that is not the case's changes nothing`(body: String) async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "R-1", stage: .accepted), of: finding(1))
        let page = try await adapter(ScriptedTransport { _, _ in json(200, body) }, cases).stageChanges(
            after: nil, limit: 10)
        #expect(page.changes.isEmpty && page.unusable == 1)
    }

    @Test func `an outage is an error of the poll, not of the case`() async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "R-1", stage: .accepted), of: finding(1))
        let adapter = try adapter(ScriptedTransport { _, _ in json(503, "") }, cases)
        let error = await #expect(throws: DeliveryError.self) { try await adapter.stageChanges(after: nil, limit: 10) }
        #expect(error?.kind == .unreachable)
    }
}
