import Inspection

/// Writes down what became of deliveries: those that come while a write is under way go together in the next.
///
/// A lease that is never settled falls back to the queue, so that an outcome which cannot be written costs a repetition
/// under the same key.
actor SettlementQueue {
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

    private let outbox: any Outbox
    private var waiting: [Settlement] = []
    private var latest = UTCTime(microseconds: 0)
    private var writing: Task<Void, Never>?
    private(set) var counters = Counters()

    init(outbox: any Outbox) { self.outbox = outbox }

    var hasRoom: Bool { waiting.count < Self.roomy }

    func add(_ settlement: Settlement, now: UTCTime) {
        waiting.append(settlement)
        latest = max(latest, now)
        if writing == nil { writing = Task { await write() } }
    }

    /// Returns when nothing waits any more.
    func isWritten() async { while let writing { await writing.value } }

    private func write() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.atOnce))
            waiting.removeFirst(batch.count)
            await write(batch)
        }
        writing = nil
    }

    private func write(_ batch: [Settlement]) async {
        for attempt in 1...Self.tries {
            do throws(StoreError) {
                let settled = try await outbox.settle(batch, now: latest)
                for (index, settlement) in batch.enumerated() {
                    count(settlement.outcome, isSettled: index < settled.count && settled[index])
                }
                return
            } catch {
                counters.storeErrors += 1
                // One that cannot be written must not take the others with it.
                if batch.count > 1, !error.isTransient || error.kind == .damaged {
                    for settlement in batch { await write([settlement]) }
                    return
                }
                guard error.isTransient, attempt < Self.tries else { break }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        for settlement in batch { count(settlement.outcome, isSettled: false) }
    }

    private func count(_ outcome: DeliveryOutcome, isSettled: Bool) {
        switch outcome {
        case .released: counters.released += isSettled ? 1 : 0
        case _ where !isSettled: counters.late += 1
        case .delivered: counters.delivered += 1
        case .retry: counters.retried += 1
        case .dead: counters.dead += 1
        }
    }
}
