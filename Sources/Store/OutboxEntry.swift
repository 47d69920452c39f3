import GRDB
public import Inspection

/// One row of the outbox as an operator sees it.
public struct OutboxEntry: Sendable, Hashable {
    /// Those that may still be sent, by themselves or by hand.
    public enum State: String, Sendable, Hashable, CaseIterable { case pending, leased, held, dead }

    public var destination: Name
    public var finding: FindingID
    public var revision: Int
    /// Place in the change feed: where a page of entries goes on.
    public var sequence: Int64
    public var state: State
    public var severity: Severity
    public var attempts: Int
    /// Nil when it may go at once.
    public var due: UTCTime?
    public var created: UTCTime
    /// Why the last attempt failed.
    public var lastError: String?

    init?(_ row: Row, destination: Name, state: State) {
        guard let finding = row.id(0), let revision = row.integer(1), let sequence = row.integer(2),
            let attempts = row.integer(3), let due = row.integer(4), let created = row.time(5)
        else { return nil }
        self.destination = destination
        self.finding = finding
        self.revision = Int(clamping: revision)
        self.sequence = sequence
        self.state = state
        severity = Severity.allCases.first { $0.urgency == row.integer(6) } ?? .blue
        self.attempts = Int(clamping: attempts)
        self.due = due > 0 ? UTCTime(microseconds: due) : nil
        self.created = created
        lastError = row.text(7)
    }
}
