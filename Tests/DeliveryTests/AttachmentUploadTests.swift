import CasePlatform
import Curl
import Foundation
import Inspection
import Synchronization
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(2)))
struct AttachmentUploadTests {
    private let clip = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }

    /// A platform that keeps what arrives, and may cut every piece off after some bytes.
    private final class Shelf: Sendable {
        struct State {
            var bytes: [UInt8] = []
            var cuts = 0
            var answered = 0
        }

        let state = Mutex(State())
        let total: Int
        let perConnection: Int

        init(total: Int, perConnection: Int = .max) {
            self.total = total
            self.perConnection = perConnection
        }

        func answer(_ request: HTTPRequest) throws(CurlError) -> HTTPResponse {
            let offset = state.withLock { $0.bytes.count }
            if request.method == .head { return progress(204, offset) }
            guard case .part(let path, let start, let count) = request.body,
                let data = FileManager.default.contents(atPath: path)
            else { return HTTPResponse(status: 500) }
            guard start == offset else { return progress(409, offset) }
            let arriving = min(count, perConnection)
            state.withLock { $0.bytes += data[start..<(start + arriving)] }
            guard arriving == count else {
                state.withLock { $0.cuts += 1 }
                throw CurlError(kind: .send, description: "cut off")
            }
            return progress(start + count == total ? 201 : 200, start + count)
        }

        private func progress(_ status: Int, _ offset: Int) -> HTTPResponse {
            HTTPResponse(
                status: status,
                fields: [
                    HTTPField("Upload-Offset", String(offset)),
                    HTTPField("Upload-Complete", offset == total ? "?1" : "?0"),
                ])
        }
    }

    private func upload(
        _ item: EvidenceItem, _ evidence: FolderEvidence, _ transport: any HTTPTransport,
        clock: any Clock = TestClock(),
        _ change: (inout AttachmentUpload.Options) -> Void = { _ in }
    ) async -> (outcome: AttachmentUpload.Outcome, sent: Int) {
        var options = AttachmentUpload.Options()
        options.pause = .milliseconds(1)
        change(&options)
        var upload = AttachmentUpload(
            url: "https://platform.example/v1/attachments/\(item.sha256)", item: item,
            path: await evidence.path(of: item.sha256) ?? "/gone", transport: transport, clock: clock, options: options,
            isThere: { await evidence.path(of: item.sha256) != nil }, request: { HTTPRequest($0, $1) })
        let outcome = await upload.run()
        return (outcome, upload.bytesSent)
    }

    private func kept(_ evidence: FolderEvidence) async throws -> EvidenceItem {
        try await evidence.keep(clip, kind: .clip, mediaType: "video/mp4", capturedAt: UTCTime(microseconds: 0))
    }

    @Test func `a link that breaks again and again brings the whole clip, each byte about once`() async throws {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let shelf = Shelf(total: clip.count, perConnection: 50_000)
        let transport = ScriptedTransport { request, _ throws(CurlError) in try shelf.answer(request) }
        let result = await upload(item, evidence, transport)
        #expect(result.outcome == .sent)
        #expect(shelf.state.withLock { $0.bytes } == clip)
        #expect(shelf.state.withLock { $0.cuts } >= 15)
    }

    @Test func `a good link needs few pieces, and asks once`() async throws {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let shelf = Shelf(total: clip.count)
        let transport = ScriptedTransport { request, _ throws(CurlError) in try shelf.answer(request) }
        let result = await upload(item, evidence, transport)
        #expect(result.outcome == .sent && result.sent == clip.count)
        #expect(shelf.state.withLock { $0.bytes } == clip)
        #expect(transport.requests.filter { $0.method == .head }.count == 1)
        #expect(transport.requests.count <= 8)
    }

    @Test func `an attempt makes room for others after a while, and the next goes on where it was`() async throws {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let shelf = Shelf(total: clip.count)
        let clock = TestClock(at: 1000)
        let transport = ScriptedTransport { request, _ throws(CurlError) in
            clock.advance(seconds: 10)
            return try shelf.answer(request)
        }
        var attempts = 0
        var reasons: [DeliveryAnswer] = []
        while attempts < 20 {
            attempts += 1
            let result = await upload(item, evidence, transport, clock: clock)
            if result.outcome == .sent { break }
            guard case .failed(let answer) = result.outcome else { break }
            reasons.append(answer)
        }
        #expect(shelf.state.withLock { $0.bytes } == clip)
        #expect((2...6).contains(attempts))
        #expect(reasons.allSatisfy { if case .progressed = $0 { true } else { false } })
    }

    @Test(arguments: [
        HTTPResponse(status: 401), HTTPResponse(status: 403), HTTPResponse(status: 404),
        HTTPResponse(status: 405), HTTPResponse(status: 501), HTTPResponse(status: 400), HTTPResponse(status: 200),
        HTTPResponse(status: 204, fields: [HTTPField("Upload-Offset", "-1")]),
        HTTPResponse(status: 204, fields: [HTTPField("Upload-Offset", "99999999")]),
        HTTPResponse(status: 204, fields: [HTTPField("Upload-Offset", "1e3")]),
        HTTPResponse(status: 204, fields: [HTTPField("Upload-Offset", String(repeating: "9", count: 40))]),
    ]) func `a platform without offsets gets the file whole`(standing: HTTPResponse) async throws {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let transport = ScriptedTransport { request, _ in
            request.method == .head ? standing : HTTPResponse(status: 201)
        }
        #expect(await upload(item, evidence, transport).outcome == .sent)
        guard case .file? = transport.requests.last?.body else {
            Issue.record("not sent whole")
            return
        }
    }

    @Test(arguments: [400, 405, 411, 415, 501]) func `one that has offsets but takes no pieces too`(status: Int)
        async throws
    {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let transport = ScriptedTransport { request, _ in
            if request.method == .head { return HTTPResponse(status: 204, fields: [HTTPField("Upload-Offset", "0")]) }
            if case .part = request.body { return HTTPResponse(status: status) }
            return HTTPResponse(status: 201)
        }
        #expect(await upload(item, evidence, transport).outcome == .sent)
    }

    @Test(arguments: [0, 65_536]) func `an offset that never moves ends the attempt`(stuck: Int) async throws {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let transport = ScriptedTransport { _, _ in
            HTTPResponse(status: 200, fields: [HTTPField("Upload-Offset", String(stuck))])
        }
        guard case .failed(.unusable) = await upload(item, evidence, transport).outcome else {
            Issue.record("not unusable")
            return
        }
        #expect(transport.requests.count < 10)
    }

    @Test func `a dead link is the link's trouble, and nothing was sent`() async throws {
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        let transport = ScriptedTransport { _, _ throws(CurlError) in
            throw CurlError(kind: .connect, description: "refused")
        }
        let result = await upload(item, evidence, transport)
        #expect(result.outcome == .failed(.unavailable(reason: "refused", retryAfter: nil)) && result.sent == 0)
    }

    @Test func `a file that has gone is left out`() async throws {
        let evidence = FolderEvidence()
        let item = EvidenceItem(
            sha256: String(repeating: "a", count: 64), kind: .clip, mediaType: "video/mp4", bytes: 1_000_000,
            capturedAt: UTCTime(microseconds: 0), redacted: true)
        let transport = ScriptedTransport { request, _ throws(CurlError) in
            if request.method == .head { return HTTPResponse(status: 204, fields: [HTTPField("Upload-Offset", "0")]) }
            throw CurlError(kind: .invalidRequest, description: "the body's file cannot be read")
        }
        #expect(await upload(item, evidence, transport).outcome == .omitted)
    }

    @Test func `the reference platform puts a clip together from its pieces, over connections that are cut`()
        async throws
    {
        var options = CasePlatformOptions()
        options.port = 0
        let running = try await RunningPlatform(options)
        let proxy = try CuttingProxy(to: running.port, bytesPerConnection: 150_000)
        let evidence = FolderEvidence()
        let item = try await kept(evidence)
        var adapterOptions = FourPlatformAdapter.Options(baseURL: "http://127.0.0.1:\(proxy.port)")
        adapterOptions.timeouts.totalMilliseconds = 3000
        let adapter = FourPlatformAdapter(
            destination: platform, options: adapterOptions, transport: HTTPClient(), clock: TestClock())
        var answers: [DeliveryAnswer] = []
        for _ in 0..<20 {
            let attempt = await adapter.deliver(owed(1, evidence: [item]), evidence: evidence)
            answers.append(attempt.answer)
            if case .delivered = attempt.answer { break }
        }
        let summary = await running.server.summary
        await running.stop()
        #expect(summary.cases == 1 && summary.attachments == 1)
        #expect(proxy.cuts >= 3)
        guard case .delivered? = answers.last else {
            Issue.record("not delivered: \(answers)")
            return
        }
        // What was cut off is not sent again, but for what lay unread in buffers.
        #expect(proxy.forwarded < 2 * clip.count)
    }
}
