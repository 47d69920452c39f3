import Foundation
import GRDB
import Inspection

/// How cases go on, platform by platform.
extension Ledger {
    /// Writes a change of the finding's case down; true when it is news for others than the case's history. `known` is the
    /// record that the finding shows, which may be another platform's.
    ///
    /// A number that is another finding's changes nothing: two findings never share a case. A change that the platform dates
    /// before what is known already goes into the history, and the case stands as it stood.
    func follow(_ record: CaseRecord, of id: FindingID, known: CaseRecord?) throws -> Bool {
        let owner = try row(
            "SELECT finding FROM cases WHERE platform = ? AND number = ?", [record.platform.text, record.number])
        if let owner, let other = owner.bytes(0), Data(other) != id.blob {
            count("case_numbers_of_others")
            return false
        }
        var record = record
        if !record.flags.contains(.extended) { record.extending = nil }
        var before = try lastChange(of: id, at: record.platform)
        if before == nil, let known, known.platform == record.platform {
            before = CaseChange(finding: id, record: known, recordedAt: now)
        }
        if let before {
            // What was stated once is not taken back by who says nothing of it.
            if before.record.flags.contains(.extended), record.flags.contains(.extended) {
                record.extending = record.extending ?? before.record.extending
            }
            let isLate = try self.isLate(record, of: id, after: before)
            if before.record.stands(as: record) {
                // What people write there is kept, and is no reason to tell every destination.
                guard let message = record.message, message != before.record.message else { return false }
                if isLate { try keepLate(record, of: id, after: before) } else { try keep(record, of: id) }
                return false
            }
            if isLate {
                try keepLate(record, of: id, after: before)
                return false
            }
            if before.record.number != record.number {
                try run(
                    "DELETE FROM cases WHERE platform = ? AND number = ? AND finding = ?",
                    [record.platform.text, before.record.number, id.blob])
            }
        }
        try run(
            "INSERT OR REPLACE INTO cases (platform, number, finding, stage) VALUES (?, ?, ?, ?)",
            [record.platform.text, record.number, id.blob, record.stage.rawValue])
        try keep(record, of: id)
        return true
    }

    /// Whether the platform dates `record` before what it dated of this case already. Where either has no date that is believed
    /// there is no telling, nor within a second of times in whole seconds: what came last stands. A number that the case never
    /// had is news whatever its date.
    private func isLate(_ record: CaseRecord, of id: FindingID, after before: CaseChange) throws -> Bool {
        guard let at = record.at else { return false }
        let key: StatementArguments = [id.blob, record.platform.text]
        if record.number != before.record.number {
            let hadIt = try holds(
                "SELECT 1 FROM case_changes WHERE finding = ? AND platform = ? AND number = ? LIMIT 1",
                key + [record.number])
            guard hadIt else { return false }
        }
        while true {
            let row = try row(
                CaseChangeRow.columns + """
                     WHERE finding = ?1 AND platform = ?2 AND id >= ?3 AND at <= recorded + ?4 AND (number = ?5 OR ?5 <> ?6)
                     ORDER BY at DESC, id DESC LIMIT 1
                    """,
                key + [CaseChangeRow.lateBelow, CaseChange.leeway, record.number, before.record.number])
            guard let row else { break }
            if let newest = CaseChangeRow.change(row) {
                return newest.statedAt.map { CaseChange.isEarlier(at, than: $0) } ?? false
            }
            guard let damaged = row.integer(0) else { break }
            try quarantineCaseChange(damaged)
        }
        // Of a time when no changes were kept.
        return before.number == 0 && before.statedAt.map { CaseChange.isEarlier(at, than: $0) } ?? false
    }

    /// Nil where there is none, or its row was damaged and is now in quarantine.
    private func lastChange(of id: FindingID, at platform: Name) throws -> CaseChange? {
        while true {
            let row = try row(
                CaseChangeRow.columns + CaseChangeRow.newest, [id.blob, platform.text])
            guard let row else { return nil }
            if let change = CaseChangeRow.change(row) { return change }
            guard let key = row.integer(0) else { return nil }
            try quarantineCaseChange(key)
        }
    }

    /// Into the history alone, once.
    private func keepLate(_ record: CaseRecord, of id: FindingID, after before: CaseChange) throws {
        let isKept = try holds(
            """
            SELECT 1 FROM case_changes WHERE finding = ?1 AND platform = ?2 AND number = ?3 AND stage = ?4 AND flags = ?5
              AND at = ?6 AND (?7 IS NULL OR message = ?7) LIMIT 1
            """,
            [
                id.blob, record.platform.text, record.number, record.stage.rawValue, CaseChangeRow.text(record),
                record.at?.microseconds, record.message,
            ])
        guard !isKept else { return }
        // How it stands must be among them, behind what comes before it.
        if before.number == 0 { try keep(before.record, of: id) }
        let lowest = try row("SELECT MIN(id) FROM case_changes")?.integer(0) ?? 0
        try keep(record, of: id, as: min(lowest, CaseChangeRow.lateBelow) - 1)
        count("case_changes_late")
    }

    /// `key` is nil for the next one.
    private func keep(_ record: CaseRecord, of id: FindingID, as key: Int64? = nil) throws {
        let change = CaseChange(finding: id, record: record, recordedAt: now)
        try run(
            """
            INSERT INTO case_changes (id, finding, platform, number, stage, flags, at, message, recorded, digest)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                key, id.blob, record.platform.text, record.number, record.stage.rawValue, CaseChangeRow.text(record),
                record.at?.microseconds, record.message, now.microseconds, CaseChangeRow.digest(change),
            ])
        try run(
            """
            DELETE FROM case_changes WHERE finding = ?1 AND id <=
              (SELECT id FROM case_changes WHERE finding = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
            """, [id.blob, caseChangesKept])
        count("case_changes")
    }

    func quarantineCaseChange(_ id: Int64) throws {
        guard let row = try row(CaseChangeRow.columns + " WHERE id = ?", [id]), CaseChangeRow.change(row) == nil else {
            return
        }
        try moveAside(
            "case_changes", "id = ?", [id], content: nil, key: row.id(1)?.description ?? "case change \(id)")
    }
}
