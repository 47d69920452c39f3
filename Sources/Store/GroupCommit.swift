import Dispatch
import Foundation
import GRDB
import Glibc
import Inspection
import Synchronization

/// The one writer: takes writes from every task, runs those that wait together in one transaction, and answers each when
/// the transaction is on disk. One sync then serves many writes; each still succeeds or fails alone, in its own savepoint.
///
/// A thread of its own does all of it, and waits for the disk there: the pool of the tasks is never held up.
final class GroupCommit: Sendable {
    /// Writes in one transaction.
    static let groupLimit = 256
    /// Writes that may wait; beyond, a caller is refused with a transient error.
    static let queueLimit = 4096
    /// Bytes that an earlier life left in the write-ahead log beyond which the first write folds them in.
    static let foldedAtOnce: Int64 = 4 << 20
    /// Writes between two checkpoints: some thousand pages of write-ahead log.
    static let checkpointInterval = 250
    /// Frames of 4 KiB in the write-ahead log beyond which a reader that keeps it from being folded in is broken off.
    static let logLimit = 65_536
    /// Nanoseconds that a group is waited for at most, and microseconds between two looks.
    private static let patience: UInt64 = 1_000_000
    private static let glance: UInt32 = 40
    private static let glances = 20

    private struct Job: Sendable {
        var run: @Sendable (Ledger) throws -> Void
        var answer: CheckedContinuation<StoreError?, Never>
    }

    private enum Phase {
        case idle, writing, closed
        case failed(StoreError)
    }

    private struct State {
        var phase = Phase.idle
        var waiting: [Job] = []
        /// Wait for the last write under way.
        var idlers: [CheckedContinuation<Void, Never>] = []

        var isWriting: Bool {
            if case .writing = phase { return true }
            return false
        }
    }

    private let pool: DatabasePool
    /// Closed with the pool.
    private let places: DatabaseQueue?
    /// Shut before the pool is closed.
    private let gate: ReadGate
    private let epoch: String
    let clock: any Inspection.Clock
    private let tally: Tally
    private let logLimit: Int
    private let state = Mutex(State())
    private let sinceCheckpoint: Mutex<Int>
    private let queue = DispatchQueue(label: "flyonce.db.writes")

    init(
        pool: DatabasePool, places: DatabaseQueue? = nil, gate: ReadGate = ReadGate(), epoch: String,
        clock: any Inspection.Clock, tally: Tally, logLimit: Int = GroupCommit.logLimit
    ) {
        self.pool = pool
        self.places = places
        self.gate = gate
        self.logLimit = logLimit
        // Lives cut short, one after another, would fill the disk with what each leaves in the log.
        let log = try? FileManager.default.attributesOfItem(atPath: pool.path + "-wal")[.size] as? NSNumber
        sinceCheckpoint = Mutex((log?.int64Value ?? 0) > Self.foldedAtOnce ? Self.checkpointInterval : 0)
        self.epoch = epoch
        self.clock = clock
        self.tally = tally
    }

    /// Returns when what `body` wrote is durable.
    func perform<T: Sendable>(_ body: @escaping @Sendable (Ledger) throws -> T) async throws(StoreError) -> T {
        let box = Box<T>()
        let failure = await withCheckedContinuation { answer in
            if let refusal = add(Job(run: { box.value = try body($0) }, answer: answer)) {
                answer.resume(returning: refusal)
            }
        }
        if let failure { throw failure }
        guard let value = box.value else { throw .closed() }
        return value
    }

    /// Why it can not be written; nil when it waits its turn.
    private func add(_ job: Job) -> StoreError? {
        let (refusal, isFirst) = state.withLock { state -> (StoreError?, Bool) in
            switch state.phase {
            case .closed: return (.closed(), false)
            case .failed(let error): return (error, false)
            case .idle, .writing: break
            }
            guard state.waiting.count < Self.queueLimit else {
                return (
                    StoreError(
                        kind: .full, description: "\(Self.queueLimit) writes are waiting for the disk",
                        hint: "the disk is slower than the findings come"), false
                )
            }
            state.waiting.append(job)
            if state.isWriting { return (nil, false) }
            state.phase = .writing
            return (nil, true)
        }
        if isFirst { queue.async { self.drain() } }
        return refusal
    }

    /// True after an error of the disk or damage: another life must go on.
    var hasFailed: Bool {
        state.withLock { state in
            if case .failed = state.phase { return true }
            return false
        }
    }

    /// Takes no more writes and answers those that wait: the database is replaced. What is being written is still answered by
    /// what becomes of it.
    func retire(_ error: StoreError) {
        let refused = state.withLock { state -> [Job] in
            switch state.phase {
            case .idle, .writing:
                state.phase = .failed(error)
                defer { state.waiting = [] }
                return state.waiting
            case .closed, .failed: return []
            }
        }
        for job in refused { job.answer.resume(returning: error) }
    }

    /// Waits for what is queued, folds the write-ahead log into the database and closes every connection.
    func close() async throws(StoreError) {
        guard await end() else { return }
        let failure: StoreError? = await withCheckedContinuation { answer in
            queue.async { [self] in
                var failure: StoreError?
                do {
                    _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
                } catch {
                    failure = StoreError("checkpoint", database: pool.path, error)
                }
                shut()
                answer.resume(returning: failure)
            }
        }
        // A busy reader or a full disk leaves the log beside the database, where the next start finds it.
        if let failure, failure.kind == .io { throw failure }
    }

    /// True when nothing is being written and nothing will be; false for one that has failed or was closed before.
    private func end() async -> Bool {
        while true {
            let isEnded = state.withLock { state -> Bool? in
                switch state.phase {
                case .writing: return nil
                case .closed, .failed: return false
                case .idle:
                    state.phase = .closed
                    return true
                }
            }
            if let isEnded { return isEnded }
            await withCheckedContinuation { idler in
                let isWriting = state.withLock { state in
                    if state.isWriting { state.idlers.append(idler) }
                    return state.isWriting
                }
                if !isWriting { idler.resume() }
            }
        }
    }

    /// Writes group after group, until nothing waits any more.
    private func drain() {
        while var group = next() {
            let begin = DispatchTime.now()
            let outcome = write(group)
            let took = DispatchTime.now().uptimeNanoseconds - begin.uptimeNanoseconds
            // What was written is freed by those who asked for it, not here.
            let answers = group.map(\.answer)
            group = []
            for (answer, error) in zip(answers, outcome.errors) { answer.resume(returning: error) }
            if let fatal = outcome.fatal { return fail(fatal) }
            let isDue = sinceCheckpoint.withLock { count in
                count += answers.count
                guard count >= Self.checkpointInterval else { return false }
                count = 0
                return true
            }
            if isDue {
                if let fatal = checkpoint() { return fail(fatal) }
            } else {
                join(answers.count * 3 / 4, nanoseconds: min(took / 4, Self.patience))
            }
        }
    }

    /// What goes into the next transaction; nil when nothing waits, or is to be written any more.
    private func next() -> [Job]? {
        let (group, idlers) = state.withLock { state -> ([Job]?, [CheckedContinuation<Void, Never>]) in
            guard state.isWriting, !state.waiting.isEmpty else {
                if state.isWriting { state.phase = .idle }
                defer { state.idlers = [] }
                return (nil, state.idlers)
            }
            let group = Array(state.waiting.prefix(Self.groupLimit))
            state.waiting.removeFirst(group.count)
            return (group, [])
        }
        for idler in idlers { idler.resume() }
        return group
    }

    /// Those just answered often have the next write at hand: lets most of as many join the next group. The others make their
    /// writes while that one is written.
    ///
    /// In short relative sleeps: a wait until a time of day would last as long as the clock is put back meanwhile.
    private func join(_ count: Int, nanoseconds: UInt64) {
        let begin = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<Self.glances {
            let isShort = state.withLock { $0.isWriting && $0.waiting.count < count }
            guard isShort, DispatchTime.now().uptimeNanoseconds &- begin < nanoseconds else { return }
            usleep(Self.glance)
        }
    }

    /// After an error of the disk nothing in memory can be trusted to be what is on it, and damage is served to nobody: every
    /// connection is closed, and the database must be opened anew.
    private func fail(_ error: StoreError) {
        let refusal = StoreError(
            kind: error.kind, description: "the store stopped after: " + error.description, hint: error.hint)
        let (isFirst, refused, idlers) = state.withLock { state -> (Bool, [Job], [CheckedContinuation<Void, Never>]) in
            defer { (state.waiting, state.idlers) = ([], []) }
            // One that was retired is closed by who replaces it.
            guard state.isWriting else { return (false, [], state.idlers) }
            state.phase = .failed(refusal)
            return (true, state.waiting, state.idlers)
        }
        for job in refused { job.answer.resume(returning: refusal) }
        if isFirst { shut() }
        for idler in idlers { idler.resume() }
    }

    /// The writer goes last, so that no other connection ever folds the log.
    private func shut() {
        gate.shut()
        pool.invalidateReadOnlyConnections()
        try? places?.close()
        try? pool.close()
    }

    private struct Outcome: Sendable {
        var errors: [StoreError?]
        var fatal: StoreError?
    }

    private func write(_ group: [Job]) -> Outcome {
        do {
            return try pool.writeWithoutTransaction {
                try Self.attempt(group, $0, path: pool.path, epoch: epoch, now: clock.utc, tally: tally)
            }
        } catch {
            let failure = StoreError("write", database: pool.path, error)
            tally.add([failure.kind == .full ? "disk_full" : "failed_transactions": 1])
            return Outcome(
                errors: group.map { _ in failure },
                fatal: failure.kind == .io || failure.kind == .damaged ? failure : nil)
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
            let shared = Ledger(db, epoch: epoch, now: now, sequences: sequences)
            try db.inTransaction(.immediate) {
                for (index, job) in group.enumerated() {
                    // What a write that fails alone has counted must not count.
                    let ledger = alone ? Ledger(db, epoch: epoch, now: now, sequences: sequences) : shared
                    do {
                        if alone {
                            try db.inSavepoint {
                                try job.run(ledger)
                                return .commit
                            }
                        } else {
                            try job.run(ledger)
                        }
                        if alone { counts.merge(ledger.counts) { $0 + $1 } }
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
            counts.merge(shared.counts) { $0 + $1 }
            if sound || alone { tally.add(counts) }
            return outcome
        }
        throw StoreError(kind: .io, description: "write \(path): no attempt was made")
    }

    /// Folds what it can of the log into the database without waiting for readers. Only this connection ever does.
    ///
    /// The log is written from its beginning again when all of it is folded in and nobody reads it. A reader that stands in it
    /// for so long that the log passes ``logLimit`` is broken off (`locked`) and may ask again.
    private func checkpoint() -> StoreError? {
        do {
            let log = try pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
            tally.add(["checkpoints": 1])
            if log.walFrameCount > logLimit, log.checkpointedFrameCount < log.walFrameCount {
                pool.interrupt()
                tally.add(["readers_broken_off": 1])
            }
            return nil
        } catch {
            let failure = StoreError("checkpoint", database: pool.path, error)
            tally.add(["failed_checkpoints": 1])
            return [.io, .damaged].contains(failure.kind) ? failure : nil
        }
    }
}
