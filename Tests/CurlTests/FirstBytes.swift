import Foundation
import Glibc
import Synchronization

/// Takes one connection on a loopback port, keeps what comes first, and hangs up.
final class FirstBytes: Sendable {
    private let listener: Listener

    var port: Int { listener.port }
    var bytes: [UInt8] { listener.seen.withLock { $0.first ?? [] } }

    init() throws {
        let listener = try Listener()
        self.listener = listener
        Thread.detachNewThread {
            let client = accept(listener.descriptor, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 16_384)
            let got = unsafe recv(client, &buffer, buffer.count, 0)
            listener.seen.withLock { $0 = [Array(buffer.prefix(max(got, 0)))] }
            close(client)
        }
    }
}
