import Foundation
import GRDB
import Inspection

/// How the rows of a table are told among the records of pages that nothing leads to any more: by the number and kinds of their
/// columns, and by their own digest.
struct SalvagedTable: Sendable {
    let name: String
    let hasRowid: Bool
    /// The kinds of its columns in the order of the file: `b`lob, `t`ext, `i`nteger, `r`eal, `.` anything. Columns that later
    /// formats add may follow.
    let kinds: String
    /// Which column of the record each column is that the reader asks for; nil for all of them in their order.
    var order: [Int]?
    /// Set where the row id is one of the columns, which the file leaves null.
    var rowidColumn: Int?
    /// Set where rows that come later must stand behind those taken over.
    var shiftsRowid = false
    let isSound: @Sendable (Row) -> Bool

    /// Rows taken over stand before all that are written now, in their old order.
    static let shift: Int64 = 1 << 40

    func hasShape(_ columns: Int, _ hasRowid: Bool) -> Bool {
        hasRowid == self.hasRowid && columns >= kinds.count && columns <= kinds.count + 8
    }

    func resembles(_ record: StoredPage.Record) -> Bool {
        guard hasShape(record.columns.count, record.rowid != nil) else { return false }
        return zip(kinds, record.columns).allSatisfy { kind, value in
            switch (kind, value.storage) {
            case ("b", .blob), ("t", .string), ("i", .int64), ("r", .int64), ("r", .double), (".", _): true
            default: false
            }
        }
    }

    /// The record's columns with its row id among them.
    func values(_ record: StoredPage.Record) -> [DatabaseValue] {
        var values = record.columns
        if let rowidColumn, let rowid = record.rowid { values[rowidColumn] = rowid.databaseValue }
        return values
    }

    /// The record as the readers of the table want it.
    func row(_ values: [DatabaseValue], _ db: Database) throws -> Row? {
        // Rows from before a column was added end before it.
        let chosen = order.map { $0.map { $0 < values.count ? values[$0] : .null } } ?? values
        return try Self.row(chosen, db)
    }

    static func row(_ values: [DatabaseValue], _ db: Database) throws -> Row? {
        let sql = "SELECT " + values.map { _ in "?" }.joined(separator: ", ")
        return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: StatementArguments(values))
    }

    /// Tables whose rows need nothing but to be put where they were.
    static let plain: [SalvagedTable] = [
        SalvagedTable(name: "revisions", hasRowid: true, kinds: ".bibi", rowidColumn: 0) { row in
            guard let id = row.id(1), let revision = row.integer(2), let sequence = row.integer(0) else { return false }
            return StoredRow.feature(row, from: 1, id: id, revision: revision, sequence: sequence) != nil
        },
        SalvagedTable(name: "flights", hasRowid: true, kinds: "btiiitii", shiftsRowid: true) {
            StoredRow.flight($0) != nil
        },
        SalvagedTable(name: "coverage", hasRowid: true, kinds: "bttrrrbi") { CoverageRow.coverage($0) != nil },
        SalvagedTable(name: "case_changes", hasRowid: true, kinds: ".btttt..ii", rowidColumn: 0, shiftsRowid: true) {
            CaseChangeRow.change($0) != nil
        },
        SalvagedTable(name: "case_clocks", hasRowid: false, kinds: "bttttti.ii...i.ii") {
            CaseClockRow.clock($0) != nil
        },
        SalvagedTable(name: "parts", hasRowid: false, kinds: "bbbii") { PartRow.part($0) != nil },
        SalvagedTable(name: "removals", hasRowid: false, kinds: "ttitiii") { RemovalRow.removal($0) != nil },
        SalvagedTable(name: "holds", hasRowid: false, kinds: "bii") { HoldRow.isSound($0) },
        SalvagedTable(name: "outbox_folded", hasRowid: false, kinds: "tttii") { FoldedRow.isSound($0) },
        SalvagedTable(name: "missions", hasRowid: false, kinds: "biibi") { MissionRow.mission($0) != nil },
        SalvagedTable(name: "reflights", hasRowid: false, kinds: "bbt.ii.ii") { ReflightRow.entry($0) != nil },
        SalvagedTable(name: "timings", hasRowid: false, kinds: "bttrrtii", order: [2, 3, 4, 5, 7, 0]) {
            TimingRow.timing($0) != nil
        },
        SalvagedTable(
            name: "places", hasRowid: false, kinds: "tibrrrrrrttiiiii",
            order: [2, 1, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
        ) { PlaceRow.known($0) != nil },
    ]

    static let findings = SalvagedTable(
        name: "findings", hasRowid: true, kinds: "biittt..iibtibi", order: [0, 1, 2, 13, 14]
    ) { StoredRow.isSound($0) }

    static let outbox = SalvagedTable(name: "outbox", hasRowid: false, kinds: "btiitii..i.i") { row in
        row.id(0) != nil && row.name(1) != nil && (row.integer(2) ?? 0) > 0 && row.integer(3) != nil
            && row.text(4).map { states.contains($0) } ?? false
    }

    /// Of the outbox, the last word first.
    static let states = ["delivered", "evicted", "superseded", "dead", "leased", "pending", "held"]
}
