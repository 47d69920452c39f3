import API
import Inspection
import LocatedYAML
import Store

extension Gateway {
    /// What is owed, for operators; `resent` is called when dead deliveries are in the queue again. A destination that left the
    /// settings, or is disabled, is known as long as its book is.
    static func outboxDesk(
        _ database: FindingDatabase, destinations: [Name], resent: @escaping @Sendable () -> Void = {}
    ) -> OutboxDesk {
        OutboxDesk(
            entries: { destination, state, after, limit in
                guard let state = OutboxEntry.State(rawValue: state.rawValue) else { return [] }
                return try await database.outboxEntries(destination, in: state, after: after, limit: limit).map {
                    .init(
                        finding: $0.finding, revision: $0.revision, sequence: $0.sequence, severity: $0.severity,
                        attempts: $0.attempts, created: $0.created, due: $0.due, lastError: $0.lastError)
                }
            },
            resend: { destination, finding in
                let count = try await database.revive(destination, finding: finding)
                if count > 0 { resent() }
                return count
            },
            destinations: { Set(destinations + (try await database.books()).map(\.destination)).sorted() },
            hint: { NearestName.hint(for: $0, among: $1) })
    }
}
