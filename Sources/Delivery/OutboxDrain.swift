public import Inspection

/// Empties one destination's part of the outbox: leases what is due, sends it through the adapter, settles the answer.
///
/// It sleeps until ``notify()``, the next due row or the end of a pause. A lease outlives the longest attempt, and an
/// answer that could not be settled is asked for again under the same key, so that a kill at any moment costs a repetition
/// and never a case. Where a destination answers fast, it leases ahead what goes out in a moment, and writes down together
/// the answers that come while the write before is under way.
public actor OutboxDrain {
    public struct Options: Sendable, Hashable {
        /// Attempts under way at one time.
        public var parallelism = 4
        /// An attempt is cancelled shortly before its lease ends.
        public var lease: Duration = .seconds(600)
        /// What is under way when the drain is stopped may take this long to finish.
        public var grace: Duration = .seconds(5)
        /// Longest sleep between two looks at the outbox: what a stepped clock or a lost signal can cost.
        public var longestSleep: Duration = .seconds(30)
        /// Rows leased ahead of the attempts under way: as many as go out in `leadTime`, and never more than this.
        public var maximumLead = 950
        public var leadTime: Duration = .milliseconds(250)
        public var policy = DeliveryPolicy.Options()

        public init() {}
    }

    /// Shortest sleep when a row is due that cannot be leased yet.
    private static let shortestSleep: Duration = .milliseconds(200)

    public nonisolated let destination: Name
    private let adapter: any DestinationAdapter
    private let outbox: any Outbox
    private let evidence: any EvidenceStore
    private let clock: any Clock
    private let options: Options
    private nonisolated let signal = WakeSignal()
    private let time: SteadyTime
    private var random: any RandomNumberGenerator & Sendable
    private var policy: DeliveryPolicy
    private var counters = DeliveryCounters()
    private var attempts: [Int64: Task<Void, Never>] = [:]
    private var lastAttempt: Int64 = 0
    /// Leased and not begun, the next one last.
    private var lead: [OwedDelivery] = []
    /// The lead is filled up when no more than this is left of it.
    private var leastLead = 0
    private var pace = DeliveryPace()
    private var settling: SettlementQueue
    private var isStopping = false

    public init(
        adapter: any DestinationAdapter, outbox: any Outbox, evidence: any EvidenceStore, clock: any Clock,
        options: Options = Options(), random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        destination = adapter.destination
        self.adapter = adapter
        self.outbox = outbox
        self.evidence = evidence
        self.clock = clock
        self.options = options
        self.random = random
        time = SteadyTime(clock)
        policy = DeliveryPolicy(options: options.policy)
        settling = SettlementQueue(outbox: outbox)
    }

    /// Something new may be owed.
    public nonisolated func notify() { signal.notify() }

    public var status: DeliveryStatus {
        get async {
            let written = await settling.counters
            var sum = counters
            sum.delivered = written.delivered
            sum.retried = written.retried
            sum.dead = written.dead
            sum.late = written.late
            sum.released = written.released
            sum.storeErrors += written.storeErrors
            return DeliveryStatus(
                circuit: policy.circuit, inFlight: attempts.count, lastFailure: policy.lastFailure, counters: sum)
        }
    }

    /// Runs until the task is cancelled; then finishes what is under way, within the grace.
    public func run() async {
        isStopping = false
        while !Task.isCancelled {
            let sleep = await step()
            if Task.isCancelled { break }
            await signal.wait(atMost: min(max(sleep, .milliseconds(1)), options.longestSleep))
        }
        await finish()
    }

    private var now: UTCTime { time.now(monotonic: clock.monotonicNanoseconds) }

    /// Starts what may start now, and says how long there is nothing to do unless signalled.
    private func step() async -> Duration {
        let monotonic = clock.monotonicNanoseconds
        var limit: Int
        var isProbe = false
        switch policy.permission(monotonic: monotonic) {
        case .send:
            startLead()
            let ahead = pace.rows(in: options.leadTime, upTo: options.maximumLead, monotonic: monotonic)
            leastLead = ahead / 2
            limit = max(options.parallelism, 1) + ahead - attempts.count - lead.count
            // A lead that is more than half full is not worth a read.
            if lead.count > leastLead { limit = 0 }
        case .probe:
            if let owed = lead.popLast() {
                policy.beginProbe()
                start(owed)
                return options.longestSleep
            }
            limit = attempts.count < max(options.parallelism, 1) ? 1 : 0
            isProbe = true
        case .wait(nil): limit = 0
        case .wait(let until?):
            await giveBackLead()
            return .nanoseconds(max(until.subtractingSaturated(clock.monotonicNanoseconds), 0))
        }
        guard limit > 0, await settling.hasRoom else { return options.longestSleep }
        let until = now.advanced(byMicroseconds: DeliveryPolicy.nanoseconds(options.lease) / 1000)
        do throws(StoreError) {
            let owed = try await outbox.lease(destination, limit: limit, now: now, until: until)
            lead.insert(contentsOf: owed.reversed(), at: 0)
            if isProbe, let probe = lead.popLast() {
                policy.beginProbe()
                start(probe)
            } else {
                startLead()
            }
            if owed.count >= limit { return options.longestSleep }
            guard let due = try await outbox.nextDue(destination) else { return options.longestSleep }
            return max(.microseconds(due.microseconds(since: now)), Self.shortestSleep)
        } catch {
            counters.storeErrors += 1
            return .seconds(1)
        }
    }

    /// Begins as many of those leased as there are places for.
    private func startLead() {
        guard !isStopping, policy.permission(monotonic: clock.monotonicNanoseconds) == .send else { return }
        while attempts.count < max(options.parallelism, 1), let owed = lead.popLast() { start(owed) }
    }

    private func start(_ owed: OwedDelivery) {
        lastAttempt &+= 1
        let key = lastAttempt
        counters.attempts += 1
        attempts[key] = Task {
            let attempt = await send(owed)
            await answered(owed, attempt)
            ended(key)
        }
    }

    private func send(_ owed: OwedDelivery) async -> DeliveryAttempt {
        let limit = max(options.lease - .seconds(10), options.lease / 2)
        let adapter = adapter
        let evidence = evidence
        let sending = Task.detached { await adapter.deliver(owed, evidence: evidence) }
        let alarm = Task.detached {
            try await Task.sleep(for: limit)
            sending.cancel()
            return true
        }
        var attempt = await withTaskCancellationHandler {
            await sending.value
        } onCancel: {
            sending.cancel()
        }
        alarm.cancel()
        // What hung until its lease ran out says something of the destination, not of this finding.
        if case .postponed = attempt.answer, (try? await alarm.value) == true {
            attempt.answer = .unavailable(reason: "no answer before the lease ended", retryAfter: nil)
        }
        return attempt
    }

    private func answered(_ owed: OwedDelivery, _ attempt: DeliveryAttempt) async {
        let monotonic = clock.monotonicNanoseconds
        let now = time.now(monotonic: monotonic)
        let outcome = policy.outcome(
            of: attempt.answer, attempts: owed.attempts, utc: now, monotonic: monotonic, using: &random)
        pace.count(monotonic: monotonic)
        counters.bytes &+= Int64(attempt.bytesSent)
        counters.attachmentsSent += Int64(attempt.attachmentsSent)
        counters.attachmentsOmitted += Int64(attempt.attachmentsOmitted)
        if case .unusable = attempt.answer { counters.unusable += 1 }
        if case .progressed = attempt.answer { counters.progressed += 1 }
        await settling.add(Settlement(owed, outcome), now: now)
    }

    private func ended(_ key: Int64) {
        attempts[key] = nil
        startLead()
        if lead.count <= leastLead || policy.circuit != .closed(failures: 0) { signal.notify() }
    }

    /// What was leased ahead and will not be sent now goes back as it was.
    private func giveBackLead() async {
        guard !lead.isEmpty else { return }
        let unsent = lead.map { Settlement($0, .released) }
        lead = []
        for settlement in unsent { await settling.add(settlement, now: now) }
        await settling.isWritten()
    }

    /// Attempts are not children of the run: its cancellation must not cut them short.
    private func finish() async {
        isStopping = true
        await giveBackLead()
        let remaining = attempts.values.map { $0 }
        if !remaining.isEmpty {
            let grace = options.grace
            let alarm = Task.detached {
                try await Task.sleep(for: grace)
                for attempt in remaining { attempt.cancel() }
            }
            for attempt in remaining { await attempt.value }
            alarm.cancel()
        }
        await settling.isWritten()
    }
}

extension Int64 {
    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : difference
    }
}
