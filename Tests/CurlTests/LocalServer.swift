import Foundation
import Glibc
import Synchronization

/// A server of a few lines on a loopback port: reads one request a connection, notes it, and sends back fixed bytes. Its
/// thread ends when it is let go, however many connections came.
final class LocalServer: Sendable {
    let port: Int
    private let listener: Listener

    /// `answer` gives the bytes for a request; nil leaves the client waiting. `connections` is how many are served.
    init(connections: Int = 1, answer: @escaping @Sendable ([UInt8]) -> [UInt8]?) throws {
        let listener = try Listener()
        self.listener = listener
        port = listener.port
        Thread.detachNewThread {
            for _ in 0..<connections {
                let client = accept(listener.descriptor, nil, nil)
                if client < 0 { break }
                listener.serve(client, answer)
            }
        }
    }

    deinit { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

    var requests: [String] { listener.seen.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
}

/// A socket on a port of its own. Shared by the server and its thread: closed when both have let go, so that neither
/// speaks to another that has its number by then.
final class Listener: Sendable {
    let descriptor: Int32
    let port: Int
    let seen = Mutex<[[UInt8]]>([])

    init() throws {
        let opened = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let isBound = unsafe bind(opened, generic, length) == 0 && listen(opened, 16) == 0
                let isNamed = unsafe getsockname(opened, generic, &length) == 0
                return isBound && isNamed
            }
        }
        descriptor = opened
        port = Int(UInt16(bigEndian: address.sin_port))
        // Thrown last: the deinit closes what was opened.
        guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    /// Serves requests on one connection until the peer closes it or the answer says `Connection: close`.
    func serve(_ client: Int32, _ answer: ([UInt8]) -> [UInt8]?) {
        while let request = Self.read(client) {
            seen.withLock { $0.append(request) }
            guard let bytes = answer(request) else {
                sleep(5)
                break
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                let chunk = Array(rest.prefix(65_536))
                let sent = unsafe send(client, chunk, chunk.count, Int32(MSG_NOSIGNAL))
                if sent <= 0 { break }
                rest = rest.dropFirst(sent)
            }
            if bytes.isEmpty || String(decoding: bytes.prefix(400), as: UTF8.self).contains("Connection: close") {
                break
            }
        }
        close(client)
    }

    private static func read(_ client: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = unsafe recv(client, &buffer, buffer.count, 0)
            if got <= 0 { return nil }
            bytes.append(contentsOf: buffer[..<got])
            let text = String(decoding: bytes, as: UTF8.self)
            guard let head = text.range(of: "\r\n\r\n") else { continue }
            let line = text[..<head.lowerBound].split(separator: "\r\n").first {
                $0.lowercased().hasPrefix("content-length:")
            }
            let length = line.flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
            if text[head.upperBound...].utf8.count >= length { return bytes }
        }
    }
}
