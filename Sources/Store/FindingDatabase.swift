import Foundation
import GRDB
public import Inspection

/// The store: findings, their revisions, the outbox and the change feed in one SQLite file, `flyonce.db`.
///
/// One connection does every write and every checkpoint; a few read-only ones stand beside it. A write that returns is on
/// disk (`synchronous=FULL`). After an error of the disk itself (`StoreError.Kind.io`) every connection is closed, and the next
/// call opens the file anew. A full disk (`full`) only refuses the write; the next may succeed. A file that SQLite can no longer
/// read is set aside in `quarantine/`, a new one with a new ``epoch`` is begun, and what is sound in the old one is taken over
/// beside everything else.
public final class FindingDatabase: FindingStore, Outbox, Sendable {
    static let readers = 3

    public let path: String
    let tally: Tally
    private let current: CurrentLife
    /// Nil for a database opened for reading only.
    private let upkeep: Upkeep?
    /// Held as long as the database is open.
    private let directory: StateDirectory?

    private init(
        path: String, current: CurrentLife, tally: Tally, upkeep: Upkeep?, directory: StateDirectory?
    ) {
        self.path = path
        self.current = current
        self.tally = tally
        self.upkeep = upkeep
        self.directory = directory
    }

    public var epoch: String { current.life.epoch }
    var pool: DatabasePool { current.life.pool }
    /// Nil for a database opened for reading only.
    var writer: GroupCommit? { current.life.writer }

    /// Opens or makes the database of a held state directory, brings it up to this version's format, and returns the leases
    /// of an earlier life to the queue. What is damaged is set aside, and taken over in the background. `lastSealed` is what the
    /// evidence's chain bound last; where the database ends before it, a new epoch begins. `tell` is given what belongs into
    /// the journal.
    ///
    /// Throws `newerFormat` and `invalid` (another program's file) with the file left as it is, `full`, `unreadable`, `io`.
    public static func open(
        in directory: StateDirectory, clock: any Inspection.Clock, lastSealed: LastSealed? = nil,
        tell: @escaping @Sendable (StoreNotice) -> Void = { _ in }
    ) throws(StoreError) -> FindingDatabase {
        let tally = Tally()
        let upkeep = try Upkeep.open(
            directory.databasePath, in: directory.path, clock: clock, tally: tally, lastSealed: lastSealed, tell: tell)
        let database = FindingDatabase(
            path: directory.databasePath, current: upkeep.current, tally: tally, upkeep: upkeep, directory: directory)
        Task { await upkeep.begin() }
        return database
    }

    /// Opens the database at `path` to look only, for a command while no daemon runs. Writes throw `invalid`.
    public static func openReadOnly(_ path: String) throws(StoreError) -> FindingDatabase {
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError(kind: .notFound, description: "\(path): no database there yet")
        }
        let life = try StoreLife.openReadOnly(path)
        return FindingDatabase(
            path: path, current: CurrentLife(life), tally: Tally(), upkeep: nil, directory: nil)
    }

    /// Waits for the writes under way, folds the write-ahead log into the file, and closes.
    public func close() async throws(StoreError) {
        guard let upkeep else {
            try? pool.close()
            return
        }
        try await upkeep.close()
    }

    /// Counters since the start: `revisions`, `transactions`, `delivered`, `superseded`, `quarantined`, `checkpoints`,
    /// `disk_full`, `leases_expired`, `late_answers`, `verdicts`, `case_records`, …
    public var counters: [String: Int64] { tally.all }

    /// How the file stands: whether its rows were looked through, what is not taken over yet, what was told.
    public var condition: StoreCondition { upkeep?.condition ?? StoreCondition() }

    /// Writes in the life that is there; one that meets damage, or comes when the file is closed after an error of the disk, is
    /// done once more in the life that follows.
    func write<T: Sendable>(_ body: @escaping @Sendable (Ledger) throws -> T) async throws(StoreError) -> T {
        let life = current.life
        guard let writer = life.writer, let upkeep else {
            throw StoreError(kind: .invalid, description: "\(path) was opened for reading only")
        }
        let hadFailed = writer.hasFailed
        do {
            return try await writer.perform(body)
        } catch {
            guard error.kind == .damaged || error.kind == .io, await upkeep.replace(life, after: error) == nil,
                hadFailed || error.kind == .damaged, let next = current.life.writer
            else { throw error }
            return try await next.perform(body)
        }
    }

    /// Reads one snapshot. A task that was cancelled still gets its answer. A read that meets damage throws it, and has the
    /// file looked through.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(StoreError) -> T {
        let life = current.life
        do {
            return try await life.read(body)
        } catch {
            guard let upkeep else { throw error }
            if error.kind == .damaged { upkeep.examine(life, after: error) }
            // The connections may have been closed by what another call met.
            guard error.kind == .io, life.writer?.hasFailed ?? false,
                await upkeep.replace(life, after: error) == nil
            else { throw error }
            return try await current.life.read(body)
        }
    }

    /// What a read on the caller's own thread met.
    func noticed(_ error: any Error, of life: StoreLife) -> StoreError {
        let error = StoreError("read", database: path, error)
        if error.kind == .damaged { upkeep?.examine(life, after: error) }
        return error
    }

    /// Reads on the caller's own thread, outside of any transaction.
    func readAtOnce<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        let life = current.life
        do {
            return try life.pool.unsafeRead(body)
        } catch {
            throw noticed(error, of: life)
        }
    }

    /// Seconds that ``readPlaces(_:)`` waits for the life that follows.
    private static let patience = 5.0

    /// The same, by the connection that answers nothing else but what is known near a place. Where that is closed or damaged, the
    /// caller waits for the life that follows, and for the one after where that ends too: to say that nothing is known would
    /// make a second case of a known finding.
    func readPlaces<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        let end = ContinuousClock.now + .seconds(Self.patience)
        var life = current.life
        while true {
            do {
                return try life.places?.unsafeRead(body) ?? life.pool.unsafeRead(body)
            } catch {
                let error = noticed(error, of: life)
                guard let upkeep, error.kind == .damaged || error.kind == .io else { throw error }
                if error.kind == .io {
                    Task { [life] in
                        if life.writer?.hasFailed ?? false { await upkeep.replace(life, after: error) }
                    }
                }
                guard let next = current.next(after: life, until: end) else { throw error }
                life = next
            }
        }
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
