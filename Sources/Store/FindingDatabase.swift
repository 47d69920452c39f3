import Foundation
import GRDB
public import Inspection

/// The store: findings, their revisions, the outbox and the change feed in one SQLite file, `flyonce.db`.
///
/// One connection does every write and every checkpoint; a few read-only ones stand beside it. A write that returns is on
/// disk (`synchronous=FULL`). After an error of the disk itself (`StoreError.Kind.io`) every connection is closed and each
/// later call throws: open the database anew. A full disk (`full`) only refuses the write; the next may succeed.
public final class FindingDatabase: FindingStore, Outbox, Sendable {
    static let readers = 3

    public let epoch: String
    public let path: String
    let pool: DatabasePool
    /// Answers what is known near a place, and nothing else: a connection of the pool first looks whether the schema changed,
    /// which takes longer than the answer. Nil for a database opened for reading only.
    let places: DatabaseQueue?
    let tally: Tally
    /// Nil for a database opened for reading only.
    let writer: GroupCommit?
    /// Held as long as the database is open.
    private let directory: StateDirectory?

    private init(
        pool: DatabasePool, places: DatabaseQueue?, epoch: String, path: String, tally: Tally, writer: GroupCommit?,
        directory: StateDirectory?
    ) {
        self.pool = pool
        self.places = places
        self.epoch = epoch
        self.path = path
        self.tally = tally
        self.writer = writer
        self.directory = directory
    }

    /// Opens or makes the database of a held state directory, brings it up to this version's format, and returns the leases
    /// of an earlier life to the queue.
    ///
    /// `told` gets how far it is with a format older than this one's.
    ///
    /// Throws `newerFormat` and `damaged` with the file left as it is, `full`, `unreadable`, `io`.
    public static func open(
        in directory: StateDirectory, clock: any Inspection.Clock, told: (SchemaProgress) -> Void = { _ in }
    ) throws(StoreError) -> FindingDatabase {
        let path = directory.databasePath
        try DatabaseHeader.check(path)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(readonly: false))
            let tally = Tally()
            let epoch = try pool.writeWithoutTransaction { db in
                // Opening in WAL mode set NORMAL, which loses acknowledged rows in a power cut.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try Schema.migrate(
                    db, now: clock.utc, seconds: { Double(clock.monotonicNanoseconds) / 1e9 }, told: told,
                    epoch: { newEpoch(clock) })
                guard let epoch = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'") else {
                    throw StoreError(
                        kind: .damaged, description: "\(path) has lost its epoch", hint: StoreError.damagedHint)
                }
                try db.inTransaction(.immediate) {
                    let ledger = Ledger(db, epoch: epoch, now: clock.utc)
                    try ledger.reclaim(nil, now: nil)
                    tally.add(ledger.counts)
                    return .commit
                }
                return epoch
            }
            let places = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
            return FindingDatabase(
                pool: pool, places: places, epoch: epoch, path: path, tally: tally,
                writer: GroupCommit(pool: pool, places: places, epoch: epoch, clock: clock, tally: tally),
                directory: directory)
        } catch {
            throw StoreError("open", database: path, error)
        }
    }

    /// Opens the database at `path` to look only, for a command while no daemon runs. Writes throw `invalid`.
    public static func openReadOnly(_ path: String) throws(StoreError) -> FindingDatabase {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(kind: .notFound, description: "\(path): no database there yet")
        }
        try DatabaseHeader.check(path)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(readonly: true))
            let epoch = try pool.read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'epoch'") }
            return FindingDatabase(
                pool: pool, places: nil, epoch: epoch ?? "", path: path, tally: Tally(), writer: nil, directory: nil)
        } catch {
            throw StoreError("open", database: path, error)
        }
    }

    /// Waits for the writes under way, folds the write-ahead log into the file, and closes.
    public func close() async throws(StoreError) {
        guard let writer else {
            try? pool.close()
            return
        }
        try await writer.close()
    }

    /// Counters since the start: `revisions`, `transactions`, `delivered`, `superseded`, `quarantined`, `checkpoints`,
    /// `disk_full`, `leases_expired`, `late_answers`, `verdicts`, `case_records`, …
    public var counters: [String: Int64] { tally.all }

    private static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "flyonce.db"
        configuration.readonly = readonly
        configuration.maximumReaderCount = readers
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

    func write<T: Sendable>(_ body: @escaping @Sendable (Ledger) throws -> T) async throws(StoreError) -> T {
        guard let writer else {
            throw StoreError(kind: .invalid, description: "\(path) was opened for reading only")
        }
        return try await writer.perform(body)
    }

    /// Reads one snapshot. A task that was cancelled still gets its answer.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { answer in
            pool.asyncRead { [path] db in
                answer.resume(
                    returning: Result { try body(db.get()) }.mapError { StoreError("read", database: path, $0) })
            }
        }
        return try result.get()
    }

    /// Reads rows, moves those aside that are damaged, and reads again until what came back is whole.
    func readSound<T: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> (T, [Suspect])
    ) async throws(StoreError) -> T {
        var passed: Set<Suspect> = []
        while true {
            let (value, suspects) = try await read(body)
            guard writer != nil, !passed.isSuperset(of: suspects) else { return value }
            passed.formUnion(suspects)
            try await write { try $0.quarantine(suspects) }
        }
    }
}
