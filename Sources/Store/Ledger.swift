import Foundation
import GRDB
import Inspection

/// One write, inside a transaction of the writer's connection: what it did counts when the transaction is durable.
final class Ledger {
    let db: Database
    let epoch: String
    let now: UTCTime
    /// Counters this write adds to.
    private(set) var counts: [String: Int64] = [:]

    init(_ db: Database, epoch: String, now: UTCTime) {
        self.db = db
        self.epoch = epoch
        self.now = now
    }

    func count(_ name: String, _ number: Int = 1) {
        if number != 0 { counts[name, default: 0] += Int64(number) }
    }

    /// Runs a statement kept compiled, and answers how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
        return db.changesCount
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    }

    func holds(_ sql: String, _ arguments: StatementArguments = []) throws -> Bool { try row(sql, arguments) != nil }
}
