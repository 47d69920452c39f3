import Foundation
import GRDB
import Inspection

/// Findings and debts of a database that was set aside. Everything here may be done twice: what is known already is left as it is.
extension Ledger {
    /// A finding goes on as a new revision of this epoch. What was owed of it keeps its own revisions; only where it was found again
    /// in the meantime, and that is still to be told, is the joint revision owed instead.
    func takeOverFinding(_ stored: Row) throws -> Bool {
        guard let old = StoredRow.record(stored, epoch: epoch) else { return false }
        let id = old.record.finding.id
        var body = old
        let items: [EvidenceItem]
        var isAwaited = false
        if let now = try self.stored(id) {
            guard let merged = Self.merged(now, with: old) else { return false }
            body = merged
            isAwaited = try holds(
                "SELECT 1 FROM outbox WHERE finding = ? AND state IN ('pending', 'held') AND seq > ? LIMIT 1",
                [id.blob, old.record.sequence])
            items = fresh(old.record.evidence, beyond: now.record.evidence)
        } else {
            items = old.record.evidence
            body.record.evidence = []
        }
        body.record.revision = max(body.record.revision, old.record.revision, try lastRevision(of: id))
        let written = try append(body, items, isOwed: isAwaited)
        try withdrawIfDismissed(id.blob)
        if try sightings(ofPart: id) == nil { try keep(written.finding.sharedPart, of: id) }
        if let record = written.caseRecord {
            try run(
                "INSERT OR IGNORE INTO cases (platform, number, finding, stage) VALUES (?, ?, ?, ?)",
                [record.platform.text, record.number, id.blob, record.stage.rawValue])
        }
        try judge(written, before: nil)
        return true
    }

    /// What was written since the start, with what the old database knows besides; nil when that is nothing. The evidence is left
    /// to the caller.
    private static func merged(_ now: RecordBody, with old: RecordBody) -> RecordBody? {
        var merged = now
        let (new, before) = (now.record, old.record)
        merged.record.verdicts = before.verdicts + new.verdicts.filter { !before.verdicts.contains($0) }
        merged.record.caseRecord = new.caseRecord ?? before.caseRecord
        let isNews =
            merged.record.verdicts.count > new.verdicts.count || merged.record.caseRecord != new.caseRecord
        if before.finding.sightings > new.finding.sightings {
            merged.record.finding = before.finding
            merged.record.finding.status = new.finding.status
        }
        merged.record.finding.firstSeen = min(before.finding.firstSeen, new.finding.firstSeen)
        merged.record.finding.lastSeen = max(before.finding.lastSeen, new.finding.lastSeen)
        if isNews { merged.record.finding.status = before.finding.status }
        let known = Set(new.evidence.map(\.sha256))
        let isSame =
            !isNews && merged.record.finding == new.finding && before.evidence.allSatisfy { known.contains($0.sha256) }
        return isSame ? nil : merged
    }

    /// A debt keeps its state. Of one in flight nobody knows whether it arrived: it is asked again under its own key, as after any
    /// lost answer. What can no longer be sent, because its revision is gone, is listed as dead.
    func takeOverOwed(_ owed: Row, _ values: [DatabaseValue]) throws -> Bool {
        guard let finding = owed.bytes(0).map({ Data($0) }), let destination = owed.text(1),
            let revision = owed.integer(2), let was = owed.text(4)
        else { return false }
        let key: StatementArguments = [finding, destination, revision]
        if let present = try row(
            "SELECT state FROM outbox WHERE finding = ? AND destination = ? AND revision = ?", key)?.text(0)
        {
            return try raise(present, by: owed, was: was, key)
        }
        var state = was
        var values = values
        if ["pending", "held", "leased"].contains(was) {
            let sequence = try row(
                "SELECT seq FROM revisions WHERE finding = ? AND revision = ?", [finding, revision])?.integer(0)
            if let sequence { values[3] = sequence.databaseValue }
            if was == "leased" {
                values[9] = Int64(1).databaseValue
                state = "pending"
            }
            values[7] = .null
            values[8] = .null
            if sequence == nil {
                state = "dead"
                values[10] = "the stored revision is damaged".databaseValue
                count("dead")
            } else if try supersedes(finding, destination, owed.integer(3) ?? 0) {
                state = "superseded"
            }
        }
        values[4] = state.databaseValue
        let names = try rows("SELECT name FROM pragma_table_info('outbox') ORDER BY cid").compactMap { $0.text(0) }
        guard names.count >= values.count else { return false }
        let places = values.map { _ in "?" }.joined(separator: ", ")
        if ["delivered", "pending", "held"].contains(state) {
            try giveWay(finding, destination, to: owed.integer(3) ?? 0)
        }
        return try run(
            "INSERT OR IGNORE INTO outbox (\(names.prefix(values.count).joined(separator: ", "))) VALUES (\(places))",
            StatementArguments(values)) > 0
    }

    /// A row that is there already, as an older copy in the same file or as one made anew since the start: the later word counts.
    private func raise(_ present: String, by owed: Row, was: String, _ key: StatementArguments) throws -> Bool {
        // What is on its way says itself how it ends.
        guard present != "leased", let rank = Self.rank(was), let known = Self.rank(present), rank > known else {
            return false
        }
        if was == "leased" {
            return try run(
                """
                UPDATE outbox SET unanswered = 1, attempts = MAX(attempts, ?, 1)
                  WHERE finding = ? AND destination = ? AND revision = ? AND unanswered = 0
                """, [owed.integer(5) ?? 1] + key) > 0
        }
        try run(
            """
            UPDATE outbox SET state = ?, last_error = COALESCE(?, last_error)
              WHERE finding = ? AND destination = ? AND revision = ?
            """, [was, owed.text(10)] + key)
        if was == "delivered", let finding = owed.bytes(0), let destination = owed.text(1) {
            try giveWay(Data(finding), destination, to: owed.integer(3) ?? 0)
        }
        return true
    }

    /// Of two copies of one row the greater is the later.
    private static func rank(_ state: String) -> Int? {
        ["held", "pending", "leased", "dead", "evicted", "superseded", "delivered"].firstIndex(of: state)
    }

    /// True when a newer revision waits there, is on its way or has arrived. By the place in the feed: the numbers of revisions begin
    /// anew where a finding was found again before it was taken over.
    private func supersedes(_ finding: Data, _ destination: String, _ sequence: Int64) throws -> Bool {
        try holds(
            """
            SELECT 1 FROM outbox WHERE finding = ? AND destination = ? AND seq > ?
              AND state IN ('pending', 'held', 'leased', 'delivered') LIMIT 1
            """, [finding, destination, sequence])
    }

    /// What waits there of an older revision gives way.
    private func giveWay(_ finding: Data, _ destination: String, to sequence: Int64) throws {
        count(
            "superseded",
            try run(
                """
                UPDATE outbox SET state = 'superseded' WHERE finding = ? AND destination = ?
                  AND state IN ('pending', 'held') AND seq < ?
                """, [finding, destination, sequence]))
    }

    /// Debts whose rows are lost: what the findings' own routes say they must have had. A destination that has given the finding a
    /// case has got it; any other is asked once more, under the same key as before.
    ///
    /// False when all findings were looked at.
    func oweLost(_ position: inout Salvage.Position, limit: Int) throws -> Bool {
        let rows = try rows(
            "SELECT id, revision, seq, body, digest, rowid FROM findings WHERE rowid > ? ORDER BY rowid LIMIT ?",
            [position.last, limit])
        guard let last = rows.last?.integer(5) else { return false }
        position.last = last
        for row in rows {
            // As many destinations as routes: nothing can be missing, and decoding costs more than all the rest.
            let routes = Self.routes(in: row.bytes(3) ?? [])
            let owed = try self.row(
                "SELECT COUNT(DISTINCT destination) FROM outbox WHERE finding = ?", [row.bytes(0).map { Data($0) }])
            guard owed?.integer(0) ?? 0 < routes, let body = StoredRow.record(row, epoch: epoch) else { continue }
            try oweLost(body)
        }
        return true
    }

    /// How many routes a record's text names: nothing else in it has this member, and quotes inside of strings are escaped.
    private static func routes(in body: [UInt8]) -> Int64 {
        let member = Array("\"destination\":".utf8)
        guard body.count >= member.count else { return 0 }
        var count: Int64 = 0
        // They stand at the end.
        for start in stride(from: body.count - member.count, through: 0, by: -1) where body[start] == 34 {
            if body[start..<(start + member.count)].elementsEqual(member) { count += 1 }
        }
        return count
    }

    private func oweLost(_ body: RecordBody) throws {
        let id = body.record.finding.id.blob
        let decision = Self.decision(body.record.verdicts)
        for route in body.routes where route.release != .never && decision != .dismissed {
            let key: StatementArguments = [id, route.destination.text]
            guard try !holds("SELECT 1 FROM outbox WHERE finding = ? AND destination = ? LIMIT 1", key) else {
                continue
            }
            // The newest revision that was there before this epoch: its bytes may have been sent.
            let revisions = try rows(
                "SELECT revision, seq FROM revisions WHERE finding = ? ORDER BY revision DESC LIMIT 2", [id])
            guard let revision = revisions.last?.integer(0), let sequence = revisions.last?.integer(1) else { continue }
            let hasCase = try holds("SELECT 1 FROM case_changes WHERE finding = ? AND platform = ? LIMIT 1", key)
            let isCase = hasCase || body.record.caseRecord?.platform == route.destination
            let state = isCase ? "delivered" : route.release == .review && decision != .upheld ? "held" : "pending"
            // It may have been sent: a destination without keys is asked first whether it has it.
            let asked = state == "pending" ? 1 : 0
            try run(
                """
                INSERT INTO outbox (finding, destination, revision, seq, state, created, attempts, unanswered, urgency)
                  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    id, route.destination.text, revision, sequence, state, now.microseconds, asked, asked,
                    body.record.finding.severity.urgency,
                ])
            count("salvaged_debts")
        }
    }
}
