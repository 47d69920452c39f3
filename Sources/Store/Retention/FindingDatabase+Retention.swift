import GRDB
public import Inspection

extension FindingDatabase {
    /// Files of one kind behind a place, oldest first; `limit` is at most 1000. What is being taken away is left out. `next` is
    /// where the following page begins, nil after the last.
    func keptFiles(
        _ kind: EvidenceItem.Kind, after: KeptFile.Cursor?, limit: Int
    ) async throws(StoreError) -> (files: [KeptFile], next: KeptFile.Cursor?) {
        let limit = min(max(limit, 1), 1000)
        let arguments: StatementArguments = [
            kind.rawValue, after?.capturedAt.microseconds ?? Int64.min, after?.sha256 ?? "", limit,
        ]
        return try await read { db in
            var files: [KeptFile] = []
            var seen: Set<String> = []
            var last: KeptFile.Cursor?
            var count = 0
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT e.sha256, e.bytes, e.captured, \(Ledger.standing(of: "e.sha256")),
                          EXISTS (SELECT 1 FROM removals r WHERE r.sha256 = e.sha256 AND r.gone = 0)
                        FROM evidence e INDEXED BY evidence_by_age
                        WHERE e.kind = ?1 AND e.captured >= ?2 AND (e.captured, e.sha256) > (?2, ?3)
                        ORDER BY e.captured, e.sha256 LIMIT ?4
                        """), arguments: arguments)
            while let row = try rows.next() {
                count += 1
                guard let sha256 = row.text(0), let captured = row.time(2) else { continue }
                last = KeptFile.Cursor(capturedAt: captured, sha256: sha256)
                // A hash that is none, of a damaged page, names no file.
                guard sha256.utf8.count == 64, seen.insert(sha256).inserted, row.integer(4) == 0 else { continue }
                files.append(
                    KeptFile(
                        sha256: sha256, kind: kind, bytes: max(row.integer(1) ?? 0, 0), capturedAt: captured,
                        standing: row.integer(3).flatMap { Standing(rawValue: Int(clamping: $0)) } ?? .held))
            }
            return (files, count < limit ? nil : last)
        }
    }

    /// Those of the hashes that no finding names, with whether they were taken away before.
    func unnamed(_ hashes: [String]) async throws(StoreError) -> [String: Bool] {
        try await read { db in
            var unnamed: [String: Bool] = [:]
            for sha256 in hashes {
                let row = try Row.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT EXISTS (SELECT 1 FROM evidence WHERE sha256 = ?1),
                              EXISTS (SELECT 1 FROM removals WHERE sha256 = ?1)
                            """), arguments: [sha256])
                if row?.integer(0) == 0 { unnamed[sha256] = row?.integer(1) == 1 }
            }
            return unnamed
        }
    }

    /// Hashes behind `sha256` that findings name, in their order, with whether a file was taken away under that name.
    func namedFiles(
        after sha256: String, upTo last: String, limit: Int
    ) async throws(StoreError) -> [(sha256: String, wasRemoved: Bool)] {
        try await read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT e.sha256, EXISTS (SELECT 1 FROM removals r WHERE r.sha256 = e.sha256)
                        FROM evidence e WHERE e.sha256 > ? AND e.sha256 <= ? ORDER BY e.sha256 LIMIT ?
                        """), arguments: [sha256, last, limit]
            ).compactMap { row in row.text(0).map { ($0, row.integer(1) == 1) } }
        }
    }

    func beginRemoving(_ removals: [Removal]) async throws(StoreError) -> [RemovedEvidence] {
        guard !removals.isEmpty else { return [] }
        return try await write { try $0.beginRemoving(removals) }
    }

    func finishRemoving(_ hashes: [String]) async throws(StoreError) {
        guard !hashes.isEmpty else { return }
        try await write { try $0.finishRemoving(hashes) }
    }

    func cancelRemoving(_ hashes: [String]) async throws(StoreError) {
        guard !hashes.isEmpty else { return }
        try await write { try $0.cancelRemoving(hashes) }
    }

    func unlist(_ hashes: [String]) async throws(StoreError) {
        guard !hashes.isEmpty else { return }
        try await write { try $0.unlist(hashes) }
    }

    /// What was decided and is not done, as after a kill.
    func unfinishedRemovals(limit: Int) async throws(StoreError) -> [RemovedEvidence] {
        try await readSound { db in
            var files: [RemovedEvidence] = []
            var suspects: [Suspect] = []
            let sql = RemovalRow.columns + " INDEXED BY removals_under_way WHERE gone = 0 ORDER BY at LIMIT ?"
            for row in try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [limit]) {
                if let removal = RemovalRow.removal(row), let kind = EvidenceItem.Kind(rawValue: removal.kind) {
                    files.append(
                        RemovedEvidence(
                            sha256: removal.sha256, kind: kind, bytes: removal.bytes, reason: removal.reason))
                } else if let sha256 = row.text(0) {
                    suspects.append(.removal(sha256))
                }
            }
            return (files, suspects)
        }
    }

    /// When and why a file went; nil for one that did not.
    public func removal(of sha256: String) async throws(StoreError) -> (reason: String, at: UTCTime)? {
        try await read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: RemovalRow.columns + " WHERE sha256 = ?"), arguments: [sha256])
            return row.flatMap { RemovalRow.removal($0) }.map { ($0.reason, $0.at) }
        }
    }

    /// How many findings are under a legal hold.
    public func holdCount() async throws(StoreError) -> Int64 {
        try await read { db in try Row.fetchOne(db, sql: "SELECT COUNT(*) FROM holds")?.integer(0) ?? 0 }
    }

    func trim(after rowid: Int64, before time: UTCTime, limit: Int) async throws(StoreError) -> Int64? {
        try await write { try $0.trim(after: rowid, before: time, limit: limit) }
    }

    func forgetRemovals() async throws(StoreError) { try await write { try $0.forgetRemovals() } }

    /// True while the rows may not be all that there are: nothing may be concluded from a row that is missing.
    var mayLackRows: Bool {
        let condition = condition
        return !condition.waitingSalvages.isEmpty || [.running, .damaged, .unfinished].contains(condition.check)
    }
}
