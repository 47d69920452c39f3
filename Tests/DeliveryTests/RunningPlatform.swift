import CasePlatform
import Synchronization

/// A reference platform on a loopback port, stopped when told.
final class RunningPlatform: Sendable {
    let server: CasePlatformServer
    let port: Int
    private let task: Task<Void, any Error>

    init(_ options: CasePlatformOptions) async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = try CasePlatformServer(options: options) { continuation.yield($0) }
        let task = Task {
            defer { continuation.finish() }
            try await server.run()
        }
        self.server = server
        self.task = task
        var iterator = ports.makeAsyncIterator()
        port = await iterator.next() ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)" }

    func stop() async {
        task.cancel()
        _ = await task.result
    }
}
