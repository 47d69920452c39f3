import Inspection
import Synchronization

/// Writes down what became of deliveries: those that come while a write is under way go together in the next.
///
/// A lease that is never settled falls back to the queue, so that an outcome which cannot be written costs a repetition
/// under the same key.
final class SettlementQueue: Sendable {
    struct Counters: Sendable, Hashable {
        var delivered: Int64 = 0
        var retried: Int64 = 0
        var dead: Int64 = 0
        var late: Int64 = 0
        var released: Int64 = 0
        var storeErrors: Int64 = 0
    }

    /// Outcomes that may wait; beyond, nothing new is leased.
    static let roomy = 4096
    /// Outcomes in one write.
    static let atOnce = 512
    private static let tries = 3

    private struct State {
        var waiting: [Settlement] = []
        var latest = UTCTime(microseconds: 0)
        var writing: Task<Void, Never>?
        var counters = Counters()
    }

    private let outbox: any Outbox
    private let state = Mutex(State())

    init(outbox: any Outbox) { self.outbox = outbox }

    var hasRoom: Bool { state.withLock { $0.waiting.count < Self.roomy } }

    var counters: Counters { state.withLock { $0.counters } }

    func add(_ settlements: [Settlement], now: UTCTime) {
        state.withLock { state in
            state.waiting += settlements
            state.latest = max(state.latest, now)
            if state.writing == nil { state.writing = Task { await self.write() } }
        }
    }

    /// Returns when nothing waits any more.
    func isWritten() async { while let writing = state.withLock({ $0.writing }) { await writing.value } }

    private func write() async {
        while let (batch, now) = next() { await write(batch, now) }
    }

    /// What goes into the next write; nil when nothing waits.
    private func next() -> (batch: [Settlement], now: UTCTime)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.writing = nil
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.atOnce))
            state.waiting.removeFirst(batch.count)
            return (batch, state.latest)
        }
    }

    private func write(_ batch: [Settlement], _ now: UTCTime) async {
        for attempt in 1...Self.tries {
            do throws(StoreError) {
                let settled = try await outbox.settle(batch, now: now)
                state.withLock { state in
                    for (index, settlement) in batch.enumerated() {
                        state.counters.count(settlement.outcome, isSettled: index < settled.count && settled[index])
                    }
                }
                return
            } catch {
                state.withLock { $0.counters.storeErrors += 1 }
                // One that cannot be written must not take the others with it.
                if batch.count > 1, !error.isTransient || error.kind == .damaged {
                    for settlement in batch { await write([settlement], now) }
                    return
                }
                guard error.isTransient, attempt < Self.tries else { break }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        state.withLock { state in
            for settlement in batch { state.counters.count(settlement.outcome, isSettled: false) }
        }
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
