import Curl
import Delivery
import Foundation
import Inspection
import Testing

struct FourPlatformAdapterTests {
    private static let id = finding(1).description
    private static let good = #"{"case_number":"LX-2026-000001","external_id":"\#(id)","stage":"reported"}"#

    private func adapter(
        _ transport: ScriptedTransport, _ change: (inout FourPlatformAdapter.Options) -> Void = { _ in }
    ) -> FourPlatformAdapter {
        var options = FourPlatformAdapter.Options(baseURL: "https://platform.example/flow/", token: "hidden")
        change(&options)
        return FourPlatformAdapter(
            destination: platform, options: options, transport: transport, clock: TestClock(at: 1_787_195_045))
    }

    private func answer(to response: HTTPResponse) async -> DeliveryAnswer {
        await adapter(ScriptedTransport { _, _ in response }).deliver(owed(), evidence: FolderEvidence()).answer
    }

    @Test(arguments: [200, 201]) func `takes a case number and stage`(status: Int) async {
        let answer = await answer(to: json(status, Self.good))
        #expect(answer == .delivered(CaseRecord(platform: platform, number: "LX-2026-000001", stage: .reported)))
    }

    @Test func `sends the stored feature byte for byte, under a key of finding and revision`() async throws {
        let transport = ScriptedTransport { _, _ in json(200, Self.good) }
        let owed = owed(revision: 3)
        let attempt = await adapter(transport).deliver(owed, evidence: FolderEvidence())
        let request = try #require(transport.requests.first)
        #expect(transport.requests.count == 1)
        #expect(request.url == "https://platform.example/flow/v1/reports")
        #expect(request.fields.contains(HTTPField("Idempotency-Key", "\(Self.id)-3")))
        #expect(request.fields.contains(HTTPField("Authorization", "Bearer hidden")))
        guard case .bytes(let body) = request.body else {
            Issue.record("no body")
            return
        }
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(#""finding":"# + String(decoding: owed.feature, as: UTF8.self) + ","))
        #expect(text.hasPrefix(#"{"format":1,"external_id":"\#(Self.id)","revision":3,"scene_type":"waste.exposed","#))
        #expect(attempt.bytesSent == body.count)
    }

    @Test(arguments: [
        json(200, "<html>login</html>", type: "text/html"), json(200, "<html>"), json(201, ""), json(200, "[]"),
        json(200, "null"), json(200, "{}"), json(200, #"{"case_number":"LX-1","stage":"reported"}"#),
        json(200, #"{"external_id":"\#(id)","stage":"reported"}"#),
        json(200, #"{"case_number":7,"external_id":"\#(id)","stage":"reported"}"#),
        json(200, #"{"case_number":"","external_id":"\#(id)","stage":"reported"}"#),
        json(200, #"{"case_number":"a\nb","external_id":"\#(id)","stage":"reported"}"#),
        json(200, #"{"case_number":"<b>1</b>","external_id":"\#(id)","stage":"reported"}"#),
        json(200, #"{"case_number":"\u202e1","external_id":"\#(id)","stage":"reported"}"#),
        json(
            200, #"{"case_number":"\#(String(repeating: "9", count: 65))","external_id":"\#(id)","stage":"reported"}"#),
        json(200, #"{"case_number":"LX-1","external_id":"\#(id)","stage":"lost"}"#),
        json(200, #"{"case_number":"LX-1","external_id":"\#(id)","stage":null}"#),
        json(200, #"{"case_number":"LX-1","external_id":"\#(finding(2))","stage":"reported"}"#),
        json(200, good + "x"), json(200, String(repeating: "[", count: 100_000)), json(200, "\u{1}"),
        json(202, good), json(204, ""), json(100, ""), json(999, good), json(0, ""),
        json(400, "<html>proxy</html>", type: "text/html"), json(424, "{}"), json(424, #"{"missing":"x"}"#),
        json(424, #"{"missing":[]}"#),
    ]) func `an answer that breaks the contract is never a case`(response: HTTPResponse) async {
        guard case .unusable(let reason) = await answer(to: response) else {
            Issue.record("not unusable")
            return
        }
        #expect(!reason.isEmpty && !reason.contains("hidden"))
    }

    @Test func `an answer that is too long is unusable`() async {
        let transport = ScriptedTransport { _, _ throws(CurlError) in
            throw CurlError(kind: .responseTooLarge, description: "too long")
        }
        #expect(
            await adapter(transport).deliver(owed(), evidence: FolderEvidence()).answer == .unusable(reason: "too long")
        )
    }

    @Test(arguments: [400, 410, 422]) func `the platform's own refusal is final`(status: Int) async {
        let answer = await answer(to: json(status, #"{"title":"no"}"#, type: "application/problem+json"))
        #expect(answer == .refused(reason: "HTTP \(status): no"))
    }

    @Test(arguments: [301, 302, 308, 401, 403, 404, 405, 407]) func `a wrong address or token is never given up`(
        status: Int
    ) async {
        guard case .misconfigured = await answer(to: json(status, "{}")) else {
            Issue.record("not misconfigured")
            return
        }
    }

    @Test(
        arguments: [
            (503, "120", Duration.seconds(120)), (429, "0", .zero),
            (503, "Thu, 20 Aug 2026 03:05:05 GMT", .seconds(60)),
            (503, "Thu, 20 Aug 2020 03:05:05 GMT", .zero), (503, "soon", nil), (503, "-1", nil), (500, nil, nil),
            (503, "99999999999999999999", .seconds(10_000_000)), (502, "Thu, 99 Foo 2026 03:05:05 GMT", nil),
        ] as [(Int, String?, Duration?)]) func `reads Retry-After`(status: Int, text: String?, expected: Duration?)
        async
    {
        let fields = text.map { [HTTPField("retry-after", $0)] } ?? []
        guard case .unavailable(_, let pause) = await answer(to: json(status, "", type: "text/plain", fields)) else {
            Issue.record("not unavailable")
            return
        }
        #expect(pause == expected)
    }

    @Test func `409 concerns this report only`() async {
        guard case .postponed = await answer(to: json(409, "{}")) else {
            Issue.record("not postponed")
            return
        }
    }

    @Test func `sends what the platform lacks, and reports again under the same key`() async throws {
        let evidence = FolderEvidence()
        let at = UTCTime(microseconds: 0)
        let picture = try await evidence.keep([1, 2, 3], kind: .picture, mediaType: "image/jpeg", capturedAt: at)
        let clip = try await evidence.keep([4, 5], kind: .clip, mediaType: "video/mp2t", capturedAt: at)
        let transport = ScriptedTransport { request, count in
            if request.method == .put { return json(201, "{}") }
            return count == 1
                ? json(424, #"{"missing":["\#(clip.sha256)","\#(String(repeating: "0", count: 64))"]}"#)
                : json(201, Self.good)
        }
        let attempt = await adapter(transport).deliver(owed(evidence: [picture, clip]), evidence: evidence)
        #expect(transport.requests.map(\.method) == [.post, .put, .post])
        #expect(transport.requests[1].url.hasSuffix("/v1/attachments/" + clip.sha256))
        #expect(transport.requests[1].body == .file(path: evidence.folder + "/" + clip.sha256))
        #expect(transport.requests[0].body == transport.requests[2].body)
        #expect(attempt.attachmentsSent == 1 && attempt.attachmentsOmitted == 0)
        guard case .delivered(_?) = attempt.answer else {
            Issue.record("not delivered")
            return
        }
    }

    @Test(arguments: [true, false]) func `a finding goes out without evidence that is gone or refused`(isGone: Bool)
        async throws
    {
        let evidence = FolderEvidence()
        var picture = try await evidence.keep(
            [1], kind: .picture, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0))
        if isGone { picture.sha256 = String(repeating: "a", count: 64) }
        let hash = picture.sha256
        let transport = ScriptedTransport { request, count in
            if request.method == .put { return json(422, "{}") }
            return count == 1 ? json(424, #"{"missing":["\#(hash)"]}"#) : json(201, Self.good)
        }
        let attempt = await adapter(transport).deliver(owed(evidence: [picture]), evidence: evidence)
        #expect(attempt.attachmentsOmitted == 1 && attempt.attachmentsSent == 0)
        guard case .delivered(_?) = attempt.answer, case .bytes(let body)? = transport.requests.last?.body else {
            Issue.record("not delivered")
            return
        }
        #expect(String(decoding: body, as: UTF8.self).hasSuffix(#""attachments":[]}"#))
    }

    @Test func `a platform that never has enough is left for later`() async throws {
        let evidence = FolderEvidence()
        let picture = try await evidence.keep(
            [1], kind: .picture, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0))
        let transport = ScriptedTransport { request, _ in
            request.method == .put ? json(200, "{}") : json(424, #"{"missing":["\#(picture.sha256)"]}"#)
        }
        let attempt = await adapter(transport).deliver(owed(evidence: [picture]), evidence: evidence)
        #expect(attempt.answer == .postponed(reason: "attachments are still missing"))
        #expect(transport.requests.count == 6)
    }

    @Test func `originals stay here unless the destination is entitled to them`() async throws {
        let original = EvidenceItem(
            sha256: String(repeating: "b", count: 64), kind: .picture, mediaType: "image/jpeg", bytes: 1,
            capturedAt: UTCTime(microseconds: 0), redacted: false)
        for isEntitled in [false, true] {
            let transport = ScriptedTransport { _, _ in json(201, Self.good) }
            let adapter = adapter(transport) { $0.entitledToOriginals = isEntitled }
            _ = await adapter.deliver(owed(evidence: [original, original]), evidence: FolderEvidence())
            guard case .bytes(let body)? = transport.requests.first?.body else {
                Issue.record("no body")
                return
            }
            let attachments =
                String(decoding: body, as: UTF8.self).components(separatedBy: #""kind":"picture""#).count - 1
            #expect(attachments == (isEntitled ? 1 : 0))
        }
    }

    @Test func `only pictures and clips are attached`() async throws {
        let evidence = FolderEvidence()
        var items: [EvidenceItem] = []
        for (index, kind) in EvidenceItem.Kind.allCases.enumerated() {
            items.append(
                try await evidence.keep(
                    [UInt8(index)], kind: kind, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0)))
        }
        let transport = ScriptedTransport { _, _ in json(201, Self.good) }
        _ = await adapter(transport).deliver(owed(evidence: items), evidence: evidence)
        guard case .bytes(let bytes)? = transport.requests.first?.body else {
            Issue.record("no body")
            return
        }
        let attachments = String(decoding: bytes, as: UTF8.self).components(separatedBy: #""attachments":"#).last ?? ""
        for kind in EvidenceItem.Kind.allCases {
            let isAttached = attachments.contains(#""kind":"\#(kind.rawValue)""#)
            #expect(isAttached == [.picture, .clip].contains(kind), "\(kind)")
        }
    }

    @Test func `a key known with another payload leads to the case it made`() async {
        let transport = ScriptedTransport { request, _ in
            request.method == .get
                ? json(200, #"{"cases":[\#(Self.good)],"cursor":"-","more":false}"#)
                : json(422, #"{"type":"/problems/key-reused","title":"x"}"#, type: "application/problem+json")
        }
        let attempt = await adapter(transport).deliver(owed(), evidence: FolderEvidence())
        #expect(
            attempt.answer == .delivered(CaseRecord(platform: platform, number: "LX-2026-000001", stage: .reported)))
        #expect(transport.requests.last?.url.hasSuffix("/v1/cases?external_id=\(Self.id)") == true)
    }

    @Test(arguments: [
        (CurlError.Kind.tls, "misconfigured"), (.invalidRequest, "misconfigured"), (.connect, "unavailable"),
        (.timeout, "unavailable"), (.noAnswer, "unavailable"), (.cancelled, "postponed"), (.busy, "unavailable"),
    ]) func `sorts transport errors`(kind: CurlError.Kind, expected: String) async {
        let transport = ScriptedTransport { _, _ throws(CurlError) in throw CurlError(kind: kind, description: "x") }
        let answer = await adapter(transport).deliver(owed(), evidence: FolderEvidence()).answer
        #expect("\(answer)".hasPrefix(expected))
    }

    @Test func `a stored row that is damaged is listed as dead, not sent`() async {
        let transport = ScriptedTransport { _, _ in json(201, Self.good) }
        var row = owed()
        row.feature = Array(row.feature.dropLast())
        guard case .refused = await adapter(transport).deliver(row, evidence: FolderEvidence()).answer else {
            Issue.record("not refused")
            return
        }
        #expect(transport.requests.isEmpty)
    }
}

/// What the adapter knows of cases besides the answer.
struct KnownCaseTests {
    private static let good = #"{"case_number":"LX-1","external_id":"\#(finding(1))","stage":"reported"}"#

    private func answer(_ cases: MemoryCases, attempts: Int, _ body: String = good) async -> DeliveryAnswer {
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: "https://x.example"),
            transport: ScriptedTransport { _, _ in json(200, body) }, clock: TestClock(at: 1), cases: cases)
        var row = owed()
        row.attempts = attempts
        return await adapter.deliver(row, evidence: FolderEvidence()).answer
    }

    @Test func `a number that is another finding's is never taken`() async {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "LX-1", stage: .handling), of: finding(2))
        #expect(await answer(cases, attempts: 0) == .unusable(reason: "the case number is another finding's"))
    }

    @Test func `a repeated answer does not set a case back`() async {
        let cases = MemoryCases()
        let known = CaseRecord(platform: platform, number: "LX-1", stage: .closed)
        cases.set(known, of: finding(1))
        #expect(await answer(cases, attempts: 1) == .delivered(known))
        #expect(
            await answer(cases, attempts: 0)
                == .delivered(CaseRecord(platform: platform, number: "LX-1", stage: .reported)))
    }

    @Test func `an answer that says the stage alone takes nothing back of what was told`() async {
        let cases = MemoryCases()
        var known = CaseRecord(platform: platform, number: "LX-1", stage: .reported)
        (known.flags, known.message) = ([.suspended], "等待拆除令")
        known.at = UTCTime(rfc3339: "2026-08-20T03:04:05Z")
        cases.set(known, of: finding(1))
        #expect(await answer(cases, attempts: 0) == .delivered(known))
        let told = String(Self.good.dropLast()) + #","flags":[],"at":"2026-08-21T03:04:05Z"}"#
        guard case .delivered(let record?) = await answer(cases, attempts: 0, told) else {
            Issue.record("not taken")
            return
        }
        #expect(record.flags.isEmpty && record.at == UTCTime(rfc3339: "2026-08-21T03:04:05Z"))
    }

    @Test(arguments: [
        (#""flags":["rework"]"#, [CaseRecord.Flag.rework]),
        (#""flags":["suspended","returned","suspended"]"#, [.returned, .suspended]),
        (#""flags":[]"#, []), (#""flags":null"#, []),
    ]) func `takes the flags it knows`(member: String, flags: [CaseRecord.Flag]) async {
        let body = String(Self.good.dropLast()) + "," + member + #","at":"2026-08-20T03:04:05Z","message":"再\u001b来"}"#
        guard case .delivered(let record?) = await answer(MemoryCases(), attempts: 0, body) else {
            Issue.record("not taken")
            return
        }
        #expect(
            record.orderedFlags == flags && record.at == UTCTime(rfc3339: "2026-08-20T03:04:05Z")
                && record.message == "再 来")
    }

    @Test(arguments: [#""flags":["lost"]"#, #""flags":[7]"#, #""flags":[null]"#])
    func `a flag it does not know is no case`(
        member: String
    ) async {
        let body = String(Self.good.dropLast()) + "," + member + "}"
        #expect("\(await answer(MemoryCases(), attempts: 0, body))".hasPrefix("unusable"))
    }
}
