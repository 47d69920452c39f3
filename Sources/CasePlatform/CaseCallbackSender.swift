import Crypto
import Foundation
import NIOCore
import NIOPosix

/// Announces stage changes to one address, signed as Standard Webhooks 1.0.0 says, in order, over plain HTTP.
///
/// At most `capacity` wait; the newest are dropped beyond that, and each is tried three times: whoever misses one sees the
/// change at the next poll.
final class CaseCallbackSender: Sendable {
    private static let capacity = 1024
    private static let pauses: [Duration] = [.zero, .milliseconds(500), .seconds(3)]

    private let host: String
    private let port: Int
    private let path: String
    private let key: SymmetricKey
    private let stream: AsyncStream<(id: String, body: Data)>
    private let queue: AsyncStream<(id: String, body: Data)>.Continuation

    init(_ callback: CasePlatformOptions.Callback) throws(CasePlatformError) {
        guard let address = URLComponents(string: callback.url), address.scheme == "http", let host = address.host,
            !host.isEmpty, address.user == nil
        else {
            throw CasePlatformError(kind: .invalidOption, description: "the callback address must begin with http://")
        }
        guard callback.secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(callback.secret.dropFirst(6))),
            (24...64).contains(key.count)
        else {
            throw CasePlatformError(
                kind: .invalidOption, description: "the callback secret is whsec_ and the base64 of 24 to 64 bytes")
        }
        self.host = host
        port = address.port ?? 80
        path = address.percentEncodedPath.isEmpty ? "/" : address.percentEncodedPath
        self.key = SymmetricKey(data: key)
        (stream, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    func announce(_ body: Data, id: String) { queue.yield((id, body)) }

    func run() async {
        for await message in stream {
            for pause in Self.pauses {
                try? await Task.sleep(for: pause)
                if Task.isCancelled { return }
                if await send(message.body, id: message.id) { break }
            }
        }
    }

    private func send(_ body: Data, id: String) async -> Bool {
        let timestamp = String(Int64(Date().timeIntervalSince1970))
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(timestamp).".utf8) + body, using: key)
        let head = """
            POST \(path) HTTP/1.1\r
            Host: \(host):\(port)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            webhook-id: \(id)\r
            webhook-timestamp: \(timestamp)\r
            webhook-signature: v1,\(Data(code).base64EncodedString())\r
            Connection: close\r
            \r

            """
        let answer = try? await exchange(Array(head.utf8) + Array(body))
        let parts = answer?.prefix(64).split(separator: 32)
        guard let parts, parts.count >= 2, parts[0].starts(with: "HTTP/1.".utf8) else { return false }
        return parts[1].first == 50
    }

    /// The first bytes of what comes back within five seconds.
    private func exchange(_ request: [UInt8]) async throws -> [UInt8] {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
        let channel = try await bootstrap.connect(host: host, port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let alarm = Task {
            try await Task.sleep(for: .seconds(5))
            try await channel.channel.close()
        }
        defer { alarm.cancel() }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: request))
            var answer: [UInt8] = []
            for try await buffer in inbound {
                answer.append(contentsOf: buffer.readableBytesView)
                if answer.count >= 12 { break }
            }
            return answer
        }
    }
}
