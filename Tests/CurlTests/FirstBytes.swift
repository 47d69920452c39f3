import Foundation
import Glibc
import Synchronization

/// Takes one connection on a loopback port, keeps what comes first, and hangs up.
final class FirstBytes: Sendable {
    let port: Int
    private let seen: Seen

    private final class Seen: Sendable { let bytes = Mutex<[UInt8]>([]) }

    var bytes: [UInt8] { seen.bytes.withLock { $0 } }

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let isBound = unsafe bind(descriptor, generic, length) == 0 && listen(descriptor, 1) == 0
                let isNamed = unsafe getsockname(descriptor, generic, &length) == 0
                return isBound && isNamed
            }
        }
        guard isListening else {
            close(descriptor)
            throw POSIXError(.EIO)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        let seen = Seen()
        self.seen = seen
        Thread.detachNewThread {
            let client = accept(descriptor, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 16_384)
            let got = unsafe recv(client, &buffer, buffer.count, 0)
            seen.bytes.withLock { $0 = Array(buffer.prefix(max(got, 0))) }
            close(client)
            close(descriptor)
        }
    }
}
