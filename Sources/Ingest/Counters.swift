import Synchronization

/// What a source counted since its start, by name.
final class Counters: Sendable {
    private let values = Mutex<[String: Int64]>([
        "frames": 0, "packets": 0, "bytes": 0, "restarts": 0, "dropped_frames": 0,
    ])
    /// Of the reader in use, which counts from its own start.
    private let running = Mutex<[String: Int64]>([:])

    var all: [String: Int64] {
        let current = running.withLock { $0 }
        return values.withLock { $0.merging(current, uniquingKeysWith: &+) }
    }

    func add(_ name: String, _ amount: Int64 = 1) {
        guard amount != 0 else { return }
        values.withLock { $0[name, default: 0] &+= amount }
    }

    /// Replaces the figures of the reader in use.
    func update(_ figures: [String: Int64]) { running.withLock { $0 = figures } }

    /// The reader in use is done: its figures are kept.
    func settle() {
        let done = running.withLock { running in
            defer { running = [:] }
            return running
        }
        for (name, amount) in done { add(name, amount) }
    }
}
