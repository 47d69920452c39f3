import Foundation
import GRDB
import Inspection

/// From setting a database aside until what is sound in it is taken over, nobody knows what is new: what is found in that time is
/// not sent, and a record that is not there is not said to be missing.
extension Ledger {
    /// Row of `meta` with the last place in the feed that the old database may have given; gone when all is taken over.
    static let salvagingKey = "salvaging"
    private static let lookedKey = "salvaging-looked"
    /// Why a row is held that nobody asked to be held. Until a person decides, so are the later revisions of its finding.
    static let maybeKnown = "found while the database was being taken over, and may have been reported before: "
    /// Metres within which a finding of the same type may be the same.
    private static let nearby = 25.0
    /// Rows looked at in one transaction.
    private static let releasedAtOnce = 100

    /// Nil when everything is taken over.
    static func salvaging(_ db: Database) throws -> Int64? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?"), arguments: [salvagingKey]
        )?.integer(0)
    }

    static func mayBeMissing(_ what: String) -> StoreError {
        StoreError(
            kind: .locked, description: "\(what): not there yet, while a database is being taken over",
            hint: "ask again when the status names no salvages")
    }

    /// Looks at some of what was found in the meantime, and ends the time of not knowing when there is no more. False when it has.
    func endSalvaging() throws -> Bool {
        guard let since = try Self.salvaging(db) else { return false }
        let next =
            try row("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?", [Self.lookedKey])?.integer(0) ?? since
        let found = try rows(
            """
            SELECT DISTINCT seq, finding FROM outbox
            WHERE state = 'pending' AND seq > ? AND revision = 1 ORDER BY seq LIMIT ?
            """, [next, Self.releasedAtOnce])
        for row in found {
            guard let id = row.id(1), let known = try knownBefore(id, since) else { continue }
            let held = try run(
                """
                UPDATE outbox SET state = 'held', last_error = ?
                  WHERE finding = ? AND state = 'pending' AND revision = 1
                """, [Self.maybeKnown + known.description, id.blob])
            count("held_after_salvage", held)
        }
        if found.count == Self.releasedAtOnce, let last = found.last?.integer(0) {
            try run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [Self.lookedKey, String(last)])
            return true
        }
        try run("DELETE FROM meta WHERE key IN (?, ?)", [Self.salvagingKey, Self.lookedKey])
        return false
    }

    /// A finding of the same type near `id` that was there before; nil when there is none.
    private func knownBefore(_ id: UUIDv7, _ since: Int64) throws -> FindingID? {
        guard let body = try stored(id), let place = body.record.finding.location else { return nil }
        let query = KnownFindings.Query(
            part: FindingID(milliseconds: 0, randomness: (0, 0)), sceneType: body.record.finding.sceneType,
            point: place.point, radius: Self.nearby,
            seenSince: UTCTime(microseconds: .min))
        return try FindingDatabase.look(for: query, in: db).known.near.first { known in
            try known.id != id
                && holds("SELECT 1 FROM revisions WHERE finding = ? AND seq <= ? LIMIT 1", [known.id.blob, since])
        }?.id
    }
}
