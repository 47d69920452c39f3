import CGStreamer
import Glibc

/// A program of the operator's, run beside the pipelines and spoken with over a Unix stream socket that it finds at
/// descriptor 3, the number of which also stands in an environment variable. What it prints is kept apart from what it says.
/// Wraps `g_spawn_async_with_pipes_and_fds`.
///
/// Nothing here blocks but ``wait(for:isWriting:isSocketOpen:isOutputOpen:atMost:)``. Used by one thread, which must live as
/// long as the child: the kernel ends the child with it. On deinit the child is killed, reaped, and both descriptors are
/// closed.
public final class ChildProcess {
    public let identifier: Int32
    private let socket: Int32
    private let output: Int32
    private var status: Int32?

    /// Throws when the program cannot be found or started. `command` is a path or a name to look up in `PATH`, and its
    /// arguments; no shell sees it.
    public init(_ command: [String], socketVariable: String) throws(GStreamerError) {
        guard let program = command.first, !program.isEmpty, !command.contains(where: { $0.utf8.contains(0) }) else {
            throw GStreamerError(domain: .owner, text: "no program to start")
        }
        let packed = command.reduce(into: [CChar]()) { $0 += $1.utf8.map { CChar(bitPattern: $0) } + [0] }
        var child = shim_child()
        var error: UnsafeMutablePointer<GError>?
        guard unsafe shim_child_start(packed, gsize(command.count), socketVariable, &child, &error) != 0 else {
            throw unsafe GStreamerError.taking(error, element: "", debug: program)
        }
        identifier = child.pid
        socket = child.socket
        output = child.output
    }

    deinit {
        if exitStatus == nil {
            signal(SIGKILL)
            // A killed process is gone within moments unless the kernel holds it; then the system's init reaps it.
            for _ in 0..<200 where exitStatus == nil { usleep(5000) }
        }
        close(socket)
        close(output)
    }

    /// Sends what there is room for, and says how many bytes that was; nil when the child closed its end.
    public func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        let sent = unsafe bytes.withUnsafeBufferPointer {
            unsafe shim_socket_send(socket, $0.baseAddress, gsize($0.count))
        }
        return sent < 0 ? nil : Int(sent)
    }

    /// What the child sent, at most `limit` bytes; empty when there is nothing now, nil when it closed its end.
    public func receive(_ limit: Int) -> [UInt8]? { Self.read(socket, limit) }

    /// What the child printed on its standard output and error, in the same way.
    public func printed(_ limit: Int) -> [UInt8]? { Self.read(output, limit) }

    /// Its exit status, 128 and more for a signal; nil while it runs. Reaps it.
    public var exitStatus: Int32? {
        if status == nil {
            var ended: Int32 = 0
            if unsafe shim_child_ended(identifier, &ended) != 0 { status = ended }
        }
        return status
    }

    /// Sends a signal to the child and to what it started.
    public func signal(_ number: Int32) {
        guard status == nil else { return }
        shim_child_signal(identifier, number)
    }

    /// Waits for something to read, to be woken, or, when `isWriting`, for room to write.
    public func wait(
        for wake: WakeSignal, isWriting: Bool, isSocketOpen: Bool, isOutputOpen: Bool, atMost seconds: Double
    ) {
        shim_wait(
            isSocketOpen ? socket : -1, isOutputOpen ? output : -1, wake.descriptor, isWriting ? 1 : 0,
            wake.milliseconds(seconds))
    }

    private static func read(_ descriptor: Int32, _ limit: Int) -> [UInt8]? {
        var isOpen = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(limit, 1)) { target, count in
            let read = unsafe shim_socket_receive(descriptor, target.baseAddress, gsize(target.count))
            isOpen = read >= 0
            count = max(0, Int(read))
        }
        return isOpen ? bytes : nil
    }
}

/// Lets one thread end another's wait. Wraps an `eventfd`. Where the system gives none, every wait is a short one:
/// whoever waits looks again by itself.
public final class WakeSignal: Sendable {
    /// The longest wait that nothing can end, seconds.
    private static let sliceSeconds = 0.05

    /// Negative when there is none, which `poll` passes over.
    let descriptor: Int32

    public convenience init() { self.init(descriptor: eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))) }

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { if descriptor >= 0 { close(descriptor) } }

    public func raise() { if descriptor >= 0 { eventfd_write(descriptor, 1) } }

    /// Waits at most `seconds` to be woken; may return before.
    public func wait(atMost seconds: Double) { shim_wait(-1, -1, descriptor, 0, milliseconds(seconds)) }

    func milliseconds(_ seconds: Double) -> Int32 {
        Int32(min(max(seconds, 0), descriptor < 0 ? Self.sliceSeconds : 3600) * 1000)
    }
}
