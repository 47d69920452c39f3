import Synchronization

/// Turns reads away before the connections that answer them go.
///
/// A pool that is closed gives its readers up without a lock around the variable that holds them: a read that looks at it in that
/// very moment may take hold of what is just being freed. Reads therefore begin inside of the gate, and whoever closes the pool
/// shuts it first.
final class ReadGate: Sendable {
    private let held = Mutex(false)

    var isShut: Bool { held.withLock { $0 } }

    /// Runs `begin` and answers true, or false when the gate is shut. `begin` must not wait for a read.
    func pass(_ begin: () -> Void) -> Bool {
        held.withLock { isShut in
            if !isShut { begin() }
            return !isShut
        }
    }

    /// No read begins any more when it returns.
    func shut() { held.withLock { $0 = true } }
}
