import Foundation
import Glibc
import Synchronization

/// Passes each connection on to a port of this machine at a megabyte or so a second, and cuts it off after so many bytes
/// from the client.
final class CuttingProxy: Sendable {
    let port: Int
    private let listener: Int32
    private let state = Mutex((cuts: 0, forwarded: 0))

    var cuts: Int { state.withLock { $0.cuts } }
    var forwarded: Int { state.withLock { $0.forwarded } }

    init(to target: Int, bytesPerConnection: Int) throws {
        let opened = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let isBound = unsafe bind(opened, generic, length) == 0 && listen(opened, 16) == 0
                let isNamed = unsafe getsockname(opened, generic, &length) == 0
                return isBound && isNamed
            }
        }
        listener = opened
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { throw POSIXError(.EIO) }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(opened, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.pass(client, to: target, bytesPerConnection) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }

    private func pass(_ client: Int32, to target: Int, _ limit: Int) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(target)
        let isOpen = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        defer {
            close(client)
            close(server)
        }
        guard isOpen else { return }
        var left = limit
        var buffer = [UInt8](repeating: 0, count: 8192)
        var sockets = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        while unsafe poll(&sockets, 2, 10_000) > 0 {
            for (index, to) in [(0, server), (1, client)] where sockets[index].revents != 0 {
                let got = unsafe recv(sockets[index].fd, &buffer, min(buffer.count, max(left, 1)), 0)
                guard got > 0, unsafe send(to, buffer, got, Int32(MSG_NOSIGNAL)) == got else { return }
                guard index == 0 else { continue }
                // No faster than a receiver reads: what it has not read when the connection ends is lost to it.
                usleep(5000)
                left -= got
                state.withLock { $0.forwarded += got }
                if left <= 0 {
                    state.withLock { $0.cuts += 1 }
                    return
                }
            }
        }
    }
}
