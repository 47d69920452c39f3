import Foundation
import GRDB
import Inspection

/// The one writer: takes writes from every task, runs those that wait together in one transaction, and answers each when
/// the transaction is on disk. One sync then serves many writes; each still succeeds or fails alone, in its own savepoint.
actor GroupCommit {
    /// Writes in one transaction.
    static let groupLimit = 256
    /// Times that those just answered are let run before the next group is written without them.
    private static let turnsForMore = 16
    /// Writes that may wait; beyond, a caller is refused with a transient error.
    static let queueLimit = 4096
    /// Bytes that an earlier life left in the write-ahead log beyond which the first write folds them in.
    static let foldedAtOnce: Int64 = 4 << 20
    /// Writes between two checkpoints: some thousand pages of write-ahead log.
    static let checkpointInterval = 250

    private struct Job: Sendable {
        var run: @Sendable (Ledger) throws -> Void
        var answer: CheckedContinuation<StoreError?, Never>
    }

    private enum State {
        case idle, writing, closed
        case failed(StoreError)
    }

    private let pool: DatabasePool
    /// Closed with the pool.
    private let places: DatabaseQueue?
    private let epoch: String
    private let clock: any Inspection.Clock
    private let tally: Tally
    private var state = State.idle
    private var waiting: [Job] = []
    private var sinceCheckpoint = 0
    /// Wait for the last write under way.
    private var idlers: [CheckedContinuation<Void, Never>] = []

    /// Frames of 4 KiB in the write-ahead log beyond which a reader that keeps it from being folded in is broken off.
    static let logLimit = 65_536
    private let logLimit: Int

    init(
        pool: DatabasePool, places: DatabaseQueue? = nil, epoch: String, clock: any Inspection.Clock, tally: Tally,
        logLimit: Int = GroupCommit.logLimit
    ) {
        self.pool = pool
        self.places = places
        self.logLimit = logLimit
        // Lives cut short, one after another, would fill the disk with what each leaves in the log.
        let log = try? FileManager.default.attributesOfItem(atPath: pool.path + "-wal")[.size] as? NSNumber
        if let log, log.int64Value > Self.foldedAtOnce { sinceCheckpoint = Self.checkpointInterval }
        self.epoch = epoch
        self.clock = clock
        self.tally = tally
    }

    /// Returns when what `body` wrote is durable.
    func perform<T: Sendable>(_ body: @escaping @Sendable (Ledger) throws -> T) async throws(StoreError) -> T {
        switch state {
        case .closed: throw .closed()
        case .failed(let error): throw error
        case .idle, .writing: break
        }
        guard waiting.count < Self.queueLimit else {
            throw StoreError(
                kind: .full, description: "\(Self.queueLimit) writes are waiting for the disk",
                hint: "the disk is slower than the findings come")
        }
        let box = Box<T>()
        let failure = await withCheckedContinuation { answer in
            waiting.append(Job(run: { box.value = try body($0) }, answer: answer))
            if case .idle = state {
                state = .writing
                Task { await self.drain() }
            }
        }
        if let failure { throw failure }
        guard let value = box.value else { throw .closed() }
        return value
    }

    /// True after an error of the disk or damage: another life must go on.
    var hasFailed: Bool {
        if case .failed = state { return true }
        return false
    }

    /// Takes no more writes and answers those that wait: the database is replaced. What is being written is still answered by
    /// what becomes of it.
    func retire(_ error: StoreError) {
        switch state {
        case .idle, .writing:
            state = .failed(error)
            for job in waiting { job.answer.resume(returning: error) }
            waiting = []
        case .closed, .failed: break
        }
    }

    /// Waits for what is queued, folds the write-ahead log into the database and closes every connection.
    func close() async throws(StoreError) {
        while case .writing = state { await withCheckedContinuation { idlers.append($0) } }
        guard case .idle = state else { return }
        state = .closed
        let failure: StoreError? = await withCheckedContinuation { answer in
            pool.asyncWriteWithoutTransaction { [pool] db in
                do {
                    try db.checkpoint(.truncate)
                    answer.resume(returning: nil)
                } catch {
                    answer.resume(returning: StoreError("checkpoint", database: pool.path, error))
                }
            }
        }
        // The writer goes last, so that no other connection ever folds the log.
        pool.invalidateReadOnlyConnections()
        try? places?.close()
        try? pool.close()
        // A busy reader or a full disk leaves the log beside the database, where the next start finds it.
        if let failure, failure.kind == .io { throw failure }
    }

    private func drain() async {
        while case .writing = state, !waiting.isEmpty {
            let group = Array(waiting.prefix(Self.groupLimit))
            waiting.removeFirst(group.count)
            let outcome = await write(group)
            for (job, error) in zip(group, outcome.errors) { job.answer.resume(returning: error) }
            if let fatal = outcome.fatal { return fail(fatal) }
            // Those just answered often have the next write at hand: let them join the next group, as long as more come. Not all
            // of them: while one half is written the other makes its writes.
            var seen = -1
            var turns = 0
            while waiting.count > seen, waiting.count < group.count / 2, turns < Self.turnsForMore {
                seen = waiting.count
                turns += 1
                await Task.yield()
            }
            sinceCheckpoint += group.count
            if sinceCheckpoint >= Self.checkpointInterval {
                sinceCheckpoint = 0
                if let fatal = await checkpoint() { return fail(fatal) }
            }
        }
        if case .writing = state { state = .idle }
        wakeIdlers()
    }

    /// After an error of the disk nothing in memory can be trusted to be what is on it, and damage is served to nobody: every
    /// connection is closed, and the database must be opened anew.
    private func fail(_ error: StoreError) {
        guard case .writing = state else { return wakeIdlers() }
        let refusal = StoreError(
            kind: error.kind, description: "the store stopped after: " + error.description, hint: error.hint)
        state = .failed(refusal)
        for job in waiting { job.answer.resume(returning: refusal) }
        waiting = []
        pool.invalidateReadOnlyConnections()
        try? places?.close()
        try? pool.close()
        wakeIdlers()
    }

    private func wakeIdlers() {
        for idler in idlers { idler.resume() }
        idlers = []
    }

    private struct Outcome: Sendable {
        var errors: [StoreError?]
        var fatal: StoreError?
    }

    private func write(_ group: [Job]) async -> Outcome {
        let now = clock.utc
        return await withCheckedContinuation { answer in
            pool.asyncWriteWithoutTransaction { [path = pool.path, epoch, tally] db in
                let outcome: Outcome
                do {
                    outcome = try Self.attempt(group, db, path: path, epoch: epoch, now: now, tally: tally)
                } catch {
                    let failure = StoreError("write", database: path, error)
                    tally.add([failure.kind == .full ? "disk_full" : "failed_transactions": 1])
                    outcome = Outcome(
                        errors: group.map { _ in failure },
                        fatal: failure.kind == .io || failure.kind == .damaged ? failure : nil)
                }
                answer.resume(returning: outcome)
            }
        }
    }

    /// Writes rarely fail, and a savepoint copies every page it touches: the group runs without them first, and again with
    /// one for each write when any failed. Throws what fails the whole group.
    private static func attempt(
        _ group: [Job], _ db: Database, path: String, epoch: String, now: UTCTime, tally: Tally
    ) throws -> Outcome {
        for alone in [false, true] {
            var outcome = Outcome(errors: group.map { _ in nil })
            var counts: [String: Int64] = ["transactions": 1]
            var sound = true
            let sequences = Ledger.Sequences()
            try db.inTransaction(.immediate) {
                for (index, job) in group.enumerated() {
                    let ledger = Ledger(db, epoch: epoch, now: now, sequences: sequences)
                    do {
                        if alone {
                            try db.inSavepoint {
                                try job.run(ledger)
                                return .commit
                            }
                        } else {
                            try job.run(ledger)
                        }
                        counts.merge(ledger.counts) { $0 + $1 }
                    } catch {
                        let failure = StoreError("write", database: path, error)
                        if [.full, .io, .damaged].contains(failure.kind) { throw failure }
                        outcome.errors[index] = failure
                        sound = false
                        ledger.forgetSequence()
                        if !alone { return .rollback }
                    }
                }
                return .commit
            }
            guard sound || alone || group.count == 1 else { continue }
            if sound || alone { tally.add(counts) }
            return outcome
        }
        throw StoreError(kind: .io, description: "write \(path): no attempt was made")
    }

    /// Folds what it can of the log into the database without waiting for readers. Only this connection ever does.
    ///
    /// The log is written from its beginning again when all of it is folded in and nobody reads it. A reader that stands in it
    /// for so long that the log passes ``logLimit`` is broken off (`locked`) and may ask again.
    private func checkpoint() async -> StoreError? {
        await withCheckedContinuation { answer in
            pool.asyncWriteWithoutTransaction { [pool, tally, logLimit] db in
                do {
                    let log = try db.checkpoint(.passive)
                    tally.add(["checkpoints": 1])
                    if log.walFrameCount > logLimit, log.checkpointedFrameCount < log.walFrameCount {
                        pool.interrupt()
                        tally.add(["readers_broken_off": 1])
                    }
                    answer.resume(returning: nil)
                } catch {
                    let failure = StoreError("checkpoint", database: pool.path, error)
                    tally.add(["failed_checkpoints": 1])
                    answer.resume(returning: [.io, .damaged].contains(failure.kind) ? failure : nil)
                }
            }
        }
    }
}
