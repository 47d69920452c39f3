import Foundation
import GRDB
import Inspection

/// Damaged rows are moved aside with a reason and counted; they are never served, and nothing stops for them.
extension Ledger {
    /// Newest rows kept in quarantine.
    static let quarantineLimit: Int64 = 10_000
    /// Bytes kept of one damaged row's content, and of all of them; the oldest rows go first.
    static let quarantinedContent = 64 << 10
    static let quarantinedBytes: Int64 = 64 << 20
    /// Rows between two looks at how many bytes there are.
    private static let quarantineStride: Int64 = 64

    /// The record of a finding; nil when there is none, or when its row was damaged and is now in quarantine.
    func stored(_ id: FindingID) throws -> RecordBody? {
        guard let row = try row(StoredRow.recordColumns + " WHERE id = ?", [id.blob]) else { return nil }
        if let body = StoredRow.record(row, epoch: epoch) { return body }
        try moveAside("findings", "id = ?", [id.blob], content: row.bytes(3), key: id.description)
        return nil
    }

    /// Looks at each row again, for it may have been rewritten since, and moves it aside when it is still damaged.
    func quarantine(_ suspects: [Suspect]) throws {
        for suspect in suspects {
            switch suspect {
            case .finding(let rowid):
                guard let row = try row(StoredRow.recordColumns + " WHERE rowid = ?", [rowid]),
                    StoredRow.record(row, epoch: epoch) == nil
                else { continue }
                try moveAside(
                    "findings", "rowid = ?", [rowid], content: row.bytes(3),
                    key: row.id(0)?.description ?? "row \(rowid)")
            case .revision(let sequence): try quarantineRevision(sequence)
            case .flight(let rowid):
                guard let row = try row(StoredRow.flightColumns + " WHERE rowid = ?", [rowid]),
                    StoredRow.flight(row) == nil
                else { continue }
                try moveAside(
                    "flights", "rowid = ?", [rowid], content: nil, key: row.id(0)?.description ?? "row \(rowid)")
            case .coverage(let rowid): try quarantineCoverage(rowid)
            case .place(let finding): try quarantinePlace(finding)
            case .reflight(let finding, let flight): try quarantineReflight(finding, flight)
            case .caseChange(let id): try quarantineCaseChange(id)
            case .caseClock(let finding, let platform): try quarantineCaseClock(finding, platform)
            case .mission(let flight): try quarantineMission(flight)
            case .removal(let sha256): try quarantineRemoval(sha256)
            case .hold(let finding): try quarantineHold(finding)
            case .folded(let key): try quarantineFolded(key)
            case .part(let part):
                guard let row = try row(PartRow.columns + " WHERE part = ?", [part]), PartRow.part(row) == nil else {
                    continue
                }
                try moveAside(
                    "parts", "part = ?", [part], content: nil, key: UUIDv7(blob: Array(part))?.description ?? "")
            }
        }
    }

    /// Moves a damaged row of the look-up by place aside, and makes it anew from the finding where that is sound.
    private func quarantinePlace(_ key: Data) throws {
        guard let row = try row(PlaceRow.columns + " WHERE finding = ?", [key]), PlaceRow.known(row) == nil else {
            return
        }
        let id = UUIDv7(blob: Array(key))
        try moveAside("places", "finding = ?", [key], content: nil, key: id?.description ?? "")
        if let id, let body = try stored(id) { try place(body.record) }
    }

    /// Moves a damaged or missing revision aside; what was still owed of it cannot be sent and is listed as dead. Of a sound
    /// revision only the owed rows that name another finding or revision are.
    func quarantineRevision(_ sequence: Int64) throws {
        let row = try row("SELECT finding, revision, feature, digest FROM revisions WHERE seq = ?", [sequence])
        var owner: (id: FindingID, revision: Int64)?
        if let row, let id = row.id(0), let revision = row.integer(1),
            StoredRow.feature(row, from: 0, id: id, revision: revision, sequence: sequence) != nil
        {
            owner = (id, revision)
        }
        if let row, owner == nil {
            try moveAside("revisions", "seq = ?", [sequence], content: row.bytes(2), key: "seq \(sequence)")
        }
        count(
            "dead",
            try run(
                """
                UPDATE outbox SET state = 'dead', lease = NULL, lease_until = NULL,
                  last_error = 'the stored revision is damaged'
                  WHERE seq = ?1 AND \(Schema.isOwed)
                    AND (?2 IS NULL OR finding <> ?2 OR revision <> ?3)
                """, [sequence, owner?.id.blob, owner?.revision]))
    }

    func moveAside(
        _ table: String, _ condition: String, _ arguments: StatementArguments, content: [UInt8]?, key: String
    ) throws {
        try run("DELETE FROM \(table) WHERE \(condition)", arguments)
        var reason = "its digest does not agree, or it cannot be read"
        if let content, content.count > Self.quarantinedContent {
            reason += "; the first \(Self.quarantinedContent) of \(content.count) bytes are kept"
        }
        try run(
            "INSERT INTO quarantine (origin, key, reason, at, content) VALUES (?, ?, ?, ?, ?)",
            [table, key, reason, now.microseconds, content.map { Data($0.prefix(Self.quarantinedContent)) }])
        let last = db.lastInsertedRowID
        var dropped = try run("DELETE FROM quarantine WHERE id <= ?", [last &- Self.quarantineLimit])
        if last % Self.quarantineStride == 0 {
            dropped += try run(
                """
                DELETE FROM quarantine WHERE id < (SELECT MAX(id) FROM quarantine) AND id <= (SELECT id FROM
                  (SELECT id, SUM(LENGTH(content)) OVER (ORDER BY id DESC) AS bytes FROM quarantine)
                  WHERE bytes > ? ORDER BY id DESC LIMIT 1)
                """, [Self.quarantinedBytes])
        }
        count("quarantined")
        count("quarantine_dropped", dropped)
    }
}
