import Synchronization

/// Something the store tells of itself, for the journal.
public struct StoreNotice: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable {
        /// What was done.
        case notice
        /// Something was damaged and is mended, or is not served.
        case warning
        /// Something that was acknowledged is gone.
        case error
    }

    public var severity: Severity
    public var description: String

    public init(_ severity: Severity, _ description: String) {
        self.severity = severity
        self.description = description
    }
}

/// How the store stands, for the status.
public struct StoreCondition: Sendable, Hashable {
    public enum Check: String, Sendable, Hashable {
        /// Closed in order, and looked through not long ago.
        case notNeeded = "not_needed"
        case running, sound, damaged
        /// Broken off, as by a disk that could not be read.
        case unfinished
    }

    public var check: Check = .notNeeded
    /// Databases that were set aside and are not taken over yet.
    public var waitingSalvages: [String] = []
    /// Share of the pages of the first of them, 0…1.
    public var salvageProgress: Double?
    /// The newest things told, oldest first.
    public var notices: [StoreNotice] = []

    static let noticesKept = 20
}

/// The condition as it is now, for whoever asks.
final class ConditionBoard: Sendable {
    private let held = Mutex(StoreCondition())

    var condition: StoreCondition { held.withLock { $0 } }

    func set(_ change: (inout StoreCondition) -> Void) { held.withLock { change(&$0) } }

    func note(_ notice: StoreNotice) {
        set { $0.notices = ($0.notices + [notice]).suffix(StoreCondition.noticesKept) }
    }
}
