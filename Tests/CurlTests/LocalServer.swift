import Foundation
import Glibc
import Synchronization

/// A server of a few lines on a loopback port: reads one request a connection, notes it, and sends back fixed bytes.
final class LocalServer: Sendable {
    private let listener: Int32
    let port: Int
    private let seen = Mutex<[[UInt8]]>([])

    /// `answer` gives the bytes for a request; nil leaves the client waiting. `connections` is how many are served.
    init(connections: Int = 1, answer: @escaping @Sendable ([UInt8]) -> [UInt8]?) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = unsafe bind(descriptor, generic, length)
                _ = listen(descriptor, 16)
                _ = unsafe getsockname(descriptor, generic, &length)
            }
        }
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            for _ in 0..<connections {
                let client = accept(descriptor, nil, nil)
                if client < 0 { break }
                serve(client, answer)
            }
        }
    }

    deinit { close(listener) }

    var requests: [String] { seen.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }

    /// Serves requests on one connection until the peer closes it or the answer says `Connection: close`.
    private func serve(_ client: Int32, _ answer: ([UInt8]) -> [UInt8]?) {
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
