public import GRDB
import GRDBSQLite

/// A statement of one of the writer's busiest paths: compiled and kept by GRDB, bound and stepped here. GRDB boxes and copies every
/// value on its way, which costs more than SQLite's own work on a row.
///
/// For rows only: what begins or ends a transaction or changes a table must go through GRDB, which keeps account of it.
/// Valid where its connection is.
@safe public struct CompiledStatement {
    /// Keeps what `raw` points to.
    private let statement: Statement
    private let raw: OpaquePointer
    private let database: Database
    private let parameters: Int

    public init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        unsafe raw = statement.sqliteStatement
        self.database = database
        parameters = unsafe Int(sqlite3_bind_parameter_count(raw))
    }

    /// Runs it to its end with those of `values` that `range` names, all when nil, and behind them the numbers `more`; answers how many
    /// rows it changed. Throws `SQLITE_RANGE` unless every `?` has a value.
    @discardableResult
    public func run(
        _ values: borrowing BoundValues, in range: Range<Int>? = nil, _ more: (Int64, Int64)? = nil
    ) throws -> Int {
        try unsafe values.bytes.withUnsafeBytes { bytes in
            defer { end() }
            try unsafe bind(values, bytes, range ?? 0..<values.count, more)
            while true {
                let code = unsafe sqlite3_step(raw)
                if code == SQLITE_DONE { return database.changesCount }
                guard code == SQLITE_ROW else { throw failure(code) }
            }
        }
    }

    /// What `read` makes of the first row; nil when there is none.
    public func first<T>(_ values: borrowing BoundValues, _ read: (borrowing SteppedRow) -> T) throws -> T? {
        try unsafe values.bytes.withUnsafeBytes { bytes in
            defer { end() }
            try unsafe bind(values, bytes, 0..<values.count, nil)
            var code = unsafe sqlite3_step(raw)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw failure(code) }
                return nil
            }
            let answer = unsafe read(SteppedRow(raw))
            // What changes rows and tells of them does so as they are asked for.
            while unsafe sqlite3_stmt_readonly(raw) == 0, code == SQLITE_ROW { code = unsafe sqlite3_step(raw) }
            guard code == SQLITE_ROW || code == SQLITE_DONE else { throw failure(code) }
            return answer
        }
    }

    /// The rows, one after another. Nothing else may use the same text in the meantime.
    public func rows(_ values: borrowing BoundValues) throws -> CompiledRows {
        end()
        try unsafe values.bytes.withUnsafeBytes {
            try unsafe bind(values, $0, 0..<values.count, nil, until: Self.copied)
        }
        return CompiledRows(self)
    }

    /// The next row; nil at the end.
    fileprivate func next<T>(_ read: (borrowing SteppedRow) -> T) throws -> T? {
        let code = unsafe sqlite3_step(raw)
        if code == SQLITE_ROW { return unsafe read(SteppedRow(raw)) }
        guard code == SQLITE_DONE else { throw failure(code) }
        return nil
    }

    /// SQLite is given places in `bytes`, and forgets them in ``end()``, or copies what stands there.
    private func bind(
        _ values: borrowing BoundValues, _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>,
        _ more: (Int64, Int64)?, until end: sqlite3_destructor_type? = nil
    ) throws {
        guard range.lowerBound >= 0, range.upperBound <= values.count,
            range.count + (more == nil ? 0 : 2) == parameters
        else {
            throw DatabaseError(
                resultCode: .SQLITE_RANGE, message: "\(range.count) values for \(parameters)", sql: statement.sql)
        }
        // GRDB leaves one where it ended.
        unsafe sqlite3_reset(raw)
        var place: Int32 = 0
        func take(_ code: Int32) throws { if code != SQLITE_OK { throw failure(code) } }
        for index in range {
            place += 1
            switch values.values[index] {
            case .null: try unsafe take(sqlite3_bind_null(raw, place))
            case .integer(let value): try unsafe take(sqlite3_bind_int64(raw, place, value))
            case .real(let value): try unsafe take(sqlite3_bind_double(raw, place, value))
            case .text(let from, let to):
                // No bytes at no address would be NULL.
                guard from < to else {
                    try unsafe take(sqlite3_bind_text(raw, place, "", 0, Self.copied))
                    continue
                }
                let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<to])
                try unsafe take(
                    sqlite3_bind_text(
                        raw, place, text.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: text.count),
                        end))
            case .blob(let from, let to):
                guard from < to else {
                    try unsafe take(sqlite3_bind_zeroblob(raw, place, 0))
                    continue
                }
                let blob = unsafe UnsafeRawBufferPointer(rebasing: bytes[from..<to])
                try unsafe take(sqlite3_bind_blob(raw, place, blob.baseAddress, Int32(clamping: blob.count), end))
            }
        }
        if let more {
            try unsafe take(sqlite3_bind_int64(raw, place + 1, more.0))
            try unsafe take(sqlite3_bind_int64(raw, place + 2, more.1))
        }
    }

    /// A statement that was not reset holds its place in the file; one that was not cleared, places in memory that is gone.
    fileprivate func end() {
        unsafe sqlite3_reset(raw)
        unsafe sqlite3_clear_bindings(raw)
    }

    /// `SQLITE_TRANSIENT`, a macro that Swift does not see.
    private static var copied: sqlite3_destructor_type? {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: statement.sql)
    }
}

/// The rows of a statement, as far as they are asked for.
public final class CompiledRows {
    private let statement: CompiledStatement
    private var isAtEnd = false

    fileprivate init(_ statement: CompiledStatement) { self.statement = statement }

    deinit { statement.end() }

    /// What `read` makes of the next row; nil at the end.
    public func next<T>(_ read: (borrowing SteppedRow) -> T) throws -> T? {
        guard !isAtEnd else { return nil }
        let row = try statement.next(read)
        isAtEnd = row == nil
        return row
    }
}

/// The row a statement stands at. Columns are read without trust: of another type than is asked for they are nil.
@safe public struct SteppedRow: ~Copyable {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { unsafe self.statement = statement }

    public func integer(_ column: Int32) -> Int64? {
        guard unsafe sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
        return unsafe sqlite3_column_int64(statement, column)
    }

    public func text(_ column: Int32) -> String? {
        guard unsafe sqlite3_column_type(statement, column) == SQLITE_TEXT,
            let text = unsafe sqlite3_column_text(statement, column)
        else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
        return unsafe String(validating: bytes, as: UTF8.self)
    }

    public func bytes(_ column: Int32) -> [UInt8]? {
        guard unsafe sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
        let start = unsafe sqlite3_column_blob(statement, column)
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}
