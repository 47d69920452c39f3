import CasePlatform
import Curl
import Delivery
import Foundation
import Inspection
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutboxDrainTests {
    private func fast(_ change: (inout OutboxDrain.Options) -> Void = { _ in }) -> OutboxDrain.Options {
        var options = OutboxDrain.Options()
        options.policy.initialBackoff = .milliseconds(5)
        options.policy.maximumBackoff = .milliseconds(40)
        options.policy.initialCooldown = .milliseconds(5)
        options.policy.maximumCooldown = .milliseconds(20)
        options.longestSleep = .milliseconds(500)
        change(&options)
        return options
    }

    /// Waits until `isTrue`, at most ten seconds.
    private func eventually(_ isTrue: () async -> Bool) async -> Bool {
        for _ in 0..<1000 {
            if await isTrue() { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// Answers after a moment, and notes how many are under way.
    private final class SlowAdapter: DestinationAdapter {
        let destination = platform
        let pause: Duration
        private let state = Mutex((now: 0, most: 0, order: [String]()))

        init(pause: Duration) { self.pause = pause }

        var most: Int { state.withLock { $0.most } }
        var order: [String] { state.withLock { $0.order } }

        func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
                $0.order.append("\(owed.finding.milliseconds)-\(owed.revision)")
            }
            defer { state.withLock { $0.now -= 1 } }
            do { try await Task.sleep(for: pause) } catch { return DeliveryAttempt(.postponed(reason: "cancelled")) }
            return DeliveryAttempt(.delivered(nil), bytesSent: 10)
        }
    }

    @Test func `200 findings over a platform that fails 30 % and drops 30 % of its answers make 200 cases`()
        async throws
    {
        var options = CasePlatformOptions()
        options.port = 0
        options.token = "hidden"
        options.cruelty = Cruelty(failRate: 0.3, dropRate: 0.3)
        options.seed = 20260820
        let running = try await RunningPlatform(options)
        let evidence = FolderEvidence()
        let picture = try await evidence.keep(
            [0xFF, 0xD8, 1], kind: .picture, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0))
        let outbox = MemoryOutbox()
        for number in 1...200 as ClosedRange<UInt64> {
            await outbox.add(owed(number, evidence: [picture]))
            if number % 4 == 0 { await outbox.add(owed(number, revision: 2, evidence: [picture])) }
        }
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: running.url, token: "hidden"), transport: HTTPClient(),
            clock: TestClock())
        let drain = OutboxDrain(
            adapter: adapter, outbox: outbox, evidence: evidence, clock: TestClock(), options: fast(),
            random: Seeded(state: 1))
        let run = Task { await drain.run() }
        #expect(await eventually { await outbox.isDone })
        run.cancel()
        await run.value
        let summary = await running.server.summary
        await running.stop()
        #expect(summary.cases == 200)
        #expect(summary.externalIDs.count == 200)
        #expect(summary.externalIDs.values.allSatisfy { $0.cases == 1 })
        #expect(summary.externalIDs.values.reduce(0) { $0 + $1.reports } == 250)
        #expect(summary.duplicates > 20, "the dropped answers were asked for again")
        #expect(Set(summary.externalIDs.values.map(\.number)).count == 200)
        for row in await outbox.rows {
            guard case .delivered(let record?) = row.state else {
                Issue.record("a row is not delivered")
                continue
            }
            #expect(record.number == summary.externalIDs[row.owed.finding.description]?.number)
        }
        let status = await drain.status
        let counters = status.counters
        #expect(status.inFlight == 0)
        #expect(counters.delivered == 250 && counters.dead == 0)
        #expect(counters.attempts == counters.delivered + counters.retried + counters.dead + counters.late)
    }

    @Test func `a platform that stops and starts again from its journal keeps every case once`() async throws {
        let journal = NSTemporaryDirectory() + "journal-\(UUID()).ndjson"
        defer {
            try? FileManager.default.removeItem(atPath: journal)
            try? FileManager.default.removeItem(atPath: journal + ".attachments")
        }
        var options = CasePlatformOptions()
        options.port = 0
        options.journal = journal
        options.cruelty = Cruelty(dropRate: 0.5)
        var running = try await RunningPlatform(options)
        options.port = running.port
        let outbox = MemoryOutbox()
        for number in 1...60 as ClosedRange<UInt64> { await outbox.add(owed(number)) }
        var adapterOptions = FourPlatformAdapter.Options(baseURL: running.url)
        adapterOptions.timeouts.totalMilliseconds = 2000
        let adapter = FourPlatformAdapter(
            destination: platform, options: adapterOptions, transport: HTTPClient(), clock: TestClock())
        let drain = OutboxDrain(
            adapter: adapter, outbox: outbox, evidence: FolderEvidence(), clock: TestClock(), options: fast())
        let run = Task { await drain.run() }
        let server = running.server
        #expect(await eventually { await server.summary.cases >= 20 })
        await running.stop()
        let before = await server.summary
        running = try await RunningPlatform(options)
        #expect(await running.server.summary.cases == before.cases)
        #expect(await eventually { await outbox.isDone })
        run.cancel()
        await run.value
        let after = await running.server.summary
        await running.stop()
        #expect(after.cases == 60)
        #expect(after.externalIDs.values.allSatisfy { $0.cases == 1 && $0.reports == 1 })
        for (id, entry) in before.externalIDs { #expect(after.externalIDs[id]?.number == entry.number) }
    }

    @Test func `sends four at a time, each finding's revisions one after the other`() async {
        let outbox = MemoryOutbox()
        for number in 1...10 as ClosedRange<UInt64> {
            await outbox.add(owed(number))
            await outbox.add(owed(number, revision: 2))
        }
        let adapter = SlowAdapter(pause: .milliseconds(10))
        let drain = OutboxDrain(
            adapter: adapter, outbox: outbox, evidence: FolderEvidence(), clock: TestClock(), options: fast())
        let run = Task { await drain.run() }
        #expect(await eventually { await outbox.isDone })
        run.cancel()
        await run.value
        #expect(adapter.most == 4)
        for number in 1...10 as ClosedRange<UInt64> {
            let key = "\(finding(number).milliseconds)"
            #expect(adapter.order.filter { $0.hasPrefix(key) } == [key + "-1", key + "-2"])
        }
    }

    @Test func `sleeps while nothing is owed, and wakes for something new`() async throws {
        let outbox = MemoryOutbox()
        let drain = OutboxDrain(
            adapter: SlowAdapter(pause: .zero), outbox: outbox, evidence: FolderEvidence(), clock: TestClock(),
            options: fast { $0.longestSleep = .seconds(60) })
        let run = Task { await drain.run() }
        #expect(await eventually { await outbox.leases == 1 })
        try await Task.sleep(for: .milliseconds(200))
        #expect(await outbox.leases == 1)
        await outbox.add(owed())
        drain.notify()
        #expect(await eventually { await outbox.isDone })
        run.cancel()
        await run.value
    }

    @Test func `answers that meet a full disk are written down when there is room, and nothing is sent twice`() async {
        let outbox = MemoryOutbox()
        for number in 1...12 as ClosedRange<UInt64> { await outbox.add(owed(number)) }
        await outbox.fill(true)
        let adapter = SlowAdapter(pause: .zero)
        let drain = OutboxDrain(
            adapter: adapter, outbox: outbox, evidence: FolderEvidence(), clock: TestClock(), options: fast())
        let run = Task { await drain.run() }
        #expect(await eventually { adapter.order.count == 12 })
        // Longer than the tries that other errors of the store get.
        #expect(await eventually { await drain.status.counters.storeErrors > 3 })
        await outbox.fill(false)
        #expect(await eventually { await outbox.isDone })
        run.cancel()
        await run.value
        #expect(adapter.order.count == 12)
        let counters = await drain.status.counters
        #expect(counters.delivered == 12 && counters.late == 0)
    }

    @Test func `a row due later is sent when it is due`() async {
        let outbox = MemoryOutbox()
        let due = TestClock().utc.advanced(byMicroseconds: 400_000)
        await outbox.add(owed(), due: due)
        let drain = OutboxDrain(
            adapter: SlowAdapter(pause: .zero), outbox: outbox, evidence: FolderEvidence(), clock: TestClock(),
            options: fast { $0.longestSleep = .seconds(60) })
        let run = Task { await drain.run() }
        #expect(await eventually { await outbox.isDone })
        #expect(TestClock().utc >= due)
        #expect(await outbox.leases <= 4)
        run.cancel()
        await run.value
    }

    @Test(arguments: [true, false]) func `finishes what is under way within the grace when stopped`(isShort: Bool) async
    {
        let outbox = MemoryOutbox()
        await outbox.add(owed())
        let drain = OutboxDrain(
            adapter: SlowAdapter(pause: isShort ? .milliseconds(150) : .seconds(30)), outbox: outbox,
            evidence: FolderEvidence(), clock: TestClock(), options: fast { $0.grace = .milliseconds(400) })
        let run = Task { await drain.run() }
        #expect(await eventually { await drain.status.inFlight == 1 })
        let start = ContinuousClock.now
        run.cancel()
        await run.value
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(await outbox.isDone == isShort)
        #expect(await drain.status.inFlight == 0)
    }

    @Test func `an attempt is cut short before its lease ends`() async {
        let outbox = MemoryOutbox()
        await outbox.add(owed())
        let drain = OutboxDrain(
            adapter: SlowAdapter(pause: .seconds(30)), outbox: outbox, evidence: FolderEvidence(), clock: TestClock(),
            options: fast { $0.lease = .seconds(6) })
        let run = Task { await drain.run() }
        #expect(await eventually { await drain.status.counters.retried >= 1 })
        #expect(await drain.status.counters.late == 0)
        run.cancel()
        await run.value
    }

    /// At first fast, so that much is leased ahead; then so slow that the leases end meanwhile. Notes what it gets too late.
    private final class TiringAdapter: DestinationAdapter {
        let destination = platform
        let outbox: MemoryOutbox
        let fast: Int
        private let state = Mutex((count: 0, late: 0))

        init(_ outbox: MemoryOutbox, fast: Int) {
            self.outbox = outbox
            self.fast = fast
        }

        var count: Int { state.withLock { $0.count } }
        var late: Int { state.withLock { $0.late } }

        func deliver(_ owed: OwedDelivery, evidence: any EvidenceStore) async -> DeliveryAttempt {
            let isHeld = await outbox.holds(owed.lease, at: TestClock().utc)
            let count = state.withLock { state in
                state.count += 1
                if !isHeld { state.late += 1 }
                return state.count
            }
            try? await Task.sleep(for: count > fast ? .milliseconds(250) : .milliseconds(1))
            return DeliveryAttempt(.delivered(nil))
        }
    }

    @Test func `nothing leaves whose lease ended while it waited for its turn`() async {
        let outbox = MemoryOutbox()
        for number in 1...1500 as ClosedRange<UInt64> { await outbox.add(owed(number)) }
        let adapter = TiringAdapter(outbox, fast: 900)
        let drain = OutboxDrain(
            adapter: adapter, outbox: outbox, evidence: FolderEvidence(), clock: TestClock(),
            options: fast {
                $0.lease = .seconds(2)
                $0.leadTime = .seconds(1)
                $0.maximumLead = 400
            })
        let run = Task { await drain.run() }
        #expect(await eventually { adapter.count > 900 + 48 })
        run.cancel()
        await run.value
        #expect(adapter.late == 0)
        #expect(await drain.status.counters.released > 0)
    }

    @Test func `a store without room is asked again`() async {
        let outbox = MemoryOutbox()
        await outbox.add(owed())
        await outbox.fail(next: 1)
        let drain = OutboxDrain(
            adapter: SlowAdapter(pause: .zero), outbox: outbox, evidence: FolderEvidence(), clock: TestClock(),
            options: fast())
        let run = Task { await drain.run() }
        #expect(await eventually { await outbox.isDone })
        #expect(await drain.status.counters.storeErrors == 1)
        run.cancel()
        await run.value
    }
}
