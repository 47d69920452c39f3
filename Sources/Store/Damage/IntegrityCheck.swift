import Foundation
import GRDB
import Inspection

/// Looks through every row beside everything else: slice by slice, each in a read of its own, resting as long as it worked. What is
/// damaged is moved into quarantine and counted. At last SQLite looks at its own trees, table by table.
struct IntegrityCheck: Sendable {
    static let slice = 500
    static let shortestRest = Duration.milliseconds(1)

    let life: StoreLife
    let tally: Tally

    private struct Part: Sendable {
        var rows: Int
        var last: DatabaseValue?
        var suspects: [Suspect]
        var missing: Int
    }

    /// How one table is gone through: rows behind a key, and whether each is sound.
    private struct Walk: Sendable {
        var sql: String
        /// Column of the rows by which they are gone through.
        var key: Int
        var first: DatabaseValue
        var suspect: @Sendable (Row) -> Suspect?
        /// Column that is 0 where a row that must be there is not.
        var companion: Int?
    }

    /// Answers how many rows were damaged or missing. Throws `damaged` where SQLite cannot read a tree.
    func run() async throws(StoreError) -> Int64 {
        var damaged: Int64 = 0
        for walk in Self.walks { damaged += try await go(through: walk) }
        damaged += try await checkBooks()
        for name in Self.tables {
            if Task.isCancelled { throw StoreError(kind: .locked, description: "the check was broken off") }
            let complaint = try await life.readLong { try Self.complaint($0, of: name) }
            if let complaint { throw .damaged("\(life.pool.path): \(name): \(complaint)") }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return damaged
    }

    private func go(through walk: Walk) async throws(StoreError) -> Int64 {
        var damaged: Int64 = 0
        var last: DatabaseValue? = walk.first
        while let after = last {
            if Task.isCancelled { throw StoreError(kind: .locked, description: "the check was broken off") }
            let began = ContinuousClock.now
            let part = try await life.read { try Self.part($0, walk, after: after) }
            last = part.last
            damaged += Int64(part.suspects.count + part.missing)
            tally.add(["rows_checked": Int64(part.rows), "rows_missing": Int64(part.missing)])
            if !part.suspects.isEmpty, let writer = life.writer {
                try await writer.perform { try $0.quarantine(part.suspects) }
            }
            try? await Task.sleep(for: max(ContinuousClock.now - began, Self.shortestRest))
        }
        return damaged
    }

    private static func part(_ db: Database, _ walk: Walk, after: DatabaseValue) throws -> Part {
        var part = Part(rows: 0, last: nil, suspects: [], missing: 0)
        let rows = try Row.fetchCursor(db.cachedStatement(sql: walk.sql), arguments: [after, slice])
        while let row = try rows.next() {
            part.rows += 1
            part.last = row[walk.key]
            if let suspect = walk.suspect(row) { part.suspects.append(suspect) }
            if let companion = walk.companion, row.integer(companion) == 0 { part.missing += 1 }
        }
        if part.rows < slice { part.last = nil }
        return part
    }

    /// Counts the outbox anew where the books say something else in the same snapshot: their rows are under no digest.
    private func checkBooks() async throws(StoreError) -> Int64 {
        guard let writer = life.writer, try await life.readLong({ try !Self.wrongBooks($0).isEmpty }) else { return 0 }
        return try await writer.perform { ledger in
            let wrong = try Self.wrongBooks(ledger.db)
            for (destination, state, count) in wrong {
                try ledger.run(
                    "INSERT OR REPLACE INTO books (destination, state, count) VALUES (?, ?, ?)",
                    [destination, state, count])
            }
            ledger.count("books_corrected", wrong.count)
            return Int64(wrong.count)
        }
    }

    /// Lines of the books that the rows contradict, with what they should say.
    private static func wrongBooks(_ db: Database) throws -> [(destination: String, state: String, count: Int64)] {
        var counted: [String: [String: Int64]] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT destination, state, COUNT(*) FROM outbox NOT INDEXED GROUP BY destination, state")
        while let row = try rows.next() {
            guard let destination = row.text(0), let state = row.text(1), let count = row.integer(2) else { continue }
            counted[destination, default: [:]][state] = count
            counted[destination, default: [:]]["produced", default: 0] += count
        }
        let folded = try Row.fetchCursor(
            db, sql: "SELECT destination, state, SUM(count) FROM outbox_folded GROUP BY destination, state")
        while let row = try folded.next() {
            guard let destination = row.text(0), let state = row.text(1), let count = row.integer(2) else { continue }
            counted[destination, default: [:]][state, default: 0] += count
            counted[destination, default: [:]]["produced", default: 0] += count
        }
        var wrong: [(String, String, Int64)] = []
        for row in try Row.fetchAll(db, sql: "SELECT destination, state, count FROM books") {
            let (destination, state) = (row.text(0) ?? "", row.text(1) ?? "")
            let count = counted[destination]?.removeValue(forKey: state) ?? 0
            if row.integer(2) != count { wrong.append((destination, state, count)) }
        }
        for (destination, states) in counted {
            for (state, count) in states { wrong.append((destination, state, count)) }
        }
        return wrong
    }

    private static let lowest = Int64.min.databaseValue

    private static let walks: [Walk] = [
        Walk(
            sql: """
                SELECT f.id, f.revision, f.seq, f.body, f.digest, f.rowid,
                  EXISTS (SELECT 1 FROM revisions r WHERE r.seq = f.seq) FROM findings f
                WHERE f.rowid > ? ORDER BY f.rowid LIMIT ?
                """, key: 5, first: lowest,
            suspect: { row in StoredRow.isSound(row) ? nil : row.integer(5).map { .finding(rowid: $0) } }, companion: 6),
        Walk(
            sql: """
                SELECT finding, revision, feature, digest, seq FROM revisions WHERE seq > ? ORDER BY seq LIMIT ?
                """, key: 4, first: lowest,
            suspect: { row in
                guard let sequence = row.integer(4) else { return nil }
                if let id = row.id(0), let revision = row.integer(1),
                    StoredRow.feature(row, from: 0, id: id, revision: revision, sequence: sequence) != nil
                {
                    return nil
                }
                return .revision(sequence: sequence)
            }),
        Walk(
            sql: StoredRow.flightColumns + " WHERE rowid > ? ORDER BY rowid LIMIT ?", key: 8, first: lowest,
            suspect: { row in StoredRow.flight(row) == nil ? row.integer(8).map { .flight(rowid: $0) } : nil }),
        Walk(
            sql: CoverageRow.columns + " WHERE rowid > ? ORDER BY rowid LIMIT ?", key: 8, first: lowest,
            suspect: { row in CoverageRow.coverage(row) == nil ? row.integer(8).map { .coverage(rowid: $0) } : nil }),
        Walk(
            sql: CaseChangeRow.columns + " WHERE id > ? ORDER BY id LIMIT ?", key: 0, first: lowest,
            suspect: { row in CaseChangeRow.change(row) == nil ? row.integer(0).map { .caseChange(id: $0) } : nil }),
        Walk(
            sql: RemovalRow.columns + " WHERE sha256 > ? ORDER BY sha256 LIMIT ?", key: 0, first: "".databaseValue,
            suspect: { row in RemovalRow.removal(row) == nil ? row.text(0).map { .removal($0) } : nil }),
        Walk(
            sql: HoldRow.columns + " WHERE finding > ? ORDER BY finding LIMIT ?", key: 0, first: Data().databaseValue,
            suspect: { row in HoldRow.isSound(row) ? nil : row.bytes(0).map { .hold(Data($0)) } }),
        Walk(
            sql: FoldedRow.columns + " WHERE key > ? ORDER BY key LIMIT ?", key: 5, first: "".databaseValue,
            suspect: { row in FoldedRow.isSound(row) ? nil : row.text(5).map { .folded($0) } }),
        // Of one finding there are fewer than a slice.
        Walk(
            sql: CaseClockRow.columns + """
                 WHERE finding > ?1 AND finding <=
                  (SELECT MAX(finding) FROM (SELECT finding FROM case_clocks WHERE finding > ?1 ORDER BY finding LIMIT ?2))
                 ORDER BY finding
                """, key: 0, first: Data().databaseValue,
            suspect: { row in
                guard CaseClockRow.clock(row) == nil, let finding = row.bytes(0), let platform = row.text(1) else {
                    return nil
                }
                return .caseClock(Data(finding), platform)
            }),
        Walk(
            sql: PlaceRow.columns + " WHERE finding > ? ORDER BY finding LIMIT ?", key: 0, first: Data().databaseValue,
            suspect: { row in PlaceRow.known(row) == nil ? row.bytes(0).map { .place(Data($0)) } : nil }),
        Walk(
            sql: PartRow.columns + " WHERE part > ? ORDER BY part LIMIT ?", key: 0, first: Data().databaseValue,
            suspect: { row in PartRow.part(row) == nil ? row.bytes(0).map { .part(Data($0)) } : nil }),
        Walk(
            sql: MissionRow.columns + " WHERE flight > ? ORDER BY flight LIMIT ?", key: 0, first: Data().databaseValue,
            suspect: { row in MissionRow.mission(row) == nil ? row.bytes(0).map { .mission(Data($0)) } : nil }),
        // Of one finding there are fewer than a slice.
        Walk(
            sql: ReflightRow.columns + """
                 WHERE finding > ?1 AND finding <=
                  (SELECT MAX(finding) FROM (SELECT finding FROM reflights WHERE finding > ?1 ORDER BY finding LIMIT ?2))
                 ORDER BY finding
                """, key: 0, first: Data().databaseValue,
            suspect: { row in ReflightRow.entry(row) == nil ? ReflightRow.suspect(row) : nil }),
    ]

    /// In the order in which they are looked at.
    static let tables = [
        "meta", "findings", "revisions", "outbox", "books", "flights", "files_done", "evidence", "cases",
        "case_changes", "case_clocks",
        "judgements", "spending", "missions", "places", "parts", "coverage", "reflights", "timings", "removals",
        "holds",
        "outbox_folded", "quarantine",
    ]

    /// SQLite's own word on one table and its indexes; nil when they are sound.
    static func complaint(_ db: Database, of table: String) throws -> String? {
        // What is owed is under no digest: there each index is held against the rows too.
        let check = table == "outbox" ? "integrity_check" : "quick_check"
        let said = try String.fetchAll(db, sql: "PRAGMA \(check)('\(table)')")
        return said == ["ok"] ? nil : said.prefix(3).joined(separator: "; ")
    }

    /// Reads every row of every table by the table's own tree. Throws what SQLite cannot read.
    static func readTables(_ db: Database) throws {
        for table in tables {
            let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('\(table)')")
            let sizes = columns.map { "LENGTH(\($0))" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(db, sql: "SELECT \(sizes) FROM \(table) NOT INDEXED")
            while try rows.next() != nil {}
        }
    }
}
