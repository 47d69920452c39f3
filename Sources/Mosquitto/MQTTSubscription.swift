import Dispatch
import Synchronization

/// The messages of some topics, in a bounded queue: when its reader is slow the oldest are dropped, and counted.
public final class MQTTSubscription: Sendable {
    private struct State {
        var queue: MessageQueue
        var received: Int64 = 0
        var bytes: Int64 = 0
        var isEnded = false
        /// A reader waits for the semaphore; who takes this away must signal.
        var isWaiting = false
    }

    private enum Next {
        case message(MQTTMessage)
        case nothing, wait
    }

    public let filters: [TopicFilter]
    private let state: Mutex<State>
    private let arrived = DispatchSemaphore(value: 0)

    /// So many messages, and bytes of them, wait at most.
    public init(filters: [TopicFilter], limit: Int = 1024, byteLimit: Int = 16 << 20) {
        self.filters = filters
        state = Mutex(State(queue: MessageQueue(limit: limit, byteLimit: byteLimit)))
    }

    func takes(_ topic: String) -> Bool { filters.contains { $0.matches(topic) } }

    func put(_ message: MQTTMessage) {
        let wakes = state.withLock { state in
            guard !state.isEnded else { return false }
            state.received &+= 1
            state.bytes &+= Int64(message.payload.count)
            state.queue.put(message)
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if wakes { arrived.signal() }
    }

    /// No message comes any more: ``next(seconds:)`` gives those that wait, then nil at once.
    public func end() {
        let wakes = state.withLock { state in
            state.isEnded = true
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if wakes { arrived.signal() }
    }

    public var isEnded: Bool { state.withLock { $0.isEnded } }

    /// The oldest message that waits; nil when none came within `seconds`, or none will come. For one thread at a time.
    public func next(seconds: Double) -> MQTTMessage? {
        let now = state.withLock { state -> Next in
            if let message = state.queue.take() { return .message(message) }
            guard !state.isEnded, seconds > 0 else { return .nothing }
            state.isWaiting = true
            return .wait
        }
        switch now {
        case .message(let message): return message
        case .nothing: return nil
        case .wait: break
        }
        let limit = DispatchTime.now() + .nanoseconds(Int(min(seconds, 86_400) * 1e9))
        if arrived.wait(timeout: limit) == .timedOut {
            let isQuiet = state.withLock { state in
                defer { state.isWaiting = false }
                return state.isWaiting
            }
            // Signalled between the end of the wait and here: that signal must not be left over.
            if !isQuiet { arrived.wait() }
        }
        return state.withLock { $0.queue.take() }
    }

    /// Since the start; `dropped` were never read.
    public var counters: (received: Int64, bytes: Int64, dropped: Int64) {
        state.withLock { ($0.received, $0.bytes, $0.queue.dropped) }
    }
}
