import Foundation
import GRDB
import Inspection
import SQLite

/// Files by their findings, and what is taken away of them.
extension Ledger {
    func list(_ item: EvidenceItem, of finding: FindingID) throws {
        try run(.evidence) { Self.add(item, of: finding, to: &$0) }
    }

    /// Writes everything that the row of a finding's file holds.
    static func add(_ item: EvidenceItem, of finding: FindingID, to values: inout BoundValues) {
        values.add(item.sha256)
        values.add(finding)
        values.add(item.kind.rawValue)
        values.add(item.bytes)
        values.add(item.capturedAt)
        values.add(item.original)
    }

    /// What decides of a file whether it may go, over all the findings that name it; `held` where a row is not there.
    static func standing(of sha256: String) -> String {
        """
        (SELECT MAX(CASE
          WHEN f.id IS NULL OR EXISTS (SELECT 1 FROM holds h WHERE h.finding = x.finding) THEN 3
          WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.finding = x.finding
            AND o.state IN ('pending', 'held', 'leased', 'dead')) THEN 2
          WHEN EXISTS (SELECT 1 FROM cases c WHERE c.finding = x.finding
            AND c.stage NOT IN ('closed', 'rejected')) THEN 1
          ELSE 0 END) FROM evidence x LEFT JOIN findings f ON f.id = x.finding WHERE x.sha256 = \(sha256))
        """
    }

    /// Writes down that these go, each that may still, and that no finding is found by them any more; rows of findings go on
    /// saying what was there. What was made of one of them goes with it. Answers those that go.
    func beginRemoving(_ removals: [Removal]) throws -> [RemovedEvidence] {
        var going: [RemovedEvidence] = []
        for removal in removals {
            let standing = try row("SELECT \(Self.standing(of: "?1"))", [removal.file.sha256])?.integer(0)
            let isOrphan = removal.reason == .orphan && standing == nil
            guard isOrphan || standing.map({ $0 <= Int64(removal.file.standing.rawValue) }) ?? false else { continue }
            guard removal.file.standing < .held || isOrphan else { continue }
            let derived = try rows(
                "SELECT DISTINCT sha256, kind, bytes FROM evidence WHERE original = ?", [removal.file.sha256])
            for row in derived {
                guard let sha256 = row.text(0), let bytes = row.integer(2),
                    let kind = row.text(1).flatMap(EvidenceItem.Kind.init(rawValue:)),
                    try mayFollow(sha256, removal.file.standing)
                else { continue }
                try note(sha256, kind, bytes, Removal.Reason.original, &going)
            }
            try note(removal.file.sha256, removal.file.kind, removal.file.bytes, removal.reason, &going)
        }
        return going
    }

    private func mayFollow(_ sha256: String, _ standing: Standing) throws -> Bool {
        let own = try row("SELECT \(Self.standing(of: "?1"))", [sha256])?.integer(0)
        return own.map { $0 <= Int64(standing.rawValue) } ?? false
    }

    private func note(
        _ sha256: String, _ kind: EvidenceItem.Kind, _ bytes: Int64, _ reason: Removal.Reason,
        _ going: inout [RemovedEvidence]
    ) throws {
        guard !going.contains(where: { $0.sha256 == sha256 }) else { return }
        let row = RemovalRow(
            sha256: sha256, kind: kind.rawValue, bytes: bytes, reason: reason.rawValue, at: now, isGone: false)
        try run(
            "INSERT OR REPLACE INTO removals (sha256, kind, bytes, reason, at, gone, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
            row.arguments)
        try run("DELETE FROM evidence WHERE sha256 = ?", [sha256])
        going.append(RemovedEvidence(sha256: sha256, kind: kind, bytes: bytes, reason: reason.rawValue))
    }

    /// Their files are gone.
    func finishRemoving(_ hashes: [String]) throws {
        for sha256 in hashes {
            let before = try row(RemovalRow.columns + " WHERE sha256 = ?", [sha256]).flatMap { RemovalRow.removal($0) }
            guard var removal = before, !removal.isGone else { continue }
            removal.isGone = true
            try run("UPDATE removals SET gone = 1, digest = ? WHERE sha256 = ?", [removal.digest, sha256])
            count("evidence_removed")
            count("evidence_removed_\(removal.kind)")
            count("evidence_removed_for_\(removal.reason)")
            count("evidence_bytes_removed", Int(clamping: removal.bytes))
        }
    }

    /// Their files went long ago, and rows that name them came back.
    func unlist(_ hashes: [String]) throws {
        for sha256 in hashes { try run("DELETE FROM evidence WHERE sha256 = ?", [sha256]) }
    }

    /// They stay after all.
    func cancelRemoving(_ hashes: [String]) throws {
        for sha256 in hashes { try run("DELETE FROM removals WHERE sha256 = ? AND gone = 0", [sha256]) }
    }

    /// Forgets which files went longest ago, beyond ``RemovalRow/limit``.
    func forgetRemovals() throws {
        let total = try row("SELECT COUNT(*) FROM removals")?.integer(0) ?? 0
        guard total > Int64(RemovalRow.limit) else { return }
        try run(
            """
            DELETE FROM removals WHERE sha256 IN
              (SELECT sha256 FROM removals WHERE gone = 1 ORDER BY at LIMIT ?)
            """, [total - Int64(RemovalRow.limit)])
    }

    func quarantineRemoval(_ sha256: String) throws {
        guard let row = try row(RemovalRow.columns + " WHERE sha256 = ?", [sha256]), RemovalRow.removal(row) == nil
        else { return }
        try moveAside("removals", "sha256 = ?", [sha256], content: nil, key: sha256)
    }
}

/// Rows that nobody needs any more.
extension Ledger {
    /// Of findings behind `rowid`: earlier revisions and answered deliveries from before `time`. Of each destination the newest
    /// delivered row stays, and all that is newer: they say what it has. Answers where to go on; nil when all were looked at.
    func trim(after rowid: Int64, before time: UTCTime, limit: Int) throws -> Int64? {
        let findings = try rows(
            "SELECT rowid, id, seq, last_seen FROM findings WHERE rowid > ? ORDER BY rowid LIMIT ?", [rowid, limit])
        for row in findings {
            guard let id = row.bytes(1).map({ Data($0) }), let newest = row.integer(2), let seen = row.time(3),
                seen < time,
                try !holds("SELECT 1 FROM outbox WHERE finding = ? AND created >= ? LIMIT 1", [id, time.microseconds]),
                try !holds(
                    "SELECT 1 FROM case_changes WHERE finding = ? AND recorded >= ? LIMIT 1", [id, time.microseconds])
            else { continue }
            try fold(id)
            count(
                "revisions_forgotten",
                try run(
                    """
                    DELETE FROM revisions WHERE finding = ?1 AND seq <> ?2 AND seq NOT IN (SELECT seq FROM outbox
                      WHERE finding = ?1 AND state IN ('pending', 'held', 'leased', 'dead'))
                    """, [id, newest]))
        }
        return findings.count < limit ? nil : findings.last?.integer(0)
    }

    private func fold(_ id: Data) throws {
        let old = """
            finding = ?1 AND state IN ('delivered', 'superseded', 'evicted') AND revision <
              (SELECT MAX(d.revision) FROM outbox d WHERE d.finding = ?1 AND d.destination = outbox.destination
                AND d.state = 'delivered')
            """
        let counts = try rows(
            "SELECT destination, state, COUNT(*) FROM outbox WHERE \(old) GROUP BY destination, state", [id])
        guard !counts.isEmpty else { return }
        try run("DELETE FROM outbox WHERE \(old)", [id])
        for row in counts {
            guard let destination = row.text(0), let state = row.text(1), let more = row.integer(2) else { continue }
            let key: StatementArguments = [destination, state, epoch]
            let before = try self.row(
                "SELECT count FROM outbox_folded WHERE destination = ? AND state = ? AND epoch = ?", key)?.integer(0)
            let total = (before ?? 0) &+ more
            try run(
                """
                INSERT INTO outbox_folded (destination, state, epoch, count, digest) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (destination, state, epoch) DO UPDATE SET count = excluded.count, digest = excluded.digest
                """, key + [total, FoldedRow.digest(destination, state, epoch, total)])
            count("deliveries_forgotten", Int(clamping: more))
        }
    }

    func quarantineFolded(_ key: String) throws {
        guard let row = try row(FoldedRow.columns + " WHERE key = ?", [key]), !FoldedRow.isSound(row) else { return }
        try moveAside(
            "outbox_folded", "destination || ' ' || state || ' ' || epoch = ?", [key], content: nil, key: key)
    }
}
