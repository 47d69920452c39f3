import Dispatch
import Synchronization

/// Tells a running source to stop, and lets its thread wait without missing that.
final class StopSignal: Sendable {
    private let stopped = Mutex(false)
    private let semaphore = DispatchSemaphore(value: 0)

    var isSet: Bool { stopped.withLock { $0 } }

    func set() {
        let isFirst = stopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        if isFirst { semaphore.signal() }
    }

    /// Waits at most `seconds`; true when told to stop. For one thread at a time.
    func wait(seconds: Double) -> Bool {
        guard !isSet, seconds > 0 else { return isSet }
        let limit = DispatchTime.now() + .nanoseconds(Int(min(seconds, 86_400) * 1e9))
        if semaphore.wait(timeout: limit) == .success { semaphore.signal() }
        return isSet
    }
}
