import CGStreamer
import Glibc

/// A Unix socket that others connect or send to, at a path of the file system. It only listens: nothing is ever sent. Wraps
/// `socket`, `bind`, `listen`, `accept` and `poll`.
///
/// Nothing here blocks but ``wait(for:atMost:)``. Used by one thread. On deinit every connection is closed and the path
/// removed.
public final class UnixListener {
    public enum Kind: Sendable, Hashable { case stream, datagram }

    /// What came.
    public enum Event: Sendable, Hashable {
        /// Of a connection; 0 for a datagram.
        case bytes([UInt8], from: Int)
        case closed(Int)
    }

    public struct Failure: Error, Sendable, Hashable {
        /// `errno`; nil when the path is not one.
        public var code: Int32?
        public var text: String
    }

    /// Connections at once; one more takes the place of that which was silent for longest.
    public static let connectionLimit = 16
    /// How long nothing is accepted after the system refused a connection a descriptor, seconds: it would refuse again
    /// at once.
    private static let restSeconds = 0.1
    /// Read at once from one connection, and the longest datagram.
    private static let chunk = 256 << 10

    private let path: String
    private let kind: Kind
    private let socket: Int32
    /// The longest silent first.
    private var connections: [(descriptor: Int32, id: Int)] = []
    private var lastID = 0
    private var isResting = false
    /// Connections closed for their silence, in favour of others.
    public private(set) var displaced = 0
    /// Connections that the system refused to give, mostly for want of descriptors.
    public private(set) var refused = 0
    private var bytes = [UInt8](repeating: 0, count: chunk)

    /// Takes the place of a socket file that nobody listens at any more; throws when somebody does, when something else lies
    /// there, and when the folder does not allow it. Whoever may open the file, its owner and group, may send.
    public init(path: String, kind: Kind) throws(Failure) {
        let name = Array(path.utf8)
        guard !name.isEmpty, name.count < 108, !name.contains(0) else {
            throw Failure(code: nil, text: "a path of 1 to 107 bytes is needed")
        }
        // Kept only once it is ours: an initializer that throws after its last property runs deinit, which removes the path.
        socket = try Self.open(path, name, kind)
        self.path = path
        self.kind = kind
    }

    private static func open(_ path: String, _ name: [UInt8], _ kind: Kind) throws(Failure) -> Int32 {
        let type = Int32((kind == .stream ? SOCK_STREAM : SOCK_DGRAM).rawValue) | flags
        let socket = Glibc.socket(AF_UNIX, type, 0)
        guard socket >= 0 else { throw failure(errno) }
        var code = bind(socket, name)
        if code == EADDRINUSE, isAbandoned(path, name, type) {
            unsafe unlink(path)
            code = bind(socket, name)
        }
        if code == 0 {
            code = unsafe chmod(path, 0o660) == 0 && (kind == .datagram || listen(socket, 16) == 0) ? 0 : errno
        }
        guard code == 0 else {
            close(socket)
            throw failure(code)
        }
        return socket
    }

    deinit {
        for connection in connections { close(connection.descriptor) }
        close(socket)
        unsafe unlink(path)
    }

    /// Waits for something to come, or to be woken; gives what is there.
    public func wait(for wake: WakeSignal, atMost seconds: Double) -> [Event] {
        var polled = [pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)]
        polled.append(pollfd(fd: isResting ? -1 : socket, events: Int16(POLLIN), revents: 0))
        polled += connections.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        let limit = isResting ? min(seconds, Self.restSeconds) : seconds
        isResting = false
        guard unsafe poll(&polled, nfds_t(polled.count), wake.milliseconds(limit)) > 0 else { return [] }
        var events: [Event] = []
        var heard: Set<Int> = []
        for (index, entry) in polled.dropFirst(2).enumerated() where entry.revents != 0 && index < connections.count {
            let connection = connections[index]
            heard.insert(connection.id)
            switch read(connection.descriptor) {
            case .some(let bytes) where !bytes.isEmpty: events.append(.bytes(bytes, from: connection.id))
            case .some: break
            case nil:
                close(connection.descriptor)
                connections[index].descriptor = -1
                events.append(.closed(connection.id))
            }
        }
        connections.removeAll { $0.descriptor < 0 }
        connections = connections.filter { !heard.contains($0.id) } + connections.filter { heard.contains($0.id) }
        if polled[1].revents != 0 {
            switch kind {
            case .stream: if let left = accept() { events.append(.closed(left)) }
            case .datagram: if let bytes = read(socket), !bytes.isEmpty { events.append(.bytes(bytes, from: 0)) }
            }
        }
        return events
    }

    /// The connection that made room for the new one, if any had to.
    private func accept() -> Int? {
        let descriptor = Glibc.accept(socket, nil, nil)
        guard descriptor >= 0 else {
            guard ![EAGAIN, EINTR, ECONNABORTED].contains(errno) else { return nil }
            refused += 1
            isResting = true
            return nil
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        lastID &+= 1
        connections.append((descriptor, lastID))
        guard connections.count > Self.connectionLimit else { return nil }
        let silent = connections.removeFirst()
        close(silent.descriptor)
        displaced += 1
        return silent.id
    }

    /// Empty when there is nothing now; nil when the other side closed.
    private func read(_ descriptor: Int32) -> [UInt8]? {
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        if count > 0 { return Array(bytes[..<count]) }
        if count == 0 { return kind == .datagram ? [] : nil }
        return errno == EAGAIN || errno == EINTR ? [] : nil
    }

    private static let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

    private static func failure(_ code: Int32) -> Failure {
        Failure(
            code: code, text: code == EADDRINUSE ? "something is there already" : unsafe String(cString: strerror(code))
        )
    }

    private static func withAddress(_ name: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// 0, or `errno`.
    private static func bind(_ socket: Int32, _ name: [UInt8]) -> Int32 {
        unsafe withAddress(name) { unsafe Glibc.bind(socket, $0, $1) } == 0 ? 0 : errno
    }

    /// True for a socket file at which nobody listens.
    private static func isAbandoned(_ path: String, _ name: [UInt8], _ type: Int32) -> Bool {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = Glibc.socket(AF_UNIX, type, 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        return unsafe withAddress(name) { unsafe connect(probe, $0, $1) } != 0 && errno == ECONNREFUSED
    }
}
