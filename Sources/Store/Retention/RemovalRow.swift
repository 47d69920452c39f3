import GRDB
import Inspection

/// A file that retention took away or is taking away, as it lies in the file: what is under way is done to its end by the
/// next life too.
struct RemovalRow: Sendable, Hashable {
    static let columns = "SELECT sha256, kind, bytes, reason, at, gone, digest FROM removals"
    /// Files taken away that are remembered, those that went last.
    static let limit = 1_000_000

    var sha256: String
    var kind: String
    var bytes: Int64
    var reason: String
    var at: UTCTime
    /// False from the decision until the file is gone.
    var isGone: Bool

    /// Nil when the row is damaged.
    static func removal(_ row: Row) -> RemovalRow? {
        guard let sha256 = row.text(0), let kind = row.text(1), let bytes = row.integer(2), let reason = row.text(3),
            let at = row.time(4), let gone = row.integer(5)
        else { return nil }
        let removal = RemovalRow(
            sha256: sha256, kind: kind, bytes: bytes, reason: reason, at: at, isGone: gone != 0)
        return row.integer(6) == removal.digest ? removal : nil
    }

    var digest: Int64 {
        RowDigest.of(
            Array([sha256, kind, reason].joined(separator: "\n").utf8), UInt64(bitPattern: bytes),
            UInt64(bitPattern: at.microseconds), isGone ? 1 : 0)
    }

    var arguments: StatementArguments { [sha256, kind, bytes, reason, at.microseconds, isGone ? 1 : 0, digest] }
}

/// A finding under a legal hold that is in force, to be looked up by; the finding's own row says the rest.
enum HoldRow {
    static let columns = "SELECT finding, at, digest FROM holds"

    static func isSound(_ row: Row) -> Bool {
        guard let finding = row.id(0), let at = row.time(1) else { return false }
        return row.integer(2) == digest(finding, at)
    }

    static func digest(_ finding: FindingID, _ at: UTCTime) -> Int64 {
        RowDigest.of([], finding.high, finding.low, UInt64(bitPattern: at.microseconds))
    }
}

/// Deliveries whose rows were forgotten, by destination, state and the epoch in which they were.
enum FoldedRow {
    static let columns = """
        SELECT destination, state, epoch, count, digest, key FROM
          (SELECT *, destination || ' ' || state || ' ' || epoch AS key FROM outbox_folded)
        """

    static func isSound(_ row: Row) -> Bool {
        guard let destination = row.text(0), let state = row.text(1), let epoch = row.text(2),
            let count = row.integer(3)
        else { return false }
        return row.integer(4) == digest(destination, state, epoch, count)
    }

    static func digest(_ destination: String, _ state: String, _ epoch: String, _ count: Int64) -> Int64 {
        RowDigest.of(Array([destination, state, epoch].joined(separator: "\n").utf8), UInt64(bitPattern: count))
    }
}
