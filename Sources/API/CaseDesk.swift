public import Inspection

/// Where the port finds how open cases stand to their limits.
public struct CaseDesk: Sendable {
    let store: any CaseClockStore
    /// Microseconds of working time that a case has been at its step by then; nil where nothing counts them.
    let used: @Sendable (CaseClock, UTCTime) -> Int64?

    public init(
        store: any CaseClockStore, used: @escaping @Sendable (CaseClock, UTCTime) -> Int64? = { _, _ in nil }
    ) {
        self.store = store
        self.used = used
    }
}
