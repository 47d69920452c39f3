import Geodesy
import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder

/// The same every time.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

@Suite struct ReflightPlanTests {
    private static let day = 86_400.0

    private func plan(
        _ known: [(KnownFinding, lastLook: Double?)], terms: ReflightTerms = ReflightTerms(),
        options: ReflightPlan.Options = .init()
    ) -> ReflightPlan {
        var plan = ReflightPlan(now: Make.utc(0), options: options)
        for (one, look) in known { plan.add(one, lastLook: look.map { Make.utc($0) }, terms: terms) }
        return plan
    }

    @Test(
        arguments: [
            (Finding.Status.open, -5 * day, nil, nil),
            (.open, -15 * day, nil, .stale),
            (.open, -15 * day, -2 * day, nil),
            (.open, -31 * day, -2 * day, .overdue),
            (.open, -31 * day, -0.5 * day, nil),
            (.closed, -20 * day, nil, .verify),
            (.closed, -20 * day, -21 * day, .verify),
            (.closed, -20 * day, -19 * day, nil),
            (.closed, -0.01 * day, nil, nil),
            (.closed, -61 * day, nil, nil),
            (.cleared, -20 * day, nil, nil), (.dismissed, -20 * day, nil, nil), (.tentative, -40 * day, nil, nil),
        ] as [(Finding.Status, Double, Double?, ReflightWish.Reason?)])
    func `wants a look at what is old, not looked at, or closed and not verified`(
        status: Finding.Status, since: Double, look: Double?, reason: ReflightWish.Reason?
    ) {
        let plan = plan([(LookBuilder.known(status: status, since: since, lastSeen: since), look)])
        #expect(plan.wishes.first?.reason == reason)
        #expect(plan.wanted == (reason == nil ? 0 : 1))
    }

    @Test func `orders by severity, then by age, and keeps the most urgent`() {
        var options = ReflightPlan.Options()
        options.maximum = 3
        let known: [(KnownFinding, lastLook: Double?)] = [
            (LookBuilder.known(1, lastSeen: -20 * Self.day, severity: .yellow), nil),
            (LookBuilder.known(2, lastSeen: -16 * Self.day, severity: .red), nil),
            (LookBuilder.known(3, lastSeen: -25 * Self.day, severity: .yellow), nil),
            (LookBuilder.known(4, lastSeen: -29 * Self.day, severity: .blue), nil),
            (LookBuilder.known(5, lastSeen: -18 * Self.day, severity: .red), nil),
        ]
        let order = plan(known, options: options)
        #expect(order.wishes.map(\.known.id) == [5, 2, 3].map(LookBuilder.id))
        #expect(order.wanted == 5)
        #expect(plan(known.reversed(), options: options).wishes == order.wishes)
    }

    @Test func `takes those that want a look for the reasons asked for, as many as fit`() {
        var options = ReflightPlan.Options()
        options.reasons = [.verify, .overdue]
        options.maximum = 2
        let known: [(KnownFinding, lastLook: Double?)] = [
            (LookBuilder.known(1, lastSeen: -20 * Self.day), nil),
            (LookBuilder.known(2, status: .closed, since: -20 * Self.day), nil),
            (LookBuilder.known(3, since: -31 * Self.day, lastSeen: -31 * Self.day), nil),
            (LookBuilder.known(4, lastSeen: -21 * Self.day), nil),
        ]
        let plan = plan(known, options: options)
        #expect(Set(plan.wishes.map(\.known.id)) == Set([2, 3].map(LookBuilder.id)))
        #expect(Set(plan.wishes.map(\.reason)) == [.verify, .overdue] && plan.wanted == 2)
    }

    @Test func `what is passed over at a glance changes nothing, and what passes twice is told once`() {
        var random = Numbers(state: 9)
        for round in 0..<300 {
            var options = ReflightPlan.Options()
            options.maximum = round % 3 == 0 ? 3 : 20
            if round % 4 == 0 { options.reasons = [.stale] }
            if round % 5 == 0 { options.restsFor = 20 * Self.day }
            let known: [(KnownFinding, lastLook: Double?)] = (0..<60).map { number in
                let last = -Double.random(in: 0...70, using: &random) * Self.day
                var one = LookBuilder.known(
                    UInt64(number + 1), status: [.open, .open, .closed][Int.random(in: 0...2, using: &random)],
                    since: last, lastSeen: last,
                    severity: [.blue, .yellow, .red][Int.random(in: 0...2, using: &random)])
                let before = last - Double.random(in: 0...30, using: &random) * Self.day
                one.firstSeen = Make.utc(before)
                let look = Bool.random(using: &random) ? nil : -Double.random(in: 0...70, using: &random) * Self.day
                return (one, look)
            }
            let whole = plan(known, options: options)
            var glanced = ReflightPlan(now: Make.utc(0), options: options)
            var passedOver = 0
            for (one, look) in known + known.prefix(20) {
                guard glanced.mayWant(one.glance, terms: ReflightTerms()) else {
                    passedOver += 1
                    continue
                }
                glanced.add(one, lastLook: look.map { Make.utc($0) }, terms: ReflightTerms())
            }
            #expect(glanced.wishes == whole.wishes)
            #expect(passedOver > 0)
        }
    }

    @Test func `says what a look must be like to decide`() {
        let wish = plan([(LookBuilder.known(lastSeen: -20 * Self.day), nil)]).wishes.first
        #expect(wish?.gsd == 1.0 / 16)
        #expect(wish?.depression == 35)
        #expect(wish?.views == 2)
        #expect(wish?.looks == 4)
        #expect(wish.map { abs($0.age - 20 * Self.day) < 1 } == true)
    }

    @Test func `wants no look at what comes and goes`() {
        let terms = ReflightTerms(Make.scene("worker.no_dust_mask", .standing))
        #expect(plan([(LookBuilder.known(lastSeen: -40 * Self.day), nil)], terms: terms).wishes.isEmpty)
    }
}
