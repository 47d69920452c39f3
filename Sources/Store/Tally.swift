import Inspection
import Synchronization

/// Counters since the start, for status and metrics.
final class Tally: Sendable {
    private let counts = Mutex<[String: Int64]>([:])

    func add(_ more: [String: Int64]) {
        counts.withLock { counts in counts.merge(more) { $0 &+ $1 } }
    }

    var all: [String: Int64] { counts.withLock { $0 } }
}

/// A value handed from the writer's queue to the task that waits for it.
final class Box<T: Sendable>: Sendable {
    private let content = Mutex<T?>(nil)

    var value: T? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
