import Foundation
import GRDB
import Inspection
import SQLite

/// One write, inside a transaction of the writer's connection: what it did counts when the transaction is durable.
final class Ledger {
    let db: Database
    let epoch: String
    let now: UTCTime
    /// Counters this write adds to.
    private(set) var counts: [String: Int64] = [:]

    private let sequences: Sequences
    /// Memory that one row after another is written in.
    private var scratch = BoundValues(values: 24, bytes: 4096)
    private var busy = [CompiledStatement?](repeating: nil, count: BusyStatement.allCases.count)

    init(_ db: Database, epoch: String, now: UTCTime, sequences: Sequences = Sequences()) {
        self.db = db
        self.epoch = epoch
        self.now = now
        self.sequences = sequences
    }

    /// Of the writes of one transaction, which nothing else gives sequences to.
    final class Sequences {
        /// Nil before the first one was asked for.
        var last: Int64?
        /// What was lost, when it was looked up.
        fileprivate var lost: LostRevisions??
    }

    /// Revisions that were acknowledged and lost. Their numbers are not given again: whoever got one would take another of the same
    /// number for it.
    struct LostRevisions: Sendable, Hashable {
        static let key = "lost"
        /// Numbers passed over beyond those known to be lost: the newest were not sealed yet.
        static let margin: Int64 = 32

        /// The last place in the feed that was kept.
        var after: Int64
        /// Numbers that any one finding may have lost.
        var count: Int64

        init(after: Int64, count: Int64) { (self.after, self.count) = (after, count) }

        init?(_ text: String) {
            let words = text.split(separator: " ").compactMap { Int64($0) }
            guard words.count == 2, (0...Int64(Int32.max)).contains(words[1]) else { return nil }
            self.init(after: words[0], count: words[1])
        }

        var text: String { "\(after) \(count)" }
    }

    /// Numbers to pass over in the next revision of a finding whose newest one stands at `sequence`.
    func lostRevisions(after sequence: Int64) throws -> Int {
        if sequences.lost == nil {
            let text = try row("SELECT value FROM meta WHERE key = ?", [LostRevisions.key])?.text(0)
            sequences.lost = .some(text.flatMap { LostRevisions($0) })
        }
        guard let lost = sequences.lost ?? nil, sequence <= lost.after else { return 0 }
        return Int(lost.count)
    }

    /// The place of the next revision in the feed.
    func nextSequence() throws -> Int64 {
        let next = try (sequences.last ?? SequenceRow.newest(db)) &+ 1
        sequences.last = next
        return next
    }

    /// Something else than ``nextSequence()`` gave a sequence.
    func forgetSequence() { sequences.last = nil }

    func count(_ name: String, _ number: Int = 1) {
        if number != 0 { counts[name, default: 0] += Int64(number) }
    }

    /// Runs a statement kept compiled, and answers how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try statement(sql, arguments).execute()
        return db.changesCount
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(statement(sql, arguments))
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(statement(sql, arguments))
    }

    /// Binds without GRDB's look at how many arguments there are, which costs as much as binding: they stand beside the text.
    private func statement(_ sql: String, _ arguments: StatementArguments) throws -> Statement {
        let statement = try db.cachedStatement(sql: sql)
        statement.setUncheckedArguments(arguments)
        return statement
    }

    private func compiled(_ kind: BusyStatement) throws -> CompiledStatement {
        if let statement = busy[kind.rawValue] { return statement }
        let statement = try CompiledStatement(kind.sql, in: db)
        busy[kind.rawValue] = statement
        return statement
    }

    /// Runs a statement of the busiest paths with those of `values` in `range`, all when nil, and `more` behind them. Answers how
    /// many rows it changed.
    @discardableResult
    func run(
        _ kind: BusyStatement, _ values: borrowing BoundValues, in range: Range<Int>? = nil,
        _ more: (Int64, Int64)? = nil
    ) throws -> Int {
        try compiled(kind).run(values, in: range, more)
    }

    /// The same, of values written by `write`.
    @discardableResult
    func run(_ kind: BusyStatement, _ write: (inout BoundValues) -> Void) throws -> Int {
        scratch.removeAll()
        write(&scratch)
        return try run(kind, scratch)
    }

    /// What `read` makes of the first row; nil when there is none.
    func first<T>(
        _ kind: BusyStatement, _ write: (inout BoundValues) -> Void, _ read: (borrowing SteppedRow) -> T
    ) throws -> T? {
        scratch.removeAll()
        write(&scratch)
        return try compiled(kind).first(scratch, read)
    }

    /// The row of a revision. `feature` writes its Feature.
    func insert(
        revision: Int, of id: FindingID, at sequence: Int64, feature: (inout [UInt8]) -> Void
    ) throws {
        try run(.revision) { values in
            values.add(id)
            values.add(revision)
            let start = values.bytes.count
            values.addBlob(feature)
            values.add(sequence)
            values.add(StoredRow.digest(values.bytes, from: start, id, Int64(revision), sequence))
        }
    }

    func holds(_ sql: String, _ arguments: StatementArguments = []) throws -> Bool { try row(sql, arguments) != nil }
}
