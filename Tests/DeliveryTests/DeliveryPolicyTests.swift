import Delivery
import Inspection
import Testing

struct DeliveryPolicyTests {
    private let utc = UTCTime(microseconds: 1_787_195_045_000_000)
    private let down = DeliveryAnswer.unavailable(reason: "down", retryAfter: nil)

    private func options(_ change: (inout DeliveryPolicy.Options) -> Void = { _ in }) -> DeliveryPolicy.Options {
        var options = DeliveryPolicy.Options()
        options.initialBackoff = .seconds(2)
        options.maximumBackoff = .seconds(100)
        options.initialCooldown = .seconds(5)
        options.maximumCooldown = .seconds(20)
        options.failuresToOpen = 3
        change(&options)
        return options
    }

    private func delay(_ outcome: DeliveryOutcome) -> Double? {
        guard case .retry(let at, _) = outcome else { return nil }
        return Double(at.microseconds(since: utc)) / 1e6
    }

    @Test(arguments: [(0, 2.0), (1, 4.0), (2, 8.0), (5, 64.0), (6, 100.0), (40, 100.0), (Int.max, 100.0), (-1, 2.0)])
    func `waits half to whole of the doubled backoff, capped`(attempts: Int, whole: Double) throws {
        var random = Seeded(state: 7)
        var delays: [Double] = []
        for _ in 0..<200 {
            var policy = DeliveryPolicy(options: options())
            let outcome = policy.outcome(
                of: .unusable(reason: "HTML"), attempts: attempts, utc: utc, monotonic: 0, using: &random)
            delays.append(try #require(delay(outcome)))
        }
        #expect(delays.allSatisfy { $0 >= whole / 2 - 0.001 && $0 <= whole + 0.001 })
        #expect(try #require(delays.min()) < whole * 0.55)
        #expect(try #require(delays.max()) > whole * 0.95)
    }

    @Test func `a row waits for a destination that is down no longer than its circuit may be open`() throws {
        var random = Seeded(state: 7)
        var policy = DeliveryPolicy(options: options())
        let outcome = policy.outcome(of: down, attempts: 40, utc: utc, monotonic: 0, using: &random)
        #expect((10...20).contains(try #require(delay(outcome))))
    }

    @Test func `what got on goes on soon, however often it was tried, and shows that the destination answers`() throws {
        var random = Seeded(state: 7)
        var policy = DeliveryPolicy(options: options { $0.failuresToOpen = 2 })
        _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: 0, using: &random)
        let outcome = policy.outcome(
            of: .progressed(reason: "1 of 2"), attempts: 40, utc: utc, monotonic: 0, using: &random)
        #expect(try #require(delay(outcome)) <= 1)
        #expect(policy.circuit == .closed(failures: 0) && policy.lastFailure == nil)
    }

    @Test(arguments: [(30.0, 30.0, 33.0), (7200.0, 3600.0, 3960.0), (0.0, 1.0, 2.0), (-5.0, 1.0, 2.0)])
    func `honours Retry-After within its limit`(asked: Double, least: Double, most: Double) throws {
        var random = Seeded(state: 1)
        for _ in 0..<100 {
            var policy = DeliveryPolicy(options: options())
            let answer = DeliveryAnswer.unavailable(reason: "429", retryAfter: .seconds(asked))
            let wait = try #require(
                delay(policy.outcome(of: answer, attempts: 0, utc: utc, monotonic: 0, using: &random)))
            #expect(wait >= least && wait <= most)
        }
    }

    @Test func `Retry-After closes the whole destination until it ends`() {
        var random = Seeded(state: 1)
        var policy = DeliveryPolicy(options: options())
        let answer = DeliveryAnswer.unavailable(reason: "429", retryAfter: .seconds(30))
        _ = policy.outcome(of: answer, attempts: 0, utc: utc, monotonic: 1000, using: &random)
        #expect(policy.permission(monotonic: 1000) == .wait(until: 30_000_001_000))
        #expect(policy.permission(monotonic: 30_000_001_000) == .probe)
    }

    @Test func `opens after the failures in a row that were set, and not after one less`() {
        var random = Seeded(state: 1)
        var policy = DeliveryPolicy(options: options())
        for _ in 0..<2 { _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: 0, using: &random) }
        _ = policy.outcome(of: .delivered(nil), attempts: 0, utc: utc, monotonic: 0, using: &random)
        for _ in 0..<2 { _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: 0, using: &random) }
        #expect(policy.permission(monotonic: 0) == .send)
        #expect(policy.lastFailure == "down")
        _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: 0, using: &random)
        guard case .wait(let until?) = policy.permission(monotonic: 0) else {
            Issue.record("the circuit is not open")
            return
        }
        #expect((2_500_000_000...5_000_000_000).contains(until))
    }

    @Test func `lets one probe through, and its answer decides`() {
        var random = Seeded(state: 3)
        var policy = DeliveryPolicy(options: options { $0.failuresToOpen = 1 })
        _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: 0, using: &random)
        var now: Int64 = 0
        for longest in [10_000_000_000, 20_000_000_000, 20_000_000_000] as [Int64] {
            now += 20_000_000_000
            #expect(policy.permission(monotonic: now) == .probe)
            policy.beginProbe()
            #expect(policy.permission(monotonic: now) == .wait(until: nil))
            _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: now, using: &random)
            guard case .wait(let until?) = policy.permission(monotonic: now) else {
                Issue.record("a failed probe must open the circuit again")
                return
            }
            #expect(until - now >= longest / 2 && until - now <= longest)
        }
        now += 20_000_000_000
        policy.beginProbe()
        _ = policy.outcome(of: .delivered(nil), attempts: 0, utc: utc, monotonic: now, using: &random)
        #expect(policy.circuit == .closed(failures: 0))
        #expect(policy.lastFailure == nil)
    }

    @Test func `what a person must put right waits long, and opens when it is not one finding's alone`() throws {
        var random = Seeded(state: 3)
        var policy = DeliveryPolicy(options: options())
        for attempt in 1...2 {
            let outcome = policy.outcome(
                of: .misconfigured(reason: "401"), attempts: 0, utc: utc, monotonic: 0, using: &random)
            let wait = try #require(delay(outcome))
            #expect(wait >= 60 && wait <= 120)
            #expect((policy.permission(monotonic: 0) == .send) == (attempt == 1))
        }
        policy = DeliveryPolicy(options: options())
        for _ in 0..<5 {
            _ = policy.outcome(
                of: .misconfigured(reason: "404"), attempts: 0, utc: utc, monotonic: 0, using: &random)
            _ = policy.outcome(of: .delivered(nil), attempts: 0, utc: utc, monotonic: 0, using: &random)
            #expect(policy.permission(monotonic: 0) == .send)
        }
    }

    @Test func `one finding's own trouble leaves the destination open`() {
        var random = Seeded(state: 3)
        var policy = DeliveryPolicy(options: options { $0.failuresToOpen = 1 })
        for _ in 0..<10 {
            _ = policy.outcome(of: .postponed(reason: "409"), attempts: 0, utc: utc, monotonic: 0, using: &random)
        }
        #expect(policy.permission(monotonic: 0) == .send)
    }

    @Test func `a final refusal is dead, and shows that the destination answers`() {
        var random = Seeded(state: 3)
        var policy = DeliveryPolicy(options: options { $0.failuresToOpen = 2 })
        _ = policy.outcome(of: down, attempts: 0, utc: utc, monotonic: 0, using: &random)
        let outcome = policy.outcome(of: .refused(reason: "422"), attempts: 0, utc: utc, monotonic: 0, using: &random)
        #expect(outcome == .dead(reason: "422"))
        #expect(policy.circuit == .closed(failures: 0))
    }

    @Test func `extreme times do not trap`() {
        var random = Seeded(state: 3)
        for (utc, monotonic) in [(Int64.max, Int64.max), (.min, .min), (0, .max)] {
            var policy = DeliveryPolicy(
                options: options {
                    $0.failuresToOpen = 1; $0.maximumBackoff = .seconds(Int64.max)
                })
            for attempts in [0, 63, Int.max] {
                _ = policy.outcome(
                    of: down, attempts: attempts, utc: UTCTime(microseconds: utc), monotonic: monotonic, using: &random)
            }
        }
    }
}
