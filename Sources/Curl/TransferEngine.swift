import CCurl
import Glibc
import Synchronization

typealias TransferResult = Result<HTTPResponse, CurlError>

/// The mailbox between callers and the transfer thread.
///
/// libcurl: a multi handle belongs to one thread at a time, except for `curl_multi_wakeup`, which any thread may call. The
/// handle is therefore made, used and cleaned up on the transfer thread; callers reach it only under the lock, only for the
/// wake-up, and only until the thread has taken it back.
final class TransferEngine: Sendable {
    enum Command {
        case start(UInt64, HTTPRequest, host: String, answer: @Sendable (TransferResult) -> Void)
        case cancel(UInt64)
    }

    private enum Phase { case announced, cancelled, started }

    private struct State: ~Copyable {
        var lastID: UInt64 = 0
        var phases: [UInt64: Phase] = [:]
        var commands: [Command] = []
        var stopping = false
        var waker: MultiWaker?
    }

    let options: HTTPClient.Options
    private let state = Mutex(State())

    init(options: HTTPClient.Options) { self.options = options }

    /// Reserves a place; nil when all are taken.
    func announce() -> UInt64? {
        state.withLock { state in
            guard state.phases.count < options.maximumTransfers, !state.stopping else { return nil }
            state.lastID &+= 1
            state.phases[state.lastID] = .announced
            return state.lastID
        }
    }

    func start(_ id: UInt64, _ request: HTTPRequest, host: String, answer: @escaping @Sendable (TransferResult) -> Void)
    {
        let accepted = state.withLock { state in
            guard state.phases[id] == .announced, !state.stopping else {
                state.phases[id] = nil
                return false
            }
            state.phases[id] = .started
            // Whoever put the first command there has woken the thread, which takes them all.
            if state.commands.isEmpty { state.waker?.wake() }
            state.commands.append(.start(id, request, host: host, answer: answer))
            return true
        }
        if !accepted { answer(.failure(Self.cancelled(host))) }
    }

    func cancel(_ id: UInt64) {
        state.withLock { state in
            switch state.phases[id] {
            case .announced: state.phases[id] = .cancelled
            case .started:
                state.commands.append(.cancel(id))
                state.waker?.wake()
            case .cancelled, nil: break
            }
        }
    }

    func stop() {
        state.withLock { state in
            state.stopping = true
            state.waker?.wake()
        }
    }

    /// Commands since the last call, and whether to end.
    func take() -> (commands: [Command], stopping: Bool) {
        state.withLock { state in
            let commands = state.commands
            state.commands = []
            return (commands, state.stopping)
        }
    }

    func finished(_ id: UInt64) { state.withLock { $0.phases[id] = nil } }

    func setWaker(_ waker: MultiWaker?) { state.withLock { $0.waker = waker } }

    static func cancelled(_ host: String) -> CurlError {
        CurlError(kind: .cancelled, host: host, description: "\(host): cancelled")
    }

    /// Starts the detached thread, which keeps the engine until it ends.
    func startThread() {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { unsafe pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let failure = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                TransferLoop(engine: unsafe Unmanaged<TransferEngine>.fromOpaque(context).takeRetainedValue()).run()
                return nil
            }, context.toOpaque())
        if failure != 0 {
            unsafe context.release()
            stop()
        }
    }
}

/// The right to wake the transfer thread.
///
/// `curl_multi_wakeup` is safe from any thread while the handle lives, which the engine's lock guarantees.
@safe struct MultiWaker: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    init(_ multi: UnsafeMutableRawPointer) { unsafe self.multi = multi }

    func wake() { _ = unsafe curl_multi_wakeup(multi) }
}
