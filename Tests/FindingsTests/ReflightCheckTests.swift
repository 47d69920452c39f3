import Geodesy
import Inspection
import Testing

@testable import Findings

private typealias Make = DetectionBuilder

/// Looks at one place from a flight that passes over it.
enum LookBuilder {
    static let day = 86_400.0

    static func id(_ number: UInt64) -> FindingID {
        UUIDv7(milliseconds: 1_700_000_000_000, randomness: (number, number))
    }

    /// Of a week before the flight.
    static func known(
        _ number: UInt64 = 1, status: Finding.Status = .open, since: Double = -7 * day, lastSeen: Double = -7 * day,
        severity: Severity = .yellow, sigma: Double = 2
    ) -> KnownFinding {
        KnownFinding(
            id: id(number), sceneType: "waste.exposed", severity: severity, status: status,
            statusSince: DetectionBuilder.utc(since), firstSeen: DetectionBuilder.utc(lastSeen - 60),
            lastSeen: DetectionBuilder.utc(lastSeen), sightings: 40, point: DetectionBuilder.origin,
            ellipse: ErrorEllipse(semiMajor: sigma, semiMinor: sigma, bearing: 0))
    }

    /// From 80 m up, `along` metres north of the place.
    static func look(
        _ seconds: Double, along: Double, sight: ReflightLook.Sight = .nothing, gsd: Double = 0.02,
        depression: Double = 70, aside: Double = 0.2, isInside: Bool = true, isExamined: Bool = true,
        luma: Double = 0.45, sharpness: Double? = 180
    ) -> ReflightLook {
        var frame = Frame(
            index: Int((seconds * 25).rounded()), time: .seconds(seconds), ptsMicroseconds: nil, width: 1920,
            height: 1080, isKey: false, arrival: DetectionBuilder.utc(seconds))
        if let sharpness {
            frame.picture = PictureFeatures(luma: luma, contrast: 0.2, sharpness: sharpness, motion: nil)
        }
        var camera = DetectionBuilder.origin.moved(north: along, east: 0)
        camera.height = DetectionBuilder.origin.height + 80
        return ReflightLook(
            frame: frame, utc: DetectionBuilder.utc(seconds), isExamined: isExamined, isInside: isInside, gsd: gsd,
            depression: depression, aside: aside, camera: camera, sight: sight)
    }

    /// Five looks a second at 9 m/s.
    static func pass(_ seconds: Double, _ change: (Int, inout ReflightLook) -> Void = { _, _ in }) -> [ReflightLook] {
        (0..<Int(seconds * 5)).map { index in
            let at = Double(index) * 0.2
            var look = look(at, along: 9 * (at - seconds / 2))
            change(index, &look)
            return look
        }
    }
}

@Suite struct ReflightCheckTests {
    private static let steady = ReflightRecord(looks: 25, sightings: 20)

    /// The final word on one finding.
    private func fly(
        _ looks: [ReflightLook], known: KnownFinding = LookBuilder.known(), terms: ReflightTerms = ReflightTerms(),
        record: ReflightRecord = steady
    ) throws -> ReflightOutcome {
        var check = ReflightCheck(flight: Make.flight)
        #expect(check.watch(known, terms: terms, record: record).isEmpty)
        for look in looks { _ = check.look(look, at: known.id) }
        guard case .decided(let outcome)? = check.finish().last else {
            throw PlacementRefusal.noPose
        }
        return outcome
    }

    @Test func `clears what good looks from several places do not see`() throws {
        let outcome = try fly(LookBuilder.pass(6))
        #expect(outcome.decision == .cleared)
        #expect(outcome.record.sightings == 0)
        // Every half second of 5.8 s, and at 0.2 s a frame that is every 0.6 s.
        #expect(outcome.record.looks == 10)
        #expect(outcome.views >= 2)
        #expect(outcome.chanceMissed <= 0.01)
        #expect(outcome.flight == Make.flight.id)
        #expect(outcome.lastLook == Make.utc(5.4))
        #expect(outcome.best != nil)
    }

    /// A look that would not have shown the thing.
    private static func poor(
        isInside: Bool = true, isExamined: Bool = true, gsd: Double = 0.02, depression: Double = 70,
        luma: Double = 0.45,
        sharpness: Double? = 180
    ) -> ReflightLook {
        LookBuilder.look(
            0, along: 0, gsd: gsd, depression: depression, isInside: isInside, isExamined: isExamined, luma: luma,
            sharpness: sharpness)
    }

    @Test(arguments: [
        (ReflightOutcome.Doubt.notCovered, poor(isInside: false)), (.notExamined, poor(isExamined: false)),
        (.tooCoarse, poor(gsd: 0.07)), (.tooCoarse, poor(gsd: .nan)), (.tooCoarse, poor(gsd: 0)),
        (.tooOblique, poor(depression: 34)), (.tooOblique, poor(depression: .nan)),
        (.notMeasured, poor(sharpness: nil)),
        (.badlyLit, poor(luma: 0.05)), (.badlyLit, poor(luma: 0.97)), (.badlyLit, poor(luma: .nan)),
        (.blurred, poor(sharpness: 30)), (.blurred, poor(sharpness: .nan)),
    ])
    func `never clears on looks that would not have shown it`(
        doubt: ReflightOutcome.Doubt, poor: ReflightLook
    ) throws {
        func spoil(_ look: inout ReflightLook) {
            let whole = look
            look = poor
            (look.utc, look.camera, look.frame.index) = (whole.utc, whole.camera, whole.frame.index)
        }
        let outcome = try fly(LookBuilder.pass(20) { spoil(&$1) })
        #expect(outcome.decision == .undecided(doubt))
        #expect(outcome.record.looks == 0)
        // A minority of good looks is judged by itself.
        let mixed = try fly(LookBuilder.pass(8) { if $0 % 4 != 0 { spoil(&$1) } })
        #expect(mixed.decision == .cleared)
    }

    @Test func `tells the doubt that came furthest`() throws {
        let outcome = try fly(
            LookBuilder.pass(6) { index, look in
                if index % 2 == 0 { look.isInside = false } else { look.frame.picture?.sharpness = 10 }
            })
        #expect(outcome.decision == .undecided(.blurred))
        #expect(try fly([]).decision == .undecided(.notCovered))
    }

    @Test func `wants enough looks over enough time from more than one camera place`() throws {
        #expect(try fly(LookBuilder.pass(1.6)).decision == .undecided(.tooFewLooks))
        var terms = ReflightTerms()
        terms.seconds = 30
        #expect(try fly(LookBuilder.pass(6), terms: terms).decision == .undecided(.tooShort))
        let hover = LookBuilder.pass(10) { index, look in
            look.camera = LookBuilder.look(0, along: index % 2 == 0 ? 0 : 3).camera
        }
        #expect(try fly(hover).decision == .undecided(.tooFewViews))
    }

    @Test func `neighbouring frames are one look`() throws {
        let burst = (0..<200).map { LookBuilder.look(Double($0) * 0.01, along: Double($0) / 5) }
        #expect(try fly(burst).record.looks == 4)
    }

    @Test(arguments: [
        (ReflightRecord(looks: 25, sightings: 20), 4), (ReflightRecord(looks: 20, sightings: 10), 8),
        (ReflightRecord(), 22),
    ])
    func `asks for more looks at what is seldom detected`(record: ReflightRecord, needed: Int) throws {
        let terms = ReflightTerms()
        #expect(record.chanceMissed(in: needed, terms: terms) <= 0.01)
        #expect(record.chanceMissed(in: needed - 1, terms: terms) > 0.01)
        func fly(_ looks: Int) throws -> ReflightOutcome {
            let spaced = (0..<looks).map { LookBuilder.look(Double($0) * 0.8, along: Double($0) * 7 - 50) }
            return try self.fly(spaced, record: record)
        }
        #expect(try fly(needed).decision == .cleared)
        let fewer = try fly(needed - 1).decision
        #expect(fewer == .undecided(needed - 1 < terms.looks ? .tooFewLooks : .maybeMissed))
    }

    @Test func `the chance to miss is that of a simulated detector`() {
        // Rates drawn from what 6 of 10 looks leave room for, under the prior; then looks at a thing that is there.
        var numbers = SeededNumbers(state: 7)
        let (terms, record, looks) = (ReflightTerms(), ReflightRecord(looks: 10, sightings: 6), 5)
        var missed = 0
        var drawn = 0
        while drawn < 20_000 {
            // Beta(2, 2) by order statistics of three evens; kept where it repeats the record.
            let rate = [numbers.next(), numbers.next(), numbers.next()].sorted()[1]
            guard (0..<10).count(where: { _ in numbers.next() < rate }) == 6 else { continue }
            drawn += 1
            if (0..<looks).allSatisfy({ _ in numbers.next() >= rate }) { missed += 1 }
        }
        let chance = record.chanceMissed(in: looks, terms: terms)
        #expect(abs(Double(missed) / Double(drawn) - chance) < 0.005)
    }

    @Test func `of things that are there hardly one in a hundred is cleared, however seldom they are detected`() throws
    {
        var numbers = SeededNumbers(state: 21)
        var cleared = 0
        var gone = 0
        let looks = (0..<24).map { LookBuilder.look(Double($0) * 0.6, along: Double($0) * 6 - 70) }
        for _ in 0..<2000 {
            let rate = 0.2 + 0.75 * numbers.next()
            let record = ReflightRecord(looks: 25, sightings: (0..<25).count { _ in numbers.next() < rate })
            let seen = looks.map { look in
                var look = look
                if numbers.next() < rate { look.sight = .same }
                return look
            }
            if try fly(seen, record: record).decision == .cleared { cleared += 1 }
            if try fly(looks, record: record).decision == .cleared { gone += 1 }
        }
        #expect(cleared <= 20)
        // And of those that are gone most are.
        #expect(gone >= 1800)
    }

    @Test func `what is seen again persists, at once and in poor looks too`() throws {
        var check = ReflightCheck(flight: Make.flight)
        _ = check.watch(LookBuilder.known(), terms: ReflightTerms())
        var told: [ReflightOutcome] = []
        for look in LookBuilder.pass(4, { if $0 % 3 == 0 { $1.sight = .same; $1.frame.picture?.sharpness = 5 } }) {
            for case .decided(let outcome) in check.look(look, at: LookBuilder.id(1)) { told.append(outcome) }
        }
        #expect(told.map(\.decision) == [.persisting])
        #expect(told.first?.sightings == 3)
        let end = check.finish()
        guard case .decided(let outcome)? = end.first else { throw PlacementRefusal.noPose }
        #expect(end.count == 1)
        #expect(outcome.sightings == 7)
        #expect(outcome.best?.sight == .same)
        #expect(check.counters.persisting == 1)
        #expect(check.counters.cleared == 0)
    }

    @Test func `counts in how many looks a thing was detected that is there`() throws {
        let outcome = try fly(LookBuilder.pass(8) { if $0 % 6 < 3 { $1.sight = .same } })
        #expect(outcome.decision == .persisting)
        // Looks every 0.6 s, which is every third frame; in every other of them it was detected.
        #expect(outcome.record == ReflightRecord(looks: 14, sightings: 7))
    }

    @Test func `one detection among many looks, or one of its like beside it, clears nothing`() throws {
        for sight in [ReflightLook.Sight.same, .alike(thing: 3)] {
            let outcome = try fly(LookBuilder.pass(20) { if $0 == 31 { $1.sight = sight } })
            #expect(outcome.decision == .undecided(.contradicted))
        }
    }

    @Test func `what turns out to be the finding beside it is no sign of this one`() throws {
        var check = ReflightCheck(flight: Make.flight)
        for number in [1, 2] as [UInt64] {
            _ = check.watch(LookBuilder.known(number), terms: ReflightTerms(), record: Self.steady)
        }
        // Before the second one is recognized, its sightings may be of either.
        for (index, look) in LookBuilder.pass(8).enumerated() {
            var beside = look
            if index >= 10, index < 15 { beside.sight = .alike(thing: 7) }
            _ = check.look(beside, at: LookBuilder.id(1))
            if index > 15 { beside.sight = .same }
            _ = check.look(beside, at: LookBuilder.id(2))
            if index == 15 {
                let events = check.resolve(7, as: LookBuilder.id(2))
                guard case .decided(let outcome)? = events.first else { throw PlacementRefusal.noPose }
                #expect(outcome.finding == LookBuilder.id(2))
                #expect(outcome.decision == .persisting)
                #expect(check.resolve(7, as: LookBuilder.id(2)).isEmpty)
            }
        }
        let decisions = check.finish().map { event -> ReflightOutcome.Decision? in
            if case .decided(let outcome) = event { outcome.decision } else { nil }
        }
        #expect(decisions == [.cleared, .persisting])
    }

    @Test func `a crowd of things that are nobody's clears nothing`() throws {
        var check = ReflightCheck(flight: Make.flight)
        _ = check.watch(LookBuilder.known(), terms: ReflightTerms(), record: Self.steady)
        for (index, look) in LookBuilder.pass(10).enumerated() {
            var crowded = look
            crowded.sight = .alike(thing: index)
            _ = check.look(crowded, at: LookBuilder.id(1))
        }
        for thing in 0..<50 { _ = check.resolve(thing, as: LookBuilder.id(9)) }
        guard case .decided(let outcome)? = check.finish().first else { throw PlacementRefusal.noPose }
        #expect(outcome.decision == .undecided(.contradicted))
    }

    @Test(arguments: [Finding.Status.closed, .cleared])
    func `what was over and is seen again recurred`(status: Finding.Status) throws {
        let looks = LookBuilder.pass(4) { $1.sight = .same }
        let day = LookBuilder.day
        #expect(try fly(looks, known: LookBuilder.known(status: status, since: -day)).decision == .recurred)
        // Closed minutes ago: the truck may be on its way. Cleared, it was not there minutes ago, and is.
        let minutes = try fly(looks, known: LookBuilder.known(status: status, since: -600)).decision
        #expect(minutes == (status == .closed ? .persisting : .recurred))
        // Of an older recording, read after it was cleared.
        #expect(try fly(looks, known: LookBuilder.known(status: status, since: 600)).decision == .persisting)
        // Nothing there verifies it.
        #expect(try fly(LookBuilder.pass(6), known: LookBuilder.known(status: status)).decision == .cleared)
    }

    @Test func `what comes and goes is never cleared by its absence`() throws {
        let person = ReflightTerms(Make.scene("worker.no_dust_mask", .standing))
        #expect(try fly(LookBuilder.pass(20), terms: person).decision == .undecided(.comesAndGoes))
        var bin = Make.scene("waste.bin_overflow", .standing)
        bin.remembered = 7 * LookBuilder.day
        #expect(try fly(LookBuilder.pass(20), terms: ReflightTerms(bin)).decision == .cleared)
        #expect(ReflightTerms(Make.scene()).clearsAfter == 600)
        var term = person
        term.clearsAfter = 14 * LookBuilder.day
        #expect(try fly(LookBuilder.pass(20), terms: term).decision == .undecided(.tooSoon))
        term.clearsAfter = 6 * LookBuilder.day
        #expect(try fly(LookBuilder.pass(20), terms: term).decision == .cleared)
    }

    @Test func `looks before it was last seen say nothing`() throws {
        let later = LookBuilder.known(lastSeen: 3600)
        #expect(try fly(LookBuilder.pass(20), known: later).decision == .undecided(.beforeLastSeen))
        // Seen earlier in this very flight.
        let now = LookBuilder.known(lastSeen: 2)
        let outcome = try fly(LookBuilder.pass(20), known: now)
        #expect(outcome.decision == .undecided(.beforeLastSeen))
        // From 2.2 s to 19.6 s, every third frame: they still tell how surely it is detected.
        #expect(outcome.record == ReflightRecord(looks: 30, sightings: 0))
    }

    @Test func `a dismissed finding is not watched`() {
        var check = ReflightCheck(flight: Make.flight)
        _ = check.watch(LookBuilder.known(status: .dismissed), terms: ReflightTerms())
        #expect(check.watchedCount == 0)
        #expect(check.look(LookBuilder.look(0, along: 0), at: LookBuilder.id(1)).isEmpty)
        #expect(check.finish().isEmpty)
    }

    @Test func `asks for the best picture, and for few of them`() throws {
        var check = ReflightCheck(flight: Make.flight)
        _ = check.watch(LookBuilder.known(), terms: ReflightTerms())
        var asked: [ReflightLook] = []
        let looks = LookBuilder.pass(20) { index, look in
            look.gsd = 0.06 / (1 + Double(index) / 10)
            look.aside = index == 60 ? 0 : 0.5
        }
        for look in looks {
            for case .picture(let id, let picture) in check.look(look, at: LookBuilder.id(1)) {
                #expect(id == LookBuilder.id(1))
                asked.append(picture)
            }
        }
        #expect(asked.count == 3)
        guard case .decided(let outcome)? = check.finish().first else { throw PlacementRefusal.noPose }
        #expect(outcome.best?.frame.index == looks[60].frame.index)
    }

    @Test func `a picture that counts goes before a blurred one, one that shows the thing before all`() throws {
        let sharp = try fly(LookBuilder.pass(4) { $1.frame.picture?.sharpness = $0 == 7 ? 60 : 49 })
        #expect(sharp.best?.frame.picture?.sharpness == 60)
        let seen = try fly(LookBuilder.pass(4) { if $0 < 3 { $1.sight = .same; $1.aside = 0.9 } })
        #expect(seen.best?.sight == .same)
    }

    @Test func `watches a bounded number, and decides what was not looked at for longest`() throws {
        var options = ReflightCheck.Options()
        options.maximumWatched = 3
        var check = ReflightCheck(flight: Make.flight, options: options)
        var retired: [FindingID] = []
        for number in 1...5 as ClosedRange<UInt64> {
            let known = LookBuilder.known(number)
            for case .decided(let outcome) in check.watch(known, terms: ReflightTerms()) {
                retired.append(outcome.finding)
            }
            _ = check.look(LookBuilder.look(Double(10 - number), along: 0), at: known.id)
        }
        #expect(check.watchedCount == 3)
        // The looks came ever earlier.
        #expect(retired == [LookBuilder.id(3), LookBuilder.id(4)])
        #expect(check.counters.retired == 2)
        #expect(check.finish().count == 3)
        #expect(check.counters.undecided == 5)
    }

    @Test func `a footprint holds a place with a margin on all sides`() throws {
        let corners = [(-30.0, -30.0), (-30, 30), (30, 30), (30, -30)]
        let ring = corners.map { Make.origin.moved(north: $0.0, east: $0.1) }
        let shape = try #require(GroundShape(areas: [[ring]]))
        #expect(shape.covers(Make.origin, margin: 29))
        #expect(!shape.covers(Make.origin, margin: 31))
        #expect(!shape.covers(Make.origin.moved(north: 25, east: 0), margin: 6))
        #expect(shape.covers(Make.origin.moved(north: 25, east: 0), margin: 4))
        #expect(!shape.covers(Make.origin, margin: .infinity))
        let margin = ReflightCheck.margin(of: LookBuilder.known(sigma: 3), lookCE90: nil, terms: ReflightTerms())
        // 2.146 × 5 of both at 90 %, and half a metre of the thing.
        #expect(abs(margin - 11.23) < 0.01)
    }
}
