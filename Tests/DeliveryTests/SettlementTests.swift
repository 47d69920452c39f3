import Inspection
import Synchronization
import Testing

@testable import Delivery

struct SettlementTests {
    /// Settles what it is given; one finding cannot be written.
    private actor Book: Outbox {
        var batches: [Int] = []
        var poison: FindingID?
        var transient = 0

        func set(poison: FindingID?, transient: Int) {
            self.poison = poison
            self.transient = transient
        }

        func lease(
            _ destination: Name, limit: Int, now: UTCTime, until: UTCTime
        ) async throws(StoreError) -> [OwedDelivery] { [] }

        func settle(
            _ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime
        ) async throws(StoreError) -> Bool { true }

        func settle(_ settlements: [Settlement], now: UTCTime) async throws(StoreError) -> [Bool] {
            if transient > 0 {
                transient -= 1
                throw StoreError(kind: .full, description: "no room")
            }
            if settlements.contains(where: { $0.delivery.finding == poison }) {
                throw StoreError(kind: .invalid, description: "cannot be")
            }
            batches.append(settlements.count)
            try? await Task.sleep(for: .milliseconds(5))
            return settlements.map { $0.delivery.revision == 1 }
        }

        func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime? { nil }
        func books() async throws(StoreError) -> [Inspection.Book] { [] }
    }

    private let now = UTCTime(microseconds: 0)

    @Test func `what comes while a write is under way goes together in the next`() async {
        let book = Book()
        let queue = SettlementQueue(outbox: book)
        for number in 1...600 as ClosedRange<UInt64> {
            queue.add([Settlement(owed(number, revision: number == 7 ? 2 : 1), .delivered(nil))], now: now)
        }
        await queue.isWritten()
        let batches = await book.batches
        #expect(batches.reduce(0, +) == 600 && batches.count < 30)
        #expect(batches.allSatisfy { $0 <= SettlementQueue.atOnce })
        let counters = queue.counters
        #expect(counters.delivered == 599 && counters.late == 1)
    }

    @Test func `one that cannot be written takes no other with it`() async {
        let book = Book()
        await book.set(poison: finding(3), transient: 0)
        let queue = SettlementQueue(outbox: book)
        for number in 1...9 as ClosedRange<UInt64> {
            queue.add([Settlement(owed(number), .dead(reason: "x"))], now: now)
        }
        await queue.isWritten()
        let counters = queue.counters
        #expect(counters.dead == 8 && counters.late == 1)
    }

    @Test func `a full disk is tried again`() async {
        let book = Book()
        await book.set(poison: nil, transient: 1)
        let queue = SettlementQueue(outbox: book)
        queue.add([Settlement(owed(), .delivered(nil))], now: now)
        await queue.isWritten()
        let counters = queue.counters
        #expect(counters.delivered == 1 && counters.storeErrors == 1)
    }

    @Test func `the pace is known after a moment, and forgotten after a pause`() {
        var pace = DeliveryPace()
        for step in 0..<1000 as Range<Int64> { pace.count(monotonic: step * 1_000_000) }
        let ahead = pace.rows(in: .milliseconds(250), upTo: 1000, monotonic: 1_000_000_000)
        #expect((240...260).contains(ahead))
        #expect(pace.rows(in: .milliseconds(250), upTo: 10, monotonic: 1_000_000_000) == 10)
        #expect(pace.rows(in: .milliseconds(250), upTo: 1000, monotonic: 9_000_000_000) == 0)
        #expect(DeliveryPace().rows(in: .seconds(1), upTo: 1000, monotonic: .max) == 0)
    }

    @Test func `a clock set forward or back moves nothing that is due`() {
        final class Stepped: Clock {
            let offset = Mutex<Int64>(0)
            var utc: UTCTime { UTCTime(microseconds: 1_000_000_000 + offset.withLock { $0 }) }
            var monotonicNanoseconds: Int64 { 5_000_000_000 }
        }
        let clock = Stepped()
        let time = SteadyTime(clock)
        clock.offset.withLock { $0 = -900_000_000 }
        #expect(time.now(monotonic: 7_000_000_000) == UTCTime(microseconds: 1_002_000_000))
        #expect(time.now(monotonic: 4_000_000_000) == UTCTime(microseconds: 1_000_000_000))
        #expect(time.now(monotonic: .max).microseconds > 0 && time.now(monotonic: .min).microseconds == 1_000_000_000)
    }
}
