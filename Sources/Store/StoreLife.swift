import Foundation
import GRDB
import Inspection

/// The connections to one database, from opening to closing. After an error of the disk or damage the store goes on with
/// another one.
final class StoreLife: Sendable {
    let pool: DatabasePool
    /// Answers what is known near a place, and nothing else: a connection of the pool first looks whether the schema changed,
    /// which takes longer than the answer. Nil for a database opened for reading only.
    let places: DatabaseQueue?
    let epoch: String
    /// Nil for a database opened for reading only.
    let writer: GroupCommit?
    /// True when the database was made by this opening.
    let isNew: Bool

    let gate: ReadGate

    private init(
        pool: DatabasePool, places: DatabaseQueue?, gate: ReadGate, epoch: String, writer: GroupCommit?, isNew: Bool
    ) {
        self.gate = gate
        self.pool = pool
        self.places = places
        self.epoch = epoch
        self.writer = writer
        self.isNew = isNew
    }

    /// What an opening needs besides the path.
    struct Surroundings: Sendable {
        var clock: any Inspection.Clock
        var tally: Tally
        var lastSealed: LastSealed?
        var tell: @Sendable (StoreNotice) -> Void
        /// Leases are those of an earlier life, and go back to the queue. False where the store is opened again in the midst of
        /// a life whose deliveries are under way.
        var reclaims = true
    }

    static func open(_ path: String, _ around: Surroundings) throws(StoreError) -> StoreLife {
        let isNew = try DatabaseHeader.check(path) == .absent
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(readonly: false))
            do {
                let epoch = try pool.writeWithoutTransaction { db in
                    // Opening in WAL mode set NORMAL, which loses acknowledged rows in a power cut.
                    try db.execute(sql: "PRAGMA synchronous = FULL")
                    return try prepare(db, path, around)
                }
                let places = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
                let gate = ReadGate()
                return StoreLife(
                    pool: pool, places: places, gate: gate, epoch: epoch,
                    writer: GroupCommit(
                        pool: pool, places: places, gate: gate, epoch: epoch, clock: around.clock,
                        tally: around.tally),
                    isNew: isNew)
            } catch {
                try? pool.close()
                throw error
            }
        } catch {
            // At the start there is no doubt about our own statements: the tables are not as they were made.
            if let error = error as? DatabaseError,
                error.resultCode == .SQLITE_ERROR || error.resultCode == .SQLITE_SCHEMA
            {
                throw .damaged("open \(path): \(error.message ?? "SQLite error")")
            }
            throw StoreError("open", database: path, error)
        }
    }

    static func openReadOnly(_ path: String) throws(StoreError) -> StoreLife {
        try DatabaseHeader.check(path)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(readonly: true))
            let epoch = try pool.read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'epoch'") }
            return StoreLife(
                pool: pool, places: nil, gate: ReadGate(), epoch: epoch ?? "", writer: nil, isNew: false)
        } catch {
            throw StoreError("open", database: path, error)
        }
    }

    /// Reads one snapshot.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { answer in
            let hasBegun = gate.pass {
                pool.asyncRead { [path = pool.path] db in
                    answer.resume(
                        returning: Result { try body(db.get()) }.mapError { StoreError("read", database: path, $0) })
                }
            }
            if !hasBegun { answer.resume(returning: .failure(.closed())) }
        }
        return try result.get()
    }

    /// The same of one that takes long: broken off with its task.
    func readLong<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        do {
            return try await pool.read(body)
        } catch is CancellationError {
            throw StoreError(kind: .locked, description: "read \(pool.path): broken off")
        } catch {
            throw StoreError("read", database: pool.path, error)
        }
    }

    /// Closes every connection, whatever is being read.
    func shut() {
        gate.shut()
        pool.invalidateReadOnlyConnections()
        try? places?.close()
        try? pool.close()
    }

    /// Brings the format up, compares what the file says of itself, and returns the leases of an earlier life to the queue.
    private static func prepare(_ db: Database, _ path: String, _ around: Surroundings) throws -> String {
        let now = around.clock.utc
        try Schema.verify(db, path)
        let dropped = try Schema.dropAdditions(db)
        if !dropped.isEmpty {
            around.tell(
                StoreNotice(
                    .warning,
                    "\(path) had indexes that are not FlyOnce's, now dropped: \(dropped.joined(separator: ", "))"))
        }
        try Schema.migrate(
            db, now: now, seconds: { Double(around.clock.monotonicNanoseconds) / 1e9 }, tell: around.tell,
            epoch: { newEpoch(around.clock) })
        try Schema.fix(db)
        guard var epoch = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'"),
            FindingID(epoch) != nil
        else { throw StoreError.damaged("\(path) has lost its epoch") }
        let newest = try SequenceRow.newest(db)
        if let sealed = around.lastSealed, sealed.epoch == epoch, newest < sealed.sequence {
            around.tally.add(["acknowledged_rows_lost": sealed.sequence &- newest])
            let ended = epoch
            epoch = newEpoch(around.clock)
            try db.execute(sql: "UPDATE meta SET value = ? WHERE key = 'epoch'", arguments: [epoch])
            // What is written from now on is never taken for what was lost.
            let known = try String.fetchOne(
                db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [Ledger.LostRevisions.key])
            let before = known.flatMap { Ledger.LostRevisions($0) }?.count ?? 0
            let count = min(sealed.sequence &- newest, Int64(Int32.max) / 4) + Ledger.LostRevisions.margin + before
            let lost = Ledger.LostRevisions(after: newest, count: min(count, Int64(Int32.max) / 2))
            try db.execute(
                sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                arguments: [Ledger.LostRevisions.key, lost.text])
            try SequenceRow.raise(db, to: sealed.sequence)
            around.tell(
                StoreNotice(
                    .error,
                    """
                    the database ends at \(newest), and \(sealed.sequence) was sealed in the epoch \(ended): \
                    \(sealed.sequence &- newest) acknowledged revisions are gone; the epoch \(epoch) begins
                    """))
        }
        if let fresh = try DatabaseExport.begin(db, epoch: { newEpoch(around.clock) }, tell: around.tell) {
            epoch = fresh
        }
        guard around.reclaims else { return epoch }
        try db.inTransaction(.immediate) {
            let ledger = Ledger(db, epoch: epoch, now: now)
            try ledger.reclaim(nil, now: nil)
            around.tally.add(ledger.counts)
            return .commit
        }
        return epoch
    }

    private static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "flyonce.db"
        configuration.readonly = readonly
        configuration.maximumReaderCount = FindingDatabase.readers
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // Checkpoints are the writer's own, made between groups, so that their errors are seen.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0")
            // Holds the inner pages by which a million findings are looked up by place.
            if db.configuration.readonly { try db.execute(sql: "PRAGMA cache_size = -8192") }
            if !db.configuration.readonly {
                // Statement journals in memory: as files they cost more than the rows. A group must fit the cache (16 MiB).
                try db.execute(
                    sql: """
                        PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
                        PRAGMA secure_delete = FAST
                        """)
            }
        }
        return configuration
    }

    /// Random, so that a database made anew is never taken for the one before it.
    private static func newEpoch(_ clock: any Inspection.Clock) -> String {
        var random = SystemRandomNumberGenerator()
        return UUIDv7(
            milliseconds: UInt64(max(clock.utc.microseconds / 1000, 0)), randomness: (random.next(), random.next())
        ).description
    }
}

/// Where the sequence of revisions stands.
enum SequenceRow {
    /// A row of SQLite's own table that is further ahead than this was not counted there, it was damaged.
    private static let leap: Int64 = 1 << 51

    /// The greatest sequence ever given; 0 for none.
    static func newest(_ db: Database) throws -> Int64 {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'revisions'), (SELECT MAX(seq) FROM revisions)
                    """))
        let counted = row?.integer(0) ?? 0
        let last = max(row?.integer(1) ?? 0, 0)
        return counted > last && (last == 0 || counted - last < leap) && counted < leap * 4 ? counted : last
    }

    /// The next one given is greater than `sequence`.
    static func raise(_ db: Database, to sequence: Int64) throws {
        guard sequence > (try newest(db)) else { return }
        try db.execute(sql: "DELETE FROM sqlite_sequence WHERE name = 'revisions'")
        try db.execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('revisions', ?)", arguments: [sequence])
    }
}
