import Inspection
import Synchronization

/// Writes down what became of deliveries: those that come while a write is under way go together in the next.
///
/// What the store has no room for is kept while its lease lasts, and written down as soon as there is room: an answer that is
/// lost costs a repetition, under the same key, after the lease has ended.
final class SettlementQueue: Sendable {
    struct Counters: Sendable, Hashable {
        var delivered: Int64 = 0
        var retried: Int64 = 0
        var dead: Int64 = 0
        var late: Int64 = 0
        var released: Int64 = 0
        var storeErrors: Int64 = 0
    }

    /// Outcomes that may wait; beyond, nothing new is leased. What is leased by then, a lead and the attempts under way, may
    /// still come on top.
    static let roomy = 4096
    /// Outcomes in one write.
    static let atOnce = 512
    private static let tries = 3
    private struct Entry {
        var settlement: Settlement
        /// End of its lease.
        var until: UTCTime
    }

    private struct State {
        var waiting: [Entry] = []
        var latest = UTCTime(microseconds: 0)
        var writing: Task<Void, Never>?
        /// The last write found no room.
        var isHeldUp = false
        /// What finds no room from now on is let go.
        var isEnding = false
        /// Those who wait until nothing does, or nothing can be written.
        var watchers: [CheckedContinuation<Void, Never>] = []
        var counters = Counters()

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let taken = watchers
            watchers = []
            return taken
        }
    }

    private let outbox: any Outbox
    private let now: @Sendable () -> UTCTime
    private let shortestPause: Duration
    private let state = Mutex(State())

    /// `now`: the time that leases are reckoned by. `shortestPause` and up to eight times as much is waited for room.
    init(
        outbox: any Outbox, shortestPause: Duration = .milliseconds(250), now: @escaping @Sendable () -> UTCTime
    ) {
        self.outbox = outbox
        self.shortestPause = shortestPause
        self.now = now
    }

    var hasRoom: Bool { state.withLock { $0.waiting.count < Self.roomy } }

    var counters: Counters { state.withLock { $0.counters } }

    /// `until`: the end of the lease.
    func add(_ settlement: Settlement, until: UTCTime, now: UTCTime) {
        state.withLock { state in
            state.waiting.append(Entry(settlement: settlement, until: until))
            state.latest = max(state.latest, now)
            if state.writing == nil { state.writing = Task { await self.write() } }
        }
    }

    /// Returns when nothing waits any more, or the store has no room.
    func isWritten() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.writing == nil || state.isHeldUp { return true }
                state.watchers.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Returns when nothing waits any more: what the store has had no room for after `grace` is let go.
    func end(within grace: Duration) async {
        let alarm = Task {
            do { try await Task.sleep(for: grace) } catch { return }
            let writing = state.withLock { state in
                state.isEnding = state.writing != nil
                return state.writing
            }
            // Ends its pause.
            writing?.cancel()
        }
        while let writing = state.withLock({ $0.writing }) { await writing.value }
        alarm.cancel()
    }

    private func write() async {
        var pause = shortestPause
        while let (batch, now) = next() {
            let done = await write(batch.map(\.settlement), now)
            if done == batch.count {
                pause = shortestPause
                continue
            }
            keep(Array(batch[done...]))
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, shortestPause * 8)
        }
    }

    /// What goes into the next write; nil when nothing waits.
    private func next() -> (batch: [Entry], now: UTCTime)? {
        var watchers: [CheckedContinuation<Void, Never>] = []
        defer { for watcher in watchers { watcher.resume() } }
        return state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.writing = nil
                state.isHeldUp = false
                state.isEnding = false
                watchers = state.takeWatchers()
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.atOnce))
            state.waiting.removeFirst(batch.count)
            return (batch, state.latest)
        }
    }

    /// Puts what found no room back where it was, but for what comes too late.
    private func keep(_ batch: [Entry]) {
        let now = now()
        let watchers = state.withLock { state in
            state.isHeldUp = true
            state.waiting.insert(contentsOf: batch, at: 0)
            let isEnding = state.isEnding
            for entry in state.waiting where isEnding || entry.until <= now {
                state.counters.count(entry.settlement.outcome, isSettled: false)
            }
            state.waiting.removeAll { isEnding || $0.until <= now }
            return state.takeWatchers()
        }
        for watcher in watchers { watcher.resume() }
    }

    /// How many of them are done with, one way or the other: fewer than there are when there was no room.
    private func write(_ batch: [Settlement], _ now: UTCTime) async -> Int {
        for attempt in 1...Self.tries {
            do throws(StoreError) {
                let settled = try await outbox.settle(batch, now: now)
                state.withLock { state in
                    state.isHeldUp = false
                    for (index, settlement) in batch.enumerated() {
                        state.counters.count(settlement.outcome, isSettled: index < settled.count && settled[index])
                    }
                }
                return batch.count
            } catch {
                state.withLock { $0.counters.storeErrors += 1 }
                if error.kind == .full { return 0 }
                // One that cannot be written must not take the others with it.
                if batch.count > 1, !error.isTransient || error.kind == .damaged {
                    for (index, settlement) in batch.enumerated() where await write([settlement], now) == 0 {
                        return index
                    }
                    return batch.count
                }
                guard error.isTransient, attempt < Self.tries else { break }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        state.withLock { state in
            for settlement in batch { state.counters.count(settlement.outcome, isSettled: false) }
        }
        return batch.count
    }
}

extension SettlementQueue.Counters {
    fileprivate mutating func count(_ outcome: DeliveryOutcome, isSettled: Bool) {
        switch outcome {
        case .released: released += isSettled ? 1 : 0
        case _ where !isSettled: late += 1
        case .delivered: delivered += 1
        case .retry: retried += 1
        case .dead: dead += 1
        }
    }
}
