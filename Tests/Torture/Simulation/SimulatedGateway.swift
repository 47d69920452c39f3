import Curl
import Delivery
import Foundation
import Inspection
import Store

/// What a planted fault makes the gateway do, to show that the simulation notices.
enum PlantedFault: String, CaseIterable {
    /// Every attempt has a key of its own.
    case forgottenKey = "forgotten-key"
    /// No answer is taken for a good one.
    case takenForDelivered = "taken-for-delivered"
    /// A finding is given up after eight attempts.
    case givesUp = "gives-up"
    /// A lease lost in a kill is never given back, as if its row stood as delivered.
    case forgetsWaiting = "forgets-waiting"
}

/// The gateway's deciding parts around a store of their own: the outbox's rows as the store keeps them, the policy, the adapter,
/// the poll and the callbacks. What the daemon does with tasks and timers, the simulation does with events.
final class SimulatedGateway {
    static let destination = name("county")
    static let lease: Int64 = 600_000_000

    struct Attempt {
        var owed: OwedDelivery
        var answer: DeliveryAnswer
    }

    let clock: SimulatedClock
    let platform: SimulatedPlatform
    let fault: PlantedFault?
    private let directory: StateDirectory
    private(set) var store: FindingDatabase
    private(set) var poll: CaseStagePoll
    private(set) var callbacks: CaseCallbackReceiver
    private var adapter: FourPlatformAdapter
    private var policy: DeliveryPolicy
    private(set) var attempts: [Int: Attempt] = [:]
    private var lastAttempt = 0
    /// Between the true time and what the wall clock said when this life began.
    private var skew: Int64

    init(state: String, platform: SimulatedPlatform, clock: SimulatedClock, fault: PlantedFault?) throws {
        self.platform = platform
        self.clock = clock
        self.fault = fault
        directory = try StateDirectory(path: state)
        store = try FindingDatabase.open(in: directory, clock: clock)
        adapter = Self.adapter(platform, clock, cases: store)
        policy = DeliveryPolicy(options: Self.options)
        skew = clock.utc.microseconds(since: clock.truth)
        poll = CaseStagePoll(source: adapter, store: store)
        callbacks = CaseCallbackReceiver(
            [try Self.callback(since: clock.utc)], store: store, cases: store, clock: clock)
    }

    private static func adapter(
        _ platform: SimulatedPlatform, _ clock: SimulatedClock, cases: FindingDatabase
    ) -> FourPlatformAdapter {
        FourPlatformAdapter(
            destination: destination, options: FourPlatformAdapter.Options(baseURL: "http://platform.example"),
            transport: platform, clock: clock, cases: cases)
    }

    private static var options: DeliveryPolicy.Options {
        var options = DeliveryPolicy.Options()
        options.maximumBackoff = .seconds(900)
        return options
    }

    private static func callback(since: UTCTime) throws -> CaseCallback {
        CaseCallback(platform: destination, secrets: [try secret()], since: since)
    }

    static func secret() throws -> WebhookSecret {
        try WebhookSecret("whsec_" + Data("a secret of thirty-two bytes, abc".utf8.prefix(32)).base64EncodedString())
    }

    static func name(_ text: String) -> Name {
        guard let name = Name(text) else { fatalError("no name: \(text)") }
        return name
    }

    /// UTC as the drain counts it: from the wall clock at the start of this life, steadily.
    var steady: UTCTime { clock.truth.advanced(byMicroseconds: skew) }

    /// A kill and a start: what was under way is forgotten, and so is the circuit.
    func restart() async throws {
        attempts = [:]
        try await store.close()
        store = try FindingDatabase.open(in: directory, clock: clock)
        adapter = Self.adapter(platform, clock, cases: store)
        policy = DeliveryPolicy(options: Self.options)
        skew = clock.utc.microseconds(since: clock.truth)
        let cursor = await poll.cursor
        poll = CaseStagePoll(source: adapter, store: store, cursor: cursor)
        callbacks = CaseCallbackReceiver(
            [try Self.callback(since: clock.utc)], store: store, cases: store, clock: clock)
    }

    func close() async throws {
        try await store.close()
        directory.release()
    }

    /// Starts what may start now; gives the new attempts, and microseconds until the next look.
    func drain(parallelism: Int) async throws -> (started: [Int], pause: Int64) {
        let longest: Int64 = 120_000_000
        var limit = parallelism - attempts.count
        var isProbe = false
        switch policy.permission(monotonic: clock.monotonicNanoseconds) {
        case .send: break
        case .probe:
            limit = min(limit, 1)
            isProbe = true
        case .wait(nil): return ([], longest)
        case .wait(let until?): return ([], min(max((until - clock.monotonicNanoseconds) / 1000, 1000), longest))
        }
        guard limit > 0 else { return ([], longest) }
        let now = steady
        let owed = try await store.lease(
            Self.destination, limit: limit, now: now, until: now.advanced(byMicroseconds: Self.lease))
        if isProbe, !owed.isEmpty { policy.beginProbe() }
        var started: [Int] = []
        for delivery in owed {
            lastAttempt += 1
            let attempt = await adapter.deliver(delivery, evidence: NoEvidence())
            attempts[lastAttempt] = Attempt(owed: delivery, answer: attempt.answer)
            started.append(lastAttempt)
        }
        guard let due = try await store.nextDue(Self.destination) else { return (started, longest) }
        return (started, min(max(due.microseconds(since: steady), 200_000), longest))
    }

    /// The answer of an attempt has arrived, if this life still waits for it.
    func settle(_ number: Int, using random: inout SeededGenerator) async throws {
        guard let attempt = attempts.removeValue(forKey: number) else { return }
        var answer = attempt.answer
        if fault == .takenForDelivered, case .unavailable = answer { answer = .delivered(nil) }
        if fault == .givesUp, answer.reason != nil, attempt.owed.attempts >= 8 {
            answer = .refused(reason: "tried often enough")
        }
        let outcome = policy.outcome(
            of: answer, attempts: attempt.owed.attempts, utc: steady, monotonic: clock.monotonicNanoseconds,
            using: &random)
        if fault == .forgetsWaiting, case .retry = outcome, attempt.owed.attempts == 3 {
            _ = try await store.settle(
                attempt.owed, as: .retry(at: steady.advanced(byMicroseconds: 80_000_000_000), reason: "later"),
                now: steady)
            return
        }
        _ = try await store.settle(attempt.owed, as: outcome, now: steady)
    }
}

/// Findings of the simulation have no files.
struct NoEvidence: EvidenceStore {
    func keep(
        _ bytes: [UInt8], kind: EvidenceItem.Kind, mediaType: String, capturedAt: UTCTime
    ) async throws(StoreError) -> EvidenceItem {
        throw StoreError(kind: .invalid, description: "no evidence here")
    }

    func path(of sha256: String) async -> String? { nil }
}
