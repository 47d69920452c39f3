import Foundation
import GRDB
import Inspection

/// How cases go on, platform by platform.
extension Ledger {
    /// Writes a change of the finding's case down; true when it is news for others than the case's history. `known` is the
    /// record that the finding shows, which may be another platform's.
    ///
    /// A number that is another finding's changes nothing: two findings never share a case.
    func follow(_ record: CaseRecord, of id: FindingID, known: CaseRecord?) throws -> Bool {
        let owner = try row(
            "SELECT finding FROM cases WHERE platform = ? AND number = ?", [record.platform.text, record.number])
        if let owner, let other = owner.bytes(0), Data(other) != id.blob {
            count("case_numbers_of_others")
            return false
        }
        var before = try lastChange(of: id, at: record.platform)?.record
        if before == nil, known?.platform == record.platform { before = known }
        if let before, before.stands(as: record) {
            // What people write there is kept, and is no reason to tell every destination.
            if let message = record.message, message != before.message { try keep(record, of: id) }
            return false
        }
        if let before, before.number != record.number {
            try run(
                "DELETE FROM cases WHERE platform = ? AND number = ? AND finding = ?",
                [record.platform.text, before.number, id.blob])
        }
        try run(
            "INSERT OR REPLACE INTO cases (platform, number, finding, stage) VALUES (?, ?, ?, ?)",
            [record.platform.text, record.number, id.blob, record.stage.rawValue])
        try keep(record, of: id)
        return true
    }

    /// Nil where there is none, or its row was damaged and is now in quarantine.
    private func lastChange(of id: FindingID, at platform: Name) throws -> CaseChange? {
        while true {
            let row = try row(
                CaseChangeRow.columns + " WHERE finding = ? AND platform = ? ORDER BY id DESC LIMIT 1",
                [id.blob, platform.text])
            guard let row else { return nil }
            if let change = CaseChangeRow.change(row) { return change }
            guard let key = row.integer(0) else { return nil }
            try quarantineCaseChange(key)
        }
    }

    private func keep(_ record: CaseRecord, of id: FindingID) throws {
        let change = CaseChange(finding: id, record: record, recordedAt: now)
        try run(
            """
            INSERT INTO case_changes (finding, platform, number, stage, flags, at, message, recorded, digest)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id.blob, record.platform.text, record.number, record.stage.rawValue, CaseChangeRow.text(record),
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
