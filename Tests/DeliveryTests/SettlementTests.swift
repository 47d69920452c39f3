import Inspection
import Synchronization
import Testing

@testable import Delivery

struct SettlementTests {
    /// Settles what it is given; one finding cannot be written.
    private actor Book: Outbox {
        var batches: [Int] = []
        var order: [FindingID] = []
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
            order += settlements.map(\.delivery.finding)
            try? await Task.sleep(for: .milliseconds(5))
            return settlements.map { $0.delivery.revision == 1 }
        }

        func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime? { nil }
        func books() async throws(StoreError) -> [Inspection.Book] { [] }
    }

    private let now = UTCTime(microseconds: 0)
    private let end = UTCTime(microseconds: 600_000_000)

    private func queue(_ book: Book) -> SettlementQueue {
        SettlementQueue(outbox: book, shortestPause: .milliseconds(1)) { UTCTime(microseconds: 0) }
    }

    @Test func `what comes while a write is under way goes together in the next`() async {
        let book = Book()
        let queue = queue(book)
        for number in 1...600 as ClosedRange<UInt64> {
            queue.add(Settlement(owed(number, revision: number == 7 ? 2 : 1), .delivered(nil)), until: end, now: now)
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
        let queue = queue(book)
        for number in 1...9 as ClosedRange<UInt64> {
            queue.add(Settlement(owed(number), .dead(reason: "x")), until: end, now: now)
        }
        await queue.isWritten()
        let counters = queue.counters
        #expect(counters.dead == 8 && counters.late == 1)
    }

    @Test func `what a full disk has no room for is written down when there is room, in order`() async {
        let book = Book()
        await book.set(poison: nil, transient: 7)
        let queue = queue(book)
        for number in 1...20 as ClosedRange<UInt64> {
            queue.add(Settlement(owed(number), .delivered(nil)), until: end, now: now)
            await queue.isWritten()
        }
        await queue.end(within: .seconds(20))
        let counters = queue.counters
        #expect(counters.delivered == 20 && counters.late == 0 && counters.storeErrors == 7)
        #expect(await book.order == (1...20).map { finding($0) })
    }

    @Test func `a full disk takes no other with one that cannot be written`() async {
        let book = Book()
        await book.set(poison: finding(3), transient: 4)
        let queue = queue(book)
        for number in 1...9 as ClosedRange<UInt64> {
            queue.add(Settlement(owed(number), .delivered(nil)), until: end, now: now)
        }
        await queue.end(within: .seconds(20))
        let counters = queue.counters
        #expect(counters.delivered == 8 && counters.late == 1)
    }

    @Test func `what finds no room is let go when its lease ends, and nothing else is`() async {
        let book = Book()
        await book.set(poison: nil, transient: .max)
        final class Time: Sendable {
            let microseconds = Mutex<Int64>(0)
        }
        let time = Time()
        let queue = SettlementQueue(outbox: book, shortestPause: .milliseconds(1)) {
            UTCTime(microseconds: time.microseconds.withLock { $0 })
        }
        queue.add(Settlement(owed(1), .delivered(nil)), until: UTCTime(microseconds: 10), now: now)
        queue.add(Settlement(owed(2), .released), until: UTCTime(microseconds: 10), now: now)
        queue.add(Settlement(owed(3), .delivered(nil)), until: UTCTime(microseconds: 20), now: now)
        await queue.isWritten()
        #expect(queue.counters.late == 0)
        time.microseconds.withLock { $0 = 10 }
        for _ in 0..<1000 where queue.counters.late == 0 { try? await Task.sleep(for: .milliseconds(5)) }
        await book.set(poison: nil, transient: 0)
        await queue.end(within: .seconds(20))
        let counters = queue.counters
        #expect(counters.late == 1 && counters.delivered == 1 && counters.released == 0)
        #expect(await book.order == [finding(3)])
    }

    @Test func `a full disk holds nobody up for longer than the grace, and new leases wait`() async {
        let book = Book()
        await book.set(poison: nil, transient: .max)
        let queue = queue(book)
        for number in 1...5000 as ClosedRange<UInt64> {
            queue.add(Settlement(owed(number), .delivered(nil)), until: end, now: now)
        }
        await queue.isWritten()
        #expect(!queue.hasRoom)
        let start = ContinuousClock.now
        await queue.end(within: .milliseconds(50))
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(queue.hasRoom && queue.counters.late == 5000)
        await book.set(poison: nil, transient: 0)
        queue.add(Settlement(owed(), .delivered(nil)), until: end, now: now)
        await queue.isWritten()
        #expect(queue.counters.delivered == 1)
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
