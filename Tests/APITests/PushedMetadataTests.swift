import HTTPTypes
import Inspection
import Synchronization
import Testing

@testable import API

@Suite struct PushedMetadataTests {
    private static let uri = "/v1/sources/mast/metadata"

    private final class Source: Sendable {
        private let kept = Mutex<[String]>([])
        let room: Int

        init(room: Int = .max) { self.room = room }

        var messages: [String] { kept.withLock { $0 } }

        /// Refuses what does not begin as an object; full after `room` messages.
        func take(_ message: [UInt8]) -> MetadataIntake.Answer {
            kept.withLock { kept in
                guard message.first == 123 else { return .refused(reason: "bad_json", words: "no object") }
                guard kept.count < room else { return .full }
                kept.append(String(decoding: message, as: UTF8.self))
                return .accepted
            }
        }
    }

    private func gateway(_ source: Source) throws -> TestGateway {
        try TestGateway(takeMetadata: { name in name.text == "mast" ? MetadataIntake { source.take($0) } : nil })
    }

    @Test func `messages are received, and those refused are counted by their reason`() async throws {
        let source = Source()
        let answer = try await gateway(source).call(
            .post, Self.uri, token: TestGateway.analyser, body: "{\"a\":1}\nON\n{\"a\":2}{\"a\":3}\n[{\"a\":4}]")
        #expect(answer.status == 202)
        #expect(answer.text == #"{"accepted":4,"refused":1,"reasons":{"bad_json":1}}"#)
        #expect(source.messages == (1...4).map { "{\"a\":\($0)}" })
    }

    @Test func `a message over a mebibyte is refused, and the next is taken`() async throws {
        let source = Source()
        let long = "{\"a\":\"" + String(repeating: "x", count: 1 << 20) + "\"}\n{}"
        let answer = try await gateway(source).call(.post, Self.uri, token: TestGateway.analyser, body: long)
        #expect(answer.text == #"{"accepted":1,"refused":1,"reasons":{"messages_too_long":1}}"#)
        #expect(source.messages == ["{}"])
    }

    @Test func `a body far longer than any buffer is taken as it comes`() async throws {
        let source = Source()
        let line = "{\"a\":\"" + String(repeating: "x", count: 1000) + "\"}\n"
        let answer = try await gateway(source).call(
            .post, Self.uri, token: TestGateway.analyser, body: String(repeating: line, count: 5000))
        #expect(answer.status == 202 && source.messages.count == 5000)
    }

    @Test func `a source without room answers 429, and says how far it came`() async throws {
        let source = Source(room: 2)
        let answer = try await gateway(source).call(
            .post, Self.uri, token: TestGateway.analyser, body: "{}\nx\n{}\n{}\n{}")
        #expect(answer.status == 429 && answer.code == "full" && answer.headers[.retryAfter] == "1")
        #expect((answer.object["detail"] as? String)?.contains("2 messages were accepted and 1 refused") == true)
    }

    @Test func `a body of which nothing could be read is a mistake, an empty one is not`() async throws {
        let gateway = try gateway(Source())
        let bad = try await gateway.call(.post, Self.uri, token: TestGateway.analyser, body: "x\ny")
        #expect(bad.status == 400 && bad.code == "bad_metadata")
        #expect((bad.object["detail"] as? String)?.hasSuffix("2 bad_json. Message 1 is the first: no object.") == true)
        let empty = try await gateway.call(.post, Self.uri, token: TestGateway.analyser, body: "")
        #expect(empty.status == 202)
    }

    @Test func `a source that is not running says so`() async throws {
        let gateway = try TestGateway(takeMetadata: { _ in MetadataIntake { _ in .stopped } })
        let answer = try await gateway.call(.post, Self.uri, token: TestGateway.analyser, body: "{}")
        #expect(answer.status == 503 && answer.code == "not_running")
    }

    @Test(
        arguments: [
            (uri, nil, 401), (uri, TestGateway.reader, 403), (uri, TestGateway.officer, 403),
            ("/v1/sources/other/metadata", TestGateway.analyser, 404),
            ("/v1/sources/No%20Name/metadata", TestGateway.analyser, 400),
        ] as [(String, String?, Int)])
    func `only a token that may push opens it, and only for a source that takes it`(
        _ uri: String, _ token: String?, _ status: Int
    ) async throws {
        let source = Source()
        let answer = try await gateway(source).call(.post, uri, token: token, body: "{}")
        #expect(answer.status == status && source.messages.isEmpty)
    }
}
