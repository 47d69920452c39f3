import Foundation
import GRDB
import Inspection

/// Keeps the database usable whatever becomes of its file: opens it, replaces it by another life after damage or an error of the
/// disk, takes over what was set aside, and looks through the rows after a start that no orderly end came before.
actor Upkeep {
    /// Time at the start for what was set aside; the rest is taken over beside everything else.
    static let patience = Duration.seconds(2)
    /// Bytes up to which a file is read through at once to see whether only its indexes are damaged.
    private static let mendLimit: Int64 = 256 << 20
    /// Bytes up to which the rows are looked through after every start.
    private static let alwaysCheckedLimit: Int64 = 256 << 20
    /// Between two replacements.
    private static let leastLife = Duration.seconds(30)
    /// Between two openings.
    private static let leastPause = Duration.milliseconds(200)

    private enum Remedy { case reopening, mending, replacement }

    nonisolated let current: CurrentLife
    nonisolated let board: ConditionBoard
    private let path: String
    let quarantine: QuarantineFolder
    let around: StoreLife.Surroundings
    /// Until the rows are looked through to the end; without a mark of an orderly end, so does the next start.
    private var mustCheck: Bool
    private var repair: Task<StoreError?, Never>?
    private var background: Task<Void, Never>?
    private var isClosed = false
    private var wasMended = false
    private var lastSetAside: ContinuousClock.Instant?
    private var lastReopening: ContinuousClock.Instant?

    private init(
        path: String, quarantine: QuarantineFolder, around: StoreLife.Surroundings, life: StoreLife, mustCheck: Bool,
        board: ConditionBoard
    ) {
        self.path = path
        self.quarantine = quarantine
        self.around = around
        self.mustCheck = mustCheck
        self.board = board
        current = CurrentLife(life)
    }

    nonisolated var condition: StoreCondition { board.condition }

    // MARK: Start

    static func open(
        _ path: String, in state: String, clock: any Inspection.Clock, tally: Tally, lastSealed: LastSealed?,
        tell: @escaping @Sendable (StoreNotice) -> Void
    ) throws(StoreError) -> Upkeep {
        let board = ConditionBoard()
        let around = StoreLife.Surroundings(clock: clock, tally: tally, lastSealed: lastSealed) { notice in
            board.note(notice)
            tell(notice)
        }
        let quarantine = QuarantineFolder(state: state) { name, bytes in
            tally.add(["quarantines_given_up": 1])
            around.tell(
                StoreNotice(
                    .error,
                    """
                    quarantine/\(name) (\(bytes >> 20) MiB) is given up with what was not taken over of it: more databases were \
                    damaged than can be kept
                    """))
        }
        try quarantine.finishMoves(of: path)
        let wasClean = try CleanMark(database: path).take()
        let life: StoreLife
        do {
            if !wasClean { try refuseBrokenLog(path, around) }
            life = try openAboveQuarantine(path, quarantine, around)
        } catch {
            guard error.kind == .damaged else { throw error }
            life = try beginAnew(path, quarantine, around, because: error)
        }
        if life.isNew, let lastSealed, quarantine.waiting.isEmpty {
            tally.add(["acknowledged_rows_lost": lastSealed.sequence])
            around.tell(
                StoreNotice(
                    .error,
                    """
                    there is no database, and \(lastSealed.sequence) was sealed in the epoch \(lastSealed.epoch): what it \
                    held is gone; the epoch \(life.epoch) begins
                    """))
        }
        let upkeep = Upkeep(
            path: path, quarantine: quarantine, around: around, life: life, mustCheck: !wasClean && !life.isNew,
            board: board)
        salvageAtOnce(quarantine, life, around)
        board.set {
            $0.waitingSalvages = quarantine.waiting
            if wantsCheck(life, path, !wasClean) { $0.check = .running }
        }
        return upkeep
    }

    /// A log that SQLite would not read to the end of what was acknowledged.
    private static func refuseBrokenLog(_ path: String, _ around: StoreLife.Surroundings) throws(StoreError) {
        let log = try WriteAheadLog(path + "-wal")
        guard log.unread > 0 else { return }
        around.tally.add(["log_frames_unread": Int64(log.unread)])
        if log.hasLostCommits { throw .damaged("\(path)-wal is damaged before its end") }
        around.tell(
            StoreNotice(
                .warning, "the last transaction of \(path)-wal is not whole, as after a power cut, and is left out"))
    }

    private static func beginAnew(
        _ path: String, _ quarantine: QuarantineFolder, _ around: StoreLife.Surroundings, because error: StoreError
    ) throws(StoreError) -> StoreLife {
        let now = around.clock.utc
        let name = try quarantine.setAside(path, because: error.description, at: now)
        var around = around
        around.lastSealed = nil
        let life = try StoreLife.open(path, around)
        around.tally.add(["databases_set_aside": 1])
        try raise(life, now)
        around.tell(
            StoreNotice(
                .error,
                """
                the database is damaged (\(error.description)) and was set aside as quarantine/\(name); the epoch \
                \(life.epoch) begins, and what is sound is taken over
                """))
        return life
    }

    /// A new database gives numbers above all that the old one gave, so that its rows keep theirs, and no old lease is taken for a
    /// new one.
    private static func raise(_ life: StoreLife, _ now: UTCTime) throws(StoreError) {
        do {
            try life.pool.writeWithoutTransaction { db in
                let sequence = max(now.microseconds / 1_000_000, 0) << 20
                try SequenceRow.raise(db, to: sequence)
                try db.execute(
                    sql: "UPDATE meta SET value = ? WHERE key = 'lease'", arguments: ["\(max(now.microseconds, 0))"])
                // Until everything is taken over, what is found is not known to be new.
                try db.execute(
                    sql: "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)",
                    arguments: [Ledger.salvagingKey, "\(sequence)"])
            }
        } catch {
            throw StoreError("open", database: life.pool.path, error)
        }
    }

    /// Opens what is there; where nothing is, because it lies in the quarantine, begins above it.
    private static func openAboveQuarantine(
        _ path: String, _ quarantine: QuarantineFolder, _ around: StoreLife.Surroundings
    ) throws(StoreError) -> StoreLife {
        let life = try StoreLife.open(path, around)
        if life.isNew, !quarantine.waiting.isEmpty { try raise(life, around.clock.utc) }
        return life
    }

    private static func bytes(_ path: String) -> Int64 {
        ["", "-wal"].reduce(0) { sum, suffix in
            let facts = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum &+ ((facts?[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }

    // MARK: Beside everything else

    /// Takes over what was set aside and looks through the rows.
    func begin() {
        guard !isClosed, background == nil || background?.isCancelled == true else { return }
        background = Task { await self.work() }
    }

    private func work() async {
        let life = current.life
        let isAll = await salvageAll(life)
        if !Task.isCancelled, current.life === life { await endSalvaging(life) }
        guard isAll, !Task.isCancelled, Self.wantsCheck(life, path, mustCheck) else { return }
        do {
            let damaged = try await IntegrityCheck(life: life, tally: around.tally).run()
            mustCheck = false
            board.set { $0.check = .sound }
            around.tally.add(["checks": 1])
            if damaged > 0 {
                tell(.warning, "\(damaged) rows were damaged or missing; they are in quarantine and are not served")
            }
        } catch {
            board.set { $0.check = error.kind == .damaged ? .damaged : .unfinished }
            if error.kind == .damaged, !Task.isCancelled { examine(life, after: error) }
        }
    }

    private static func wantsCheck(_ life: StoreLife, _ path: String, _ must: Bool) -> Bool {
        !life.isNew && (must || bytes(path) <= alwaysCheckedLimit)
    }

    func tell(_ severity: StoreNotice.Severity, _ text: String) {
        around.tell(StoreNotice(severity, text))
    }

    // MARK: Another life

    /// The same, without waiting for it.
    nonisolated func examine(_ life: StoreLife, after error: StoreError) {
        Task { await replace(life, after: error) }
    }

    /// Sees to it that another life takes the place of `life`; nil when there is one. Calls that come meanwhile wait for the same.
    @discardableResult
    func replace(_ life: StoreLife, after error: StoreError) async -> StoreError? {
        guard !isClosed else { return error }
        guard current.life === life else { return nil }
        if let repair { return await repair.value }
        let task = Task { await self.exchange(life, after: error) }
        repair = task
        let outcome = await task.value
        repair = nil
        if outcome == nil { begin() }
        return outcome
    }

    private func exchange(_ life: StoreLife, after error: StoreError) async -> StoreError? {
        let now = ContinuousClock.now
        background?.cancel()
        life.writer?.retire(error)
        mustCheck = true
        var remedy = error.kind == .io ? Remedy.reopening : wasMended ? .replacement : .mending
        // One after another, or a disk that fails is filled with damaged files.
        if remedy == .replacement, let last = lastSetAside, now - last < Self.leastLife { remedy = .reopening }
        if remedy == .mending { wasMended = true }
        if remedy == .reopening, let last = lastReopening, now - last < Self.leastPause {
            try? await Task.sleep(for: Self.leastPause - (now - last))
        }
        lastReopening = ContinuousClock.now
        var around = around
        around.reclaims = false
        let outcome = await Self.aside { [path, around, quarantine, remedy] in
            Self.succeed(life, path, quarantine, around, after: error, by: remedy)
        }
        switch outcome {
        case .success(let next):
            if next.isNew { lastSetAside = now }
            current.replace(with: next)
            board.set {
                $0.waitingSalvages = quarantine.waiting
                $0.check = Self.wantsCheck(next, path, true) ? .running : .notNeeded
            }
            return nil
        case .failure(let failure):
            tell(.error, "the database cannot be opened again: \(failure.description)")
            return failure
        }
    }

    /// Blocking work, off the threads that everything else runs on.
    private static func aside<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { answer in DispatchQueue.global().async { answer.resume(returning: body()) } }
    }

    private static func succeed(
        _ life: StoreLife, _ path: String, _ quarantine: QuarantineFolder, _ around: StoreLife.Surroundings,
        after error: StoreError, by remedy: Remedy
    ) -> Result<StoreLife, StoreError> {
        life.shut()
        var around = around
        around.lastSealed = nil
        do throws(StoreError) {
            // A log that was moved away without its database must not be missed by the database.
            try quarantine.finishMoves(of: path)
            if remedy == .reopening {
                let next = try openAboveQuarantine(path, quarantine, around)
                around.tally.add(["reopened": 1])
                around.tell(StoreNotice(.warning, "the database was opened again after: \(error.description)"))
                return .success(next)
            }
            if remedy == .mending, let next = mend(path, quarantine, around) { return .success(next) }
            return .success(try replaced(path, quarantine, around, because: error))
        } catch {
            guard error.kind == .damaged else { return .failure(error) }
            do throws(StoreError) {
                return .success(try replaced(path, quarantine, around, because: error))
            } catch { return .failure(error) }
        }
    }

    /// A new database with as much of the old one as goes quickly, before anybody asks it.
    private static func replaced(
        _ path: String, _ quarantine: QuarantineFolder, _ around: StoreLife.Surroundings, because error: StoreError
    ) throws(StoreError) -> StoreLife {
        let life = try beginAnew(path, quarantine, around, because: error)
        salvageAtOnce(quarantine, life, around)
        return life
    }

    /// Builds the indexes anew when it is only them that are damaged; nil when it is not, or would take long to find out.
    private static func mend(
        _ path: String, _ quarantine: QuarantineFolder, _ around: StoreLife.Surroundings
    ) -> StoreLife? {
        guard bytes(path) <= mendLimit, let life = try? StoreLife.open(path, around) else { return nil }
        do {
            try life.pool.writeWithoutTransaction { db in
                try IntegrityCheck.readTables(db)
                for table in ["outbox", "books"] {
                    // They are under no digest: where rows and indexes disagree, the findings say what is owed.
                    if let complaint = try IntegrityCheck.complaint(db, of: table) {
                        throw StoreError.damaged("\(table): \(complaint)")
                    }
                }
            }
        } catch {
            life.shut()
            return nil
        }
        let isMended = (try? life.pool.writeWithoutTransaction { try rebuildIndexes($0) }) != nil
        guard !isMended else { return mended(life, around) }
        life.shut()
        // An index whose pages lead nowhere cannot be cleared: the tables go into a new file.
        do {
            try DatabaseCopy.replace(path, epoch: life.epoch, now: around.clock.utc, quarantine)
        } catch { return nil }
        return (try? StoreLife.open(path, around)).map { mended($0, around) }
    }

    private static func rebuildIndexes(_ db: Database) throws {
        try db.execute(sql: "REINDEX")
        for table in IntegrityCheck.tables {
            if let complaint = try IntegrityCheck.complaint(db, of: table) {
                throw StoreError.damaged("\(table): \(complaint)")
            }
        }
    }

    private static func mended(_ life: StoreLife, _ around: StoreLife.Surroundings) -> StoreLife {
        around.tally.add(["reindexed": 1])
        around.tell(StoreNotice(.warning, "an index of the database was damaged; all were built anew"))
        return life
    }

    // MARK: End

    func close() async throws(StoreError) {
        guard !isClosed else { return }
        if let repair { _ = await repair.value }
        isClosed = true
        current.end()
        background?.cancel()
        await background?.value
        let life = current.life
        let hadFailed = life.writer?.hasFailed ?? true
        try await life.writer?.close()
        if hadFailed {
            life.shut()
        } else if !mustCheck {
            CleanMark(database: path).leave()
        }
    }
}
