import Foundation
import Glibc

/// Tells systemd how the daemon is doing, over the socket that it named in NOTIFY_SOCKET. Without one (a terminal, a
/// container) nothing happens. Wraps what `sd_notify(3)` does.
struct ServiceManager: Sendable {
    private let socketPath: String?
    /// Half of what systemd allows between two signs of life; nil when it watches nothing.
    let watchdogInterval: Duration?

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        socketPath = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdogInterval = environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap {
            isForUs && $0 > 0 ? .microseconds($0 / 2) : nil
        }
    }

    func ready() { send("READY=1\nSTATUS=Running") }
    /// A start that takes longer than systemd waits for: it waits as long again as until the next word, and some more.
    func starting(_ status: String) { send("EXTEND_TIMEOUT_USEC=60000000\nSTATUS=\(status)") }
    func stopping() { send("STOPPING=1\nSTATUS=Stopping") }
    func isAlive() { send("WATCHDOG=1") }

    private func send(_ state: String) {
        guard let socketPath else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(socketPath.utf8)
        // A name that begins with @ is in the abstract namespace: its first byte is zero.
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in unsafe path.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let message = Array(state.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
                unsafe sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), rebound, length)
            }
        }
    }
}
