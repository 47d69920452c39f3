public import Inspection

/// Empties one destination's part of the outbox: leases what is due, sends it through the adapter, settles the answer.
///
/// It sleeps until ``notify()``, the next due row or the end of a pause. No request leaves under a lease that is about to end:
/// such a row goes back to the queue. A lease outlives the longest attempt, and an answer that could not be settled is asked
/// for again under the same key, so that a kill at any moment costs a repetition and never a case. Where a destination answers fast, it leases ahead what goes out in a moment, and writes down together
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
    /// Attempts under way, by the number of the worker that makes them.
    private var workers: [Int64: Worker] = [:]
    private var lastWorker: Int64 = 0
    /// Cuts short what lasts too long; nil while nothing is under way.
    private var watch: Task<Void, Never>?
    /// Leased and not begun, the next one last.
    private var lead: [Leased] = []
    /// The lead is filled up when no more than this is left of it.
    private var leastLead = 0
    private var pace = DeliveryPace()
    private let settling: SettlementQueue
    private var isStopping = false

    /// A row and the end of its lease.
    private struct Leased {
        var owed: OwedDelivery
        var until: UTCTime
    }

    /// Makes one attempt after another, as long as there is one to begin.
    private struct Worker {
        var task: Task<Void, Never>?
        /// End of the lease of what is under way.
        var until: UTCTime
        /// When the attempt under way is cut short.
        var deadline: UTCTime
        var isCut = false
    }

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
        let time = time
        settling = SettlementQueue(outbox: outbox) { time.now(monotonic: clock.monotonicNanoseconds) }
    }

    /// Something new may be owed.
    public nonisolated func notify() { signal.notify() }

    public var status: DeliveryStatus {
        get async {
            let written = settling.counters
            var sum = counters
            sum.delivered = written.delivered
            sum.retried = written.retried
            sum.dead = written.dead
            sum.late = written.late
            sum.released = written.released
            sum.storeErrors += written.storeErrors
            return DeliveryStatus(
                circuit: policy.circuit, inFlight: workers.count, lastFailure: policy.lastFailure, counters: sum)
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
            startWorkers()
            let ahead = pace.rows(in: options.leadTime, upTo: options.maximumLead, monotonic: monotonic)
            leastLead = ahead / 2
            limit = max(options.parallelism, 1) + ahead - workers.count - lead.count
            // A lead that is more than half full is not worth a read.
            if lead.count > leastLead { limit = 0 }
        case .probe:
            if let leased = nextOfLead(at: now) {
                policy.beginProbe()
                start(leased)
                return options.longestSleep
            }
            limit = workers.count < max(options.parallelism, 1) ? 1 : 0
            isProbe = true
        case .wait(nil): limit = 0
        case .wait(let until?):
            await giveBackLead()
            return .nanoseconds(max(until.subtractingSaturated(clock.monotonicNanoseconds), 0))
        }
        guard limit > 0 else { return options.longestSleep }
        // Nobody signals that there is room again.
        guard settling.hasRoom else { return Self.shortestSleep }
        let until = now.advanced(byMicroseconds: DeliveryPolicy.nanoseconds(options.lease) / 1000)
        do throws(StoreError) {
            let owed = try await outbox.lease(destination, limit: limit, now: now, until: until)
            lead.insert(contentsOf: owed.reversed().map { Leased(owed: $0, until: until) }, at: 0)
            if isProbe, let probe = nextOfLead(at: self.now) {
                policy.beginProbe()
                start(probe)
            } else {
                startWorkers()
            }
            if owed.count >= limit { return options.longestSleep }
            guard let due = try await outbox.nextDue(destination) else { return options.longestSleep }
            return max(.microseconds(due.microseconds(since: now)), Self.shortestSleep)
        } catch {
            counters.storeErrors += 1
            return .seconds(1)
        }
    }

    /// Before its lease ends an attempt is cut short by this much: time to write down its answer.
    private var margin: Duration { min(.seconds(10), options.lease / 2) }

    /// The next row of the lead whose lease lasts long enough for an attempt; those before it go back to the queue.
    private func nextOfLead(at now: UTCTime) -> Leased? {
        guard let last = lead.last else { return nil }
        let least = now.advanced(byMicroseconds: DeliveryPolicy.nanoseconds(margin + options.lease / 4) / 1000)
        guard last.until <= least else { return lead.popLast() }
        while let next = lead.popLast() {
            if next.until > least { return next }
            settling.add(Settlement(next.owed, .released), until: next.until, now: now)
        }
        signal.notify()
        return nil
    }

    /// Begins as many of those leased as there are places for.
    private func startWorkers() {
        guard !isStopping, policy.permission(monotonic: clock.monotonicNanoseconds) == .send else { return }
        let now = now
        while workers.count < max(options.parallelism, 1), let leased = nextOfLead(at: now) { start(leased) }
    }

    private func start(_ first: Leased) {
        lastWorker &+= 1
        let key = lastWorker
        workers[key] = Worker(until: first.until, deadline: begin(first))
        let adapter = adapter
        let evidence = evidence
        let task = Task.detached {
            var next: OwedDelivery? = first.owed
            while let owed = next {
                let attempt = await adapter.deliver(owed, evidence: evidence)
                next = await self.answered(owed, attempt, by: key)
            }
        }
        workers[key]?.task = task
        if watch == nil { watch = Task { await watchWorkers() } }
    }

    /// When the attempt that begins now must end.
    private func begin(_ leased: Leased) -> UTCTime {
        counters.attempts += 1
        return leased.until.advanced(byMicroseconds: -DeliveryPolicy.nanoseconds(margin) / 1000)
    }

    /// Writes down what became of an attempt, and answers what its worker sends next; nil when it has ended.
    private func answered(_ owed: OwedDelivery, _ attempt: DeliveryAttempt, by key: Int64) -> OwedDelivery? {
        var answer = attempt.answer
        let worker = workers[key]
        let isCut = worker?.isCut ?? true
        // What hung until its lease ran out says something of the destination, not of this finding.
        if isCut, case .postponed = answer {
            answer = .unavailable(reason: "no answer before the lease ended", retryAfter: nil)
        }
        let monotonic = clock.monotonicNanoseconds
        let now = time.now(monotonic: monotonic)
        let outcome = policy.outcome(
            of: answer, attempts: owed.attempts, utc: now, monotonic: monotonic, using: &random)
        pace.count(monotonic: monotonic)
        counters.bytes &+= Int64(attempt.bytesSent)
        counters.attachmentsSent += Int64(attempt.attachmentsSent)
        counters.attachmentsOmitted += Int64(attempt.attachmentsOmitted)
        if case .delivered = attempt.answer { counters.attachmentsWithheld += Int64(attempt.attachmentsWithheld) }
        if case .unusable = answer { counters.unusable += 1 }
        if case .progressed = answer { counters.progressed += 1 }
        settling.add(Settlement(owed, outcome), until: worker?.until ?? now, now: now)
        defer { if lead.count <= leastLead || policy.circuit != .closed(failures: 0) { signal.notify() } }
        // A task that was cut short can begin nothing more.
        if !isStopping, !isCut, policy.permission(monotonic: monotonic) == .send, let next = nextOfLead(at: now) {
            workers[key]?.until = next.until
            workers[key]?.deadline = begin(next)
            return next.owed
        }
        workers[key] = nil
        startWorkers()
        return nil
    }

    private func watchWorkers() async {
        while let pause = cutOverdue() { try? await Task.sleep(for: pause) }
    }

    /// Cancels the attempts that last too long, and says when to look again; nil when nothing is under way.
    private func cutOverdue() -> Duration? {
        guard !workers.isEmpty else {
            watch = nil
            return nil
        }
        let now = now
        for (key, worker) in workers where worker.deadline <= now && !worker.isCut {
            workers[key]?.isCut = true
            worker.task?.cancel()
        }
        return max(margin / 4, .milliseconds(1))
    }

    /// What was leased ahead and will not be sent now goes back as it was.
    private func giveBackLead() async {
        guard !lead.isEmpty else { return }
        let unsent = lead
        lead = []
        let now = now
        for leased in unsent { settling.add(Settlement(leased.owed, .released), until: leased.until, now: now) }
        await settling.isWritten()
    }

    /// Attempts are not children of the run: its cancellation must not cut them short.
    private func finish() async {
        isStopping = true
        await giveBackLead()
        let remaining = workers.values.compactMap(\.task)
        if !remaining.isEmpty {
            let grace = options.grace
            let alarm = Task.detached {
                try await Task.sleep(for: grace)
                for attempt in remaining { attempt.cancel() }
            }
            for attempt in remaining { await attempt.value }
            alarm.cancel()
        }
        await settling.end(within: options.grace)
    }
}

extension Int64 {
    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : difference
    }
}
