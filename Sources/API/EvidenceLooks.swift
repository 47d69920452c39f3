import Inspection
import Synchronization

/// Counts the looks at evidence and says which of them the log is to name.
///
/// Every look is logged, at level info: it is the day's work and nothing an operator must act on. One person's looks at
/// one file within a minute are one line, or a clip that a phone plays in a hundred ranges would fill the journal and
/// push out what matters; the counters `evidence_looks` and `original_looks` count each.
final class EvidenceLooks: Sendable {
    /// Files by people remembered; beyond it all are forgotten, which costs a line for each and hides none.
    static let remembered = 4096
    static let intervalNanoseconds: Int64 = 60_000_000_000

    private struct Look: Hashable {
        var sha256: String
        var principal: String
    }

    private let state = Mutex<(count: Int64, originals: Int64, logged: [Look: Int64])>((0, 0, [:]))

    var count: Int64 { state.withLock { $0.count } }
    /// Of these, of pictures and clips as they were captured.
    var originals: Int64 { state.withLock { $0.originals } }

    /// True when this look gets a line of its own.
    func add(sha256: String, by principal: String, isOriginal: Bool, at monotonicNanoseconds: Int64) -> Bool {
        state.withLock { state in
            state.count &+= 1
            if isOriginal { state.originals &+= 1 }
            let look = Look(sha256: sha256, principal: principal)
            if let last = state.logged[look], monotonicNanoseconds &- last < Self.intervalNanoseconds { return false }
            if state.logged.count >= Self.remembered { state.logged = [:] }
            state.logged[look] = monotonicNanoseconds
            return true
        }
    }
}
