import Foundation
import GRDB
import Inspection

/// Takes what is sound in a database that was set aside over into the one that is open, in small steps, each in a transaction of the
/// writer with what is being written at the time.
///
/// Page by page and not through SQLite: it needs neither the header nor the schema nor any tree of the old file. Rows are
/// believed by their digests; what was owed keeps its state, so that nothing is sent twice. See docs/decisions/0005-damaged-databases-are-set-aside.md.
final class Salvage: Sendable {
    /// Pages looked at in one step, some tens of milliseconds.
    static let pagesPerStep = 32
    /// Findings looked at in one step of the last pass.
    private static let findingsPerStep = 200

    enum Pass: Int, Sendable, CaseIterable { case rows, findings, outbox, owed }

    /// How far it is, as a row of the new database says in the transaction of the rows themselves.
    struct Position: Sendable, Hashable {
        var pass = Pass.rows
        /// The page, or in the last pass the finding's row, that was done last.
        var last: Int64 = 0
        var taken: Int64 = 0
        var damaged: Int64 = 0

        init() {}

        init?(_ text: String) {
            let words = text.split(separator: " ").compactMap { Int64($0) }
            guard words.count == 4, let pass = Pass(rawValue: Int(clamping: words[0])) else { return nil }
            (self.pass, last, taken, damaged) = (pass, words[1], words[2], words[3])
        }

        var text: String { "\(pass.rawValue) \(last) \(taken) \(damaged)" }
    }

    /// Of the quarantine.
    let name: String
    private let pages: DatabasePages
    private let count: Int

    /// Throws when the file cannot be opened at all.
    init(_ name: String, in quarantine: QuarantineFolder) throws(StoreError) {
        self.name = name
        pages = try DatabasePages(quarantine.file(name))
        count = pages.count
    }

    private var key: String { "salvage " + name }

    /// Does the next step; nil when everything is taken over. Answers how far it is.
    func step(_ ledger: Ledger) throws -> Position? {
        var position = try position(ledger) ?? Position()
        if position.pass == .owed {
            guard try ledger.oweLost(&position, limit: Self.findingsPerStep) else {
                return nil
            }
        } else {
            let first = Int(clamping: position.last) + 1
            let last = min(first + Self.pagesPerStep - 1, count)
            if first <= last {
                for number in first...last { try ledger.takeOver(number, of: pages, &position) }
            }
            position.last = Int64(last)
            if last >= count {
                position.pass = Pass(rawValue: position.pass.rawValue + 1) ?? .owed
                position.last = 0
            }
        }
        try ledger.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [key, position.text])
        return position
    }

    func position(_ ledger: Ledger) throws -> Position? {
        try ledger.row("SELECT value FROM meta WHERE key = ?", [key])?.text(0).flatMap { Position($0) }
    }

    func forget(_ ledger: Ledger) throws { try ledger.run("DELETE FROM meta WHERE key = ?", [key]) }

    /// 0…1.
    func share(_ position: Position) -> Double {
        let page = position.pass == .owed ? 0 : Double(position.last) / Double(max(count, 1))
        return (Double(position.pass.rawValue) + page) / Double(Pass.allCases.count)
    }
}

extension Ledger {
    /// What one page of an old database holds for the pass.
    fileprivate func takeOver(_ number: Int, of pages: DatabasePages, _ position: inout Salvage.Position) throws {
        guard let bytes = pages.page(number) else {
            if position.pass == .rows {
                position.damaged += 1
                count("salvage_unreadable_pages")
            }
            return
        }
        let tables: [SalvagedTable] =
            switch position.pass {
            case .rows: SalvagedTable.plain
            case .findings: [.findings]
            case .outbox, .owed: [.outbox]
            }
        let page = StoredPage(bytes, number: number, of: pages) { columns, hasRowid in
            tables.contains { $0.hasShape(columns, hasRowid) }
        }
        if position.pass == .rows, page.unreadable > 0 {
            position.damaged += Int64(page.unreadable)
            count("salvage_damaged_rows", page.unreadable)
        }
        for record in page.records {
            let alike = tables.filter { $0.resembles(record) }
            guard !alike.isEmpty else { continue }
            var isSound = false
            for table in alike {
                let values = table.values(record)
                guard let row = try table.row(values, db), table.isSound(row) else { continue }
                do {
                    if try takeOver(row, values, of: table, record) {
                        position.taken += 1
                        count("salvaged_rows")
                        count("salvaged_" + table.name)
                    }
                    isSound = true
                } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                    // Columns outside of the digest that no table may hold.
                    continue
                }
                break
            }
            if !isSound {
                position.damaged += 1
                count("salvage_damaged_rows")
            }
        }
    }

    /// False when nothing had to be done.
    private func takeOver(
        _ row: Row, _ values: [DatabaseValue], of table: SalvagedTable, _ record: StoredPage.Record
    ) throws -> Bool {
        switch table.name {
        case "findings": try takeOverFinding(row)
        case "outbox": try takeOverOwed(row, values)
        case "revisions": try takeOverRevision(values)
        default: try put(values, table, rowid: record.rowid)
        }
    }

    /// Puts a row where it was, unless there is one.
    @discardableResult
    private func put(_ values: [DatabaseValue], _ table: SalvagedTable, rowid: Int64?) throws -> Bool {
        var names = try names(of: table.name)
        guard names.count >= values.count else { return false }
        names.removeLast(names.count - values.count)
        var values = values
        if table.shiftsRowid, let rowid {
            let shifted = (rowid &- SalvagedTable.shift).databaseValue
            if let column = table.rowidColumn {
                values[column] = shifted
            } else {
                names.append("rowid")
                values.append(shifted)
            }
        }
        let places = values.map { _ in "?" }.joined(separator: ", ")
        let count = try run(
            "INSERT OR IGNORE INTO \(table.name) (\(names.joined(separator: ", "))) VALUES (\(places))",
            StatementArguments(values))
        if table.name == "case_changes", count > 0 {
            // Numbers by which platforms call back; a later change of the same case comes later in the file.
            try run(
                "INSERT OR REPLACE INTO cases (platform, number, finding, stage) VALUES (?, ?, ?, ?)",
                [values[2], values[3], values[1], values[4]])
        }
        return count > 0
    }

    private func names(of table: String) throws -> [String] {
        try rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", [table]).compactMap { $0.text(0) }
    }

    /// Under its own sequence, which a later revision of the new database may have taken in the meantime: then under another.
    private func takeOverRevision(_ values: [DatabaseValue]) throws -> Bool {
        let revisions = SalvagedTable.plain[0]
        forgetSequence()
        if try put(values, revisions, rowid: nil) { return true }
        guard let id = Data.fromDatabaseValue(values[1]).flatMap({ UUIDv7(blob: Array($0)) }),
            let revision = Int64.fromDatabaseValue(values[2]), let feature = Data.fromDatabaseValue(values[3]),
            try !holds("SELECT 1 FROM revisions WHERE finding = ? AND revision = ?", [id.blob, revision])
        else { return false }
        let sequence = min(try row("SELECT MIN(seq) FROM revisions")?.integer(0) ?? 0, 0) &- 1
        var moved = values
        moved[0] = sequence.databaseValue
        moved[4] = StoredRow.digest(Array(feature), id, revision, sequence).databaseValue
        return try put(moved, revisions, rowid: nil)
    }
}
