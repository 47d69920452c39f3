import HTTPTypes
public import Inspection

/// What is owed to destinations, for those who keep the gateway going.
public struct OutboxDesk: Sendable {
    public enum State: String, Sendable, Hashable, CaseIterable { case pending, leased, held, dead }

    public struct Entry: Sendable, Hashable {
        public var finding: FindingID
        public var revision: Int
        /// Place in the change feed: where the next page goes on.
        public var sequence: Int64
        public var severity: Severity
        public var attempts: Int
        public var created: UTCTime
        /// Nil when it may go at once.
        public var due: UTCTime?
        public var lastError: String?

        public init(
            finding: FindingID, revision: Int, sequence: Int64, severity: Severity, attempts: Int, created: UTCTime,
            due: UTCTime?, lastError: String?
        ) {
            self.finding = finding
            self.revision = revision
            self.sequence = sequence
            self.severity = severity
            self.attempts = attempts
            self.created = created
            self.due = due
            self.lastError = lastError
        }

        func write(to json: inout JSONText) {
            json.member("finding", finding.description)
            json.member("revision", revision)
            json.member("seq", sequence)
            json.member("severity", severity.rawValue)
            json.member("attempts", attempts)
            json.member("created", created.rfc3339)
            if let due { json.member("due", due.rfc3339) }
            if let lastError { json.member("last_error", lastError) }
        }
    }

    /// Rows of one state behind a place in the feed, oldest first.
    let entries: @Sendable (Name, State, Int64, Int) async throws -> [Entry]
    /// Puts dead deliveries of one finding, or of all when nil, back in the queue; answers how many.
    let resend: @Sendable (Name, FindingID?) async throws -> Int
    /// Those of the settings, and those that something was ever owed to.
    let destinations: @Sendable () async throws -> [Name]
    /// What to say of a name that is none of these: the nearest, or all.
    let hint: @Sendable (_ name: String, _ known: [String]) -> String

    public init(
        entries: @escaping @Sendable (Name, State, Int64, Int) async throws -> [Entry],
        resend: @escaping @Sendable (Name, FindingID?) async throws -> Int,
        destinations: @escaping @Sendable () async throws -> [Name],
        hint: @escaping @Sendable (_ name: String, _ known: [String]) -> String = { _, _ in "" }
    ) {
        self.entries = entries
        self.resend = resend
        self.destinations = destinations
        self.hint = hint
    }

    /// The destination of that name.
    func destination(_ text: String) async throws -> Name {
        let known = try await destinations()
        if let name = known.first(where: { $0.text == text }) { return name }
        let shown = String(text.prefix(64))
        let hint = hint(shown, known.map(\.text))
        throw Problem(
            .notFound, "no_such_destination",
            "There is no destination of the name \"\(shown)\"" + (hint.isEmpty ? "." : ": \(hint)"))
    }
}
