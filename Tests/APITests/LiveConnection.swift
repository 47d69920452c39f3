import Logging
import NIOCore
import NIOPosix
import Testing

@testable import API

/// One TCP connection to a serving gateway, spoken to in raw bytes.
final class LiveConnection {
    private let output: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var input: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private(set) var heard = ""

    private init(
        _ input: NIOAsyncChannelInboundStream<ByteBuffer>, _ output: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.input = input.makeAsyncIterator()
        self.output = output
    }

    static func open(
        to port: Int, isolation: isolated (any Actor)? = #isolation, _ body: (LiveConnection) async throws -> Void
    ) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { input, output in
            try await body(LiveConnection(input, output))
        }
    }

    func say(_ text: String) async throws { try await output.write(ByteBuffer(string: text)) }
    func say(_ bytes: [UInt8]) async throws { try await output.write(ByteBuffer(bytes: bytes)) }

    func ask(_ uri: String, token: String? = TestGateway.reader, headers: String = "") async throws {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        try await say("GET \(uri) HTTP/1.1\r\nHost: gateway\r\n\(authorization)\(headers)\r\n")
    }

    /// Listens until what was heard satisfies `enough`, or the other side ends (false).
    @discardableResult
    func hear(until enough: (String) -> Bool) async throws -> Bool {
        while !enough(heard) {
            guard let part = try await input.next(isolation: #isolation) else { return false }
            heard += String(buffer: part)
        }
        return true
    }

    /// Finding ids of the events heard, in order.
    var events: [String] {
        heard.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("data: ") }.compactMap { line in
            line.firstMatch(of: /"id":"([0-9a-f-]{36})"/).map { String($0.output.1) }
        }
    }

    /// The `id:` lines heard: a cursor each.
    var cursors: [String] {
        heard.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
    }
}

extension TestGateway {
    /// Serves on a port of the system's choice while `body` runs, then lets listeners go and ends.
    func serving(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [api, log] in try await api.serve(logger: log.logger) { port.yield($0) } }
            group.addTask {
                for await number in ports { return try await body(number) }
            }
            group.addTask {
                try await Task.sleep(for: .seconds(30))
                Issue.record("the test hangs")
            }
            try await group.next()
            announcements.finish()
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }

    /// Waits up to five seconds for `condition`.
    func soon(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<250 {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return condition()
    }
}
