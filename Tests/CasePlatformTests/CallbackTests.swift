import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import CasePlatform

@Suite(.timeLimit(.minutes(1)))
struct CallbackTests {
    private struct Message: Sendable {
        var id, timestamp, signature: String
        var body: [UInt8]
    }

    @Test func `stage changes are announced in order, signed over the bytes sent`() async throws {
        let (messages, continuation) = AsyncStream<Message>.makeStream()
        let (ports, portContinuation) = AsyncStream<Int>.makeStream()
        let router = Router()
        router.post("/v1/cases/callback") { request, _ in
            func field(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
            let bytes = Array(try await request.body.collect(upTo: 65_536).readableBytesView)
            let message = Message(
                id: field("webhook-id"), timestamp: field("webhook-timestamp"), signature: field("webhook-signature"),
                body: bytes)
            continuation.yield(message)
            return HTTPResponse.Status.noContent
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let receiver = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { portContinuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        let serving = Task { try await receiver.run() }
        defer { serving.cancel() }
        var portIterator = ports.makeAsyncIterator()
        let port = try #require(await portIterator.next())

        var options = CasePlatformOptions()
        let key = Data("0123456789abcdef0123456789abcdef".utf8)
        options.callback = .init(
            url: "http://127.0.0.1:\(port)/v1/cases/callback", secret: "whsec_" + key.base64EncodedString())
        let caller = try RouterCaller(options)
        let sending = Task { await caller.desk.runCallbacks() }
        defer { sending.cancel() }
        let number = try #require(try await caller.report(reportBody()).member("case_number"))
        _ = try await caller.desk.move(number, to: .accepted, now: Date())
        _ = try await caller.desk.move(number, to: .reported, now: Date())

        var iterator = messages.makeAsyncIterator()
        var ids: Set<String> = []
        for stage in ["accepted", "reported"] {
            let message = try #require(await iterator.next())
            ids.insert(message.id)
            #expect(!message.id.contains("."))
            let text = String(decoding: message.body, as: UTF8.self)
            #expect(text.contains("\"stage\":\"\(stage)\"") && text.contains("\"case_number\":\"\(number)\""))
            #expect(text.contains("\"external_id\":\"f-1\"") && text.contains("\"at\":\"20"))
            let code = try #require(Data(base64Encoded: String(message.signature.dropFirst(3))))
            #expect(message.signature.hasPrefix("v1,"))
            #expect(
                HMAC<SHA256>.isValidAuthenticationCode(
                    code, authenticating: Data("\(message.id).\(message.timestamp).".utf8) + message.body,
                    using: SymmetricKey(data: key)))
        }
        #expect(ids.count == 2)
    }
}
