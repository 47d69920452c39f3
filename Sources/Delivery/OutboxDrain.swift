public import Inspection

/// Empties one destination's part of the outbox: leases what is due, sends it through the adapter, settles the answer.
///
/// It sleeps until ``notify()``, the next due row or the end of a pause. A lease outlives the longest attempt, and an
/// answer that could not be settled is asked for again under the same key, so that a kill at any moment costs a repetition
/// and never a case.
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
        public var policy = DeliveryPolicy.Options()

        public init() {}
    }

    /// Shortest sleep when a row is due that cannot be leased yet.
    private static let shortestSleep: Duration = .milliseconds(200)
    private static let settleTries = 3

    public nonisolated let destination: Name
    private let adapter: any DestinationAdapter
    private let outbox: any Outbox
    private let evidence: any EvidenceStore
    private let clock: any Clock
    private let options: Options
    private nonisolated let signal = WakeSignal()
    private var random: any RandomNumberGenerator & Sendable
    private var policy: DeliveryPolicy
    private var counters = DeliveryCounters()
    private var attempts: [Int64: Task<Void, Never>] = [:]
    private var lastAttempt: Int64 = 0

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
        policy = DeliveryPolicy(options: options.policy)
    }

    /// Something new may be owed.
    public nonisolated func notify() { signal.notify() }

    public var status: DeliveryStatus {
        DeliveryStatus(
            circuit: policy.circuit, inFlight: attempts.count, lastFailure: policy.lastFailure, counters: counters)
    }

    /// Runs until the task is cancelled; then finishes what is under way, within the grace.
    public func run() async {
        while !Task.isCancelled {
            let sleep = await step()
            if Task.isCancelled { break }
            await signal.wait(atMost: min(max(sleep, .milliseconds(1)), options.longestSleep))
        }
        await finish()
    }

    /// Starts what may start now, and says how long there is nothing to do unless signalled.
    private func step() async -> Duration {
        let free = options.parallelism - attempts.count
        guard free > 0 else { return options.longestSleep }
        var limit = free
        switch policy.permission(monotonic: clock.monotonicNanoseconds) {
        case .send: break
        case .probe: limit = 1
        case .wait(nil): return options.longestSleep
        case .wait(let until?): return .nanoseconds(max(until.subtractingSaturated(clock.monotonicNanoseconds), 0))
        }
        let now = clock.utc
        let until = now.advanced(byMicroseconds: DeliveryPolicy.nanoseconds(options.lease) / 1000)
        do throws(StoreError) {
            let owed = try await outbox.lease(destination, limit: limit, now: now, until: until)
            if limit == 1, !owed.isEmpty { policy.beginProbe() }
            for delivery in owed { start(delivery) }
            if owed.count >= limit { return options.longestSleep }
            guard let due = try await outbox.nextDue(destination) else { return options.longestSleep }
            let microseconds = due.microseconds(since: clock.utc)
            return max(.microseconds(microseconds), Self.shortestSleep)
        } catch {
            counters.storeErrors += 1
            return .seconds(1)
        }
    }

    private func start(_ owed: OwedDelivery) {
        lastAttempt &+= 1
        let key = lastAttempt
        counters.attempts += 1
        attempts[key] = Task {
            let attempt = await send(owed)
            await settle(owed, attempt)
            ended(key)
        }
    }

    private func send(_ owed: OwedDelivery) async -> DeliveryAttempt {
        let limit = max(options.lease - .seconds(10), options.lease / 2)
        let sending = Task { await adapter.deliver(owed, evidence: evidence) }
        let alarm = Task {
            try await Task.sleep(for: limit)
            sending.cancel()
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await sending.value
        } onCancel: {
            sending.cancel()
        }
    }

    private func settle(_ owed: OwedDelivery, _ attempt: DeliveryAttempt) async {
        let now = clock.utc
        let outcome = policy.outcome(
            of: attempt.answer, attempts: owed.attempts, utc: now, monotonic: clock.monotonicNanoseconds, using: &random
        )
        counters.bytes &+= Int64(attempt.bytesSent)
        counters.attachmentsSent += Int64(attempt.attachmentsSent)
        counters.attachmentsOmitted += Int64(attempt.attachmentsOmitted)
        if case .unusable = attempt.answer { counters.unusable += 1 }
        guard await write(outcome, of: owed, now: now) else {
            counters.late += 1
            return
        }
        switch outcome {
        case .delivered: counters.delivered += 1
        case .retry: counters.retried += 1
        case .dead: counters.dead += 1
        }
    }

    private func write(_ outcome: DeliveryOutcome, of owed: OwedDelivery, now: UTCTime) async -> Bool {
        for attempt in 1...Self.settleTries {
            do throws(StoreError) {
                return try await outbox.settle(owed, as: outcome, now: now)
            } catch {
                counters.storeErrors += 1
                guard error.isTransient, attempt < Self.settleTries else { return false }
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        return false
    }

    private func ended(_ key: Int64) {
        attempts[key] = nil
        signal.notify()
    }

    /// Attempts are not children of the run: its cancellation must not cut them short.
    private func finish() async {
        let remaining = attempts.values.map { $0 }
        guard !remaining.isEmpty else { return }
        let grace = options.grace
        let alarm = Task.detached {
            try await Task.sleep(for: grace)
            for attempt in remaining { attempt.cancel() }
        }
        for attempt in remaining { await attempt.value }
        alarm.cancel()
    }
}

extension Int64 {
    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : difference
    }
}
