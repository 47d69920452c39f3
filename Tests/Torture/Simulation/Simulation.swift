import Delivery
import Foundation
import Geodesy
import Inspection
import Store

/// Days of a gateway and a platform under a manual clock, from one seed: findings and verdicts come, the uplink goes for hours,
/// answers are lost, the daemon is killed, the clock is set wrong. What must hold is checked all along and at the end.
struct Simulation {
    struct Outcome {
        var hours: Double
        var events = 0
        var findings = 0
        var requests = 0
        var restarts = 0
        /// What did not hold; nil when all did.
        var violation: String?
    }

    private enum Event {
        case find, see, judge, weather, kill, stepClock, drain, poll, advance
        case answer(Int)
        case callback(body: [UInt8], id: String, sentAt: Int64)
    }

    /// What the simulation knows of a finding.
    private struct Known {
        var id: FindingID
        var sightings = 1
        var newest: Int
        var isReleased: Bool
        var isDismissed = false
        var wasReleased: Bool
    }

    private let seed: UInt64
    private let end: Int64
    private let clock = SimulatedClock()
    private let platform: SimulatedPlatform
    private let gateway: SimulatedGateway
    private var random: SeededGenerator
    private var queue: [(at: Int64, order: Int, event: Event)] = []
    private var order = 0
    private var known: [Known] = []
    private var outcome: Outcome
    private var nextDrain = Int64.max
    private var isCalm = false
    private var serial: UInt64 = 0

    /// Longest that anything may be owed once the platform is kind and the clock is right.
    static let patience: Int64 = 3 * 3_600_000_000

    init(seed: UInt64, hours: Double, state: String, fault: PlantedFault?) throws {
        self.seed = seed
        end = Int64(hours * 3_600_000_000)
        random = SeededGenerator(seed: seed)
        platform = SimulatedPlatform(seed: random.next(), hidesKeys: fault == .forgottenKey)
        gateway = try SimulatedGateway(state: state, platform: platform, clock: clock, fault: fault)
        outcome = Outcome(hours: hours)
    }

    mutating func run() async -> Outcome {
        do {
            try await live()
        } catch {
            outcome.violation = outcome.violation ?? "an error: \(error)"
        }
        outcome.findings = known.count
        outcome.requests = platform.requests
        try? await gateway.close()
        return outcome
    }

    private mutating func live() async throws {
        for event in [Event.find, .see, .judge, .weather, .kill, .stepClock, .poll, .advance] { plan(event) }
        wake(at: 0)
        while let next = take(before: end), outcome.violation == nil {
            clock.move(to: next.at)
            try await happen(next.event)
            try await check(thoroughly: outcome.events % 20 == 0)
        }
        // The end of every outage: a kind platform, a right clock, and so much time.
        isCalm = true
        platform.be(SimulatedPlatform.Cruelty())
        clock.setWallClock(ahead: 0)
        wake(at: clock.now)
        let deadline = clock.now + Self.patience
        while let next = take(before: deadline), outcome.violation == nil {
            clock.move(to: next.at)
            switch next.event {
            case .answer, .drain, .poll: try await happen(next.event)
            default: continue
            }
            if try await owed() == 0, gateway.attempts.isEmpty { break }
        }
        try await gateway.poll.poll()
        if outcome.violation == nil { try await checkEnd() }
    }

    // The queue of events, by time and then by order.

    private mutating func add(_ event: Event, after microseconds: Int64) {
        order += 1
        let entry = (at: clock.now + max(microseconds, 0), order: order, event: event)
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            if (queue[middle].at, queue[middle].order) > (entry.at, entry.order) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        queue.insert(entry, at: low)
    }

    /// What comes later stays: an answer that is under way when the calm begins still arrives.
    private mutating func take(before end: Int64) -> (at: Int64, event: Event)? {
        guard let last = queue.last, last.at < end else { return nil }
        queue.removeLast()
        return (last.at, last.event)
    }

    private mutating func wake(at time: Int64) {
        guard time < nextDrain || nextDrain <= clock.now else { return }
        nextDrain = time
        add(.drain, after: time - clock.now)
    }

    /// The next of a kind that comes again and again.
    private mutating func plan(_ event: Event) {
        let mean: Double =
            switch event {
            case .find: 400
            case .see: 900
            case .judge: 1500
            case .weather: 5400
            case .kill: 7200
            case .stepClock: 86_400
            case .advance: 1800
            default: 300
            }
        add(event, after: random.wait(mean: mean))
    }

    private mutating func happen(_ event: Event) async throws {
        outcome.events += 1
        switch event {
        case .find: try await find()
        case .see: try await see()
        case .judge: try await judge()
        case .weather: changeWeather()
        case .kill:
            outcome.restarts += 1
            try await gateway.restart()
            wake(at: clock.now)
        case .stepClock:
            let steps: [Int64] = [3600, -3600, 86_400, -86_400, 0, -1_700_000_000, 0, 0]
            clock.setWallClock(ahead: steps[Int.random(in: 0..<steps.count, using: &random)] * 1_000_000)
        case .drain: try await drain()
        case .answer(let number):
            try await gateway.settle(number, using: &random)
            wake(at: clock.now)
        case .poll: try? await gateway.poll.poll()
        case .advance: advanceCase()
        case .callback(let body, let id, let sentAt): try await callBack(body, id, sentAt)
        }
        switch event {
        case .find, .see, .judge, .weather, .kill, .stepClock, .poll, .advance: plan(event)
        case .drain, .answer, .callback: break
        }
    }
}

// What happens.
extension Simulation {
    private mutating func find() async throws {
        serial += 1
        let id = UUIDv7(
            milliseconds: UInt64(clock.truth.microseconds / 1000), randomness: (random.next(), random.next()))
        let release: Release = random.chance(0.7) ? .auto : .review
        let record = try await gateway.store.commit(observation(id, sightings: 1, release))
        guard let record else { return }
        known.append(
            Known(id: id, newest: record.revision, isReleased: release == .auto, wasReleased: release == .auto))
        wake(at: clock.now)
    }

    private mutating func see() async throws {
        guard let index = recent() else { return }
        known[index].sightings += 1
        let release: Release = known[index].wasReleased ? .auto : .review
        if let record = try await gateway.store.commit(
            observation(known[index].id, sightings: known[index].sightings, release)), !known[index].isDismissed
        {
            known[index].newest = record.revision
        }
        wake(at: clock.now)
    }

    private mutating func judge() async throws {
        guard let index = recent() else { return }
        let kind: Verdict.Kind = random.chance(0.75) ? .upheld : .dismissed
        let verdict = Verdict(kind: kind, by: "officer", at: clock.utc, why: "looked")
        if let record = try await gateway.store.record(verdict, on: known[index].id) {
            known[index].newest = record.revision
            if kind == .upheld {
                known[index].isReleased = true
                known[index].isDismissed = false
            } else {
                known[index].isDismissed = true
            }
        }
        wake(at: clock.now)
    }

    /// One of the forty newest, mostly.
    private mutating func recent() -> Int? {
        guard !known.isEmpty else { return nil }
        let first = random.chance(0.1) ? 0 : max(known.count - 40, 0)
        return Int.random(in: first..<known.count, using: &random)
    }

    private func observation(_ id: FindingID, sightings: Int, _ release: Release) -> Observation {
        let finding = Finding(
            id: id, sceneType: "waste.exposed", title: BilingualText(zh: "暴露垃圾", en: "Loose rubbish"),
            severity: Severity.allCases[Int(id.low % UInt64(Severity.allCases.count))], confidence: 0.8, status: .open,
            firstSeen: clock.truth, lastSeen: clock.truth, provenance: .precisionTimeStamp, sightings: sightings,
            flight: id, source: SimulatedGateway.name("uav-1"), gateway: SimulatedGateway.name("gw"), rule: "waste",
            ruleVersion: "1", reasons: [], location: nil, refusal: .aboveHorizon)
        return Observation(
            finding: finding, evidence: [],
            routes: [Observation.Route(destination: SimulatedGateway.destination, release: release)])
    }

    private mutating func changeWeather() {
        var cruelty = SimulatedPlatform.Cruelty()
        switch Int.random(in: 0..<6, using: &random) {
        case 0: cruelty.away = true
        case 1: cruelty.locked = random.chance(0.3)
        case 2:
            cruelty.refused = 0.4
            cruelty.dropped = 0.1
        case 3: cruelty.dropped = 0.5
        case 4: cruelty.garbled = 0.3
        default:
            cruelty.refused = 0.02
            cruelty.dropped = 0.02
        }
        platform.be(cruelty)
    }

    private mutating func drain() async throws {
        // One that an earlier one has overtaken.
        guard clock.now >= nextDrain else { return }
        nextDrain = .max
        let (started, pause) = try await gateway.drain(parallelism: 4)
        for number in started {
            // Now and then an answer comes when its lease has long ended.
            let isLate = !isCalm && random.chance(0.01)
            // Now and then the platform goes on with the case, and says so, before its answer has come back.
            if !isCalm, random.chance(0.05), let finding = gateway.attempts[number]?.owed.finding,
                let body = platform.advance(finding.description)
            {
                announce(body, within: 1000...15_000)
            }
            add(.answer(number), after: isLate ? 700_000_000 : Int64.random(in: 20_000...4_000_000, using: &random))
        }
        wake(at: clock.now + pause)
    }

    private mutating func advanceCase() {
        guard let index = recent(), let body = platform.advance(known[index].id.description) else { return }
        guard random.chance(0.5) else { return }
        announce(body, within: 10_000...30_000_000)
    }

    private mutating func announce(_ body: [UInt8], within delay: ClosedRange<Int64>) {
        serial += 1
        let id = "message-\(serial)"
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            add(
                .callback(body: body, id: id, sentAt: clock.truth.microseconds / 1_000_000),
                after: Int64.random(in: delay, using: &random))
        }
    }

    /// As it was sent; one in ten is forged.
    private mutating func callBack(_ body: [UInt8], _ id: String, _ sentAt: Int64) async throws {
        let isForged = random.chance(0.1)
        let signature = try SimulatedGateway.secret().signature(
            id: isForged ? "other" : id, timestamp: sentAt, body: body)
        let fields = ["webhook-id": id, "webhook-timestamp": "\(sentAt)", "webhook-signature": signature]
        let answer = try await gateway.callbacks.take(body: body) { fields[$0] }
        if isForged, answer == .stored { outcome.violation = "a forged callback was stored" }
    }
}

// What must hold.
extension Simulation {
    private func owed() async throws -> Int64 {
        try await gateway.store.books().reduce(0) { $0 + $1.pending + $1.leased }
    }

    private mutating func check(thoroughly: Bool) async throws {
        if let fault = platform.faults.first { outcome.violation = fault }
        guard thoroughly else { return }
        for book in try await gateway.store.books() where !book.balances {
            outcome.violation = "the book is off: \(book)"
        }
        let cases = platform.cases
        for finding in known where !finding.isReleased && cases[finding.id.description] != nil {
            outcome.violation = "\(finding.id) left without a person's word"
        }
    }

    private mutating func checkEnd() async throws {
        try await check(thoroughly: true)
        let cases = platform.cases
        for book in try await gateway.store.books() {
            if book.pending + book.leased > 0 {
                outcome.violation =
                    "\(book.pending + book.leased) are still owed after \(Self.patience / 3_600_000_000) calm hours"
            }
            if book.dead > 0 { outcome.violation = "\(book.dead) were given up" }
        }
        for finding in known where outcome.violation == nil {
            let entry = cases[finding.id.description]
            if finding.isDismissed { continue }
            guard finding.isReleased else { continue }
            guard let entry else {
                outcome.violation = "\(finding.id) never reached the platform"
                continue
            }
            if entry.revision < finding.newest {
                outcome.violation =
                    "\(finding.id) is at revision \(finding.newest), and the platform has \(entry.revision)"
            }
            let record = try await gateway.store.finding(finding.id)?.caseRecord
            if record?.number != entry.number || record?.stage != entry.stage {
                outcome.violation =
                    "\(finding.id) is \(entry.number) at \(entry.stage.rawValue), and here \(record.map { "\($0.number) at \($0.stage.rawValue)" } ?? "nothing")"
            }
        }
        let doubled = Set(cases.values.map(\.number)).count
        if doubled != cases.count { outcome.violation = "\(cases.count) cases under \(doubled) numbers" }
    }
}
