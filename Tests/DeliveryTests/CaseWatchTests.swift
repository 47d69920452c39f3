import Inspection
import Synchronization
import Testing

@testable import Delivery

@Suite struct CaseWatchTests {
    private static let city = CaseTermsTests.city
    private static let desk = Name("desk")!
    private static let town = Name("town")!

    /// A clock that is set by hand.
    private final class SetClock: Clock {
        private let time = Mutex(CaseTermsTests.hour(8))
        var utc: UTCTime { time.withLock { $0 } }
        var monotonicNanoseconds: Int64 { utc.microseconds &* 1000 }
        func set(_ hours: Double) { time.withLock { $0 = CaseTermsTests.hour(hours) } }
    }

    private struct Place: Sendable {
        let cases = WatchedCases(sceneType: "waste.exposed")
        let clock = SetClock()
        let held: HeldTerms

        init() {
            var terms = CaseTermsTests.terms()
            terms.destinations = [CaseWatchTests.desk]
            terms.ladder = [
                CaseTerms.Rung(
                    .init(id: "remind", title: BilingualText(zh: "提醒", en: "Reminder")), after: "1wh",
                    destinations: [CaseWatchTests.town])
            ]
            held = HeldTerms(terms)
        }

        func watch() -> CaseWatch {
            CaseWatch(
                cases: cases, store: cases, platforms: [CaseWatchTests.city], clock: clock,
                terms: { [held] in held.terms })
        }
    }

    private final class HeldTerms: Sendable {
        private let held: Mutex<CaseTerms?>
        init(_ terms: CaseTerms) { held = Mutex(terms) }
        var terms: CaseTerms? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }

    @Test func `tells when a limit is over, then the ladder, each once, over restarts`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8))
        let first = place.watch()
        #expect(try await first.step() == CaseTermsTests.hour(12))
        #expect(place.cases.said.isEmpty)
        place.clock.set(12)
        #expect(try await first.step() == CaseTermsTests.hour(14))
        #expect(place.cases.said.map(\.destinations) == [[Self.desk]])
        // A restart says nothing again.
        let second = place.watch()
        #expect(try await second.step() == CaseTermsTests.hour(14))
        #expect(place.cases.said.count == 1)
        place.clock.set(200)
        #expect(try await second.step() == nil)
        #expect(place.cases.said.map { $0.overdue.rung?.id } == [nil, "remind"])
        #expect(place.cases.said.last?.destinations == [Self.town])
        #expect(try await place.watch().step() == nil)
        #expect(place.cases.said.count == 2)
    }

    @Test func `says before the end that it is near, once, and never of a limit that is over`() async throws {
        let place = Place()
        var terms = try #require(place.held.terms)
        terms.tellsSoon = true
        place.held.terms = terms
        place.cases.add(CaseTermsTests.change(.handling, 8))
        #expect(try await place.watch().step() == CaseTermsTests.hour(11))
        #expect(place.cases.said.isEmpty)
        place.clock.set(11)
        #expect(try await place.watch().step() == CaseTermsTests.hour(12))
        #expect(try await place.watch().step() == CaseTermsTests.hour(12))
        #expect(place.cases.said.map(\.overdue.isSoon) == [true])
        #expect(place.cases.said.map(\.destinations) == [[Self.desk]])
        place.clock.set(12)
        #expect(try await place.watch().step() == CaseTermsTests.hour(14))
        #expect(place.cases.said.map(\.overdue.isSoon) == [true, false])
        // An extension is another limit, which is near in its own time.
        place.cases.add(CaseTermsTests.change(.handling, 12.5, [.extended]))
        #expect(try await place.watch().step() == CaseTermsTests.hour(15))
        place.clock.set(200)
        #expect(try await place.watch().step() == nil)
        #expect(place.cases.said.map(\.overdue.isSoon) == [true, false, false, false])
        #expect(place.cases.said.last?.overdue.rung?.id == "remind")
    }

    @Test func `with no share left nobody is told before the end`() async throws {
        let place = Place()
        var terms = try #require(place.held.terms)
        terms.tellsSoon = true
        terms.soon = 0
        place.held.terms = terms
        place.cases.add(CaseTermsTests.change(.handling, 8))
        #expect(try await place.watch().step() == CaseTermsTests.hour(12))
        place.clock.set(12)
        _ = try await place.watch().step()
        #expect(place.cases.said.map(\.overdue.isSoon) == [false])
    }

    @Test func `after a long silence every step is told, one after the other`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8))
        place.clock.set(500)
        _ = try await place.watch().step()
        #expect(place.cases.said.map { $0.overdue.rung?.id } == [nil, "remind"])
    }

    @Test func `a case that goes on has another limit, one that is over none`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8))
        let watch = place.watch()
        _ = try await watch.step()
        place.cases.add(CaseTermsTests.change(.handling, 9, [.suspended]))
        place.clock.set(100)
        #expect(try await watch.step() == nil)
        #expect(place.cases.said.isEmpty)
        place.cases.add(CaseTermsTests.change(.handling, 24 * 4 + 9))
        #expect(try await watch.step() == CaseTermsTests.hour(24 * 4 + 12))
        place.cases.add(CaseTermsTests.change(.closed, 24 * 4 + 10))
        place.clock.set(1000)
        #expect(try await watch.step() == nil)
        #expect(place.cases.said.isEmpty && place.cases.clocks.isEmpty)
        // Opened again: told of the new limit.
        place.cases.add(CaseTermsTests.change(.handling, 24 * 4 + 10.5))
        _ = try await watch.step()
        #expect(place.cases.said.first?.overdue.since == CaseTermsTests.hour(24 * 4 + 10.5))
    }

    @Test func `an extension after the end is a limit of its own`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8))
        place.clock.set(12)
        let watch = place.watch()
        _ = try await watch.step()
        place.cases.add(CaseTermsTests.change(.handling, 13, [.extended]))
        #expect(try await watch.step() == CaseTermsTests.hour(17))
        #expect(place.cases.said.count == 1)
        place.clock.set(17)
        _ = try await watch.step()
        #expect(place.cases.said.map(\.overdue.due) == [CaseTermsTests.hour(12), CaseTermsTests.hour(17)])
    }

    @Test func `other terms count at once, and none count nothing`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8))
        let watch = place.watch()
        _ = try await watch.step()
        var longer = try #require(place.held.terms)
        longer.scenes["waste.exposed"] = [.handle: "8wh"]
        place.held.terms = longer
        #expect(try await watch.step() == CaseTermsTests.hour(17))
        place.held.terms = nil
        #expect(try await watch.step() == nil)
        #expect(place.cases.clocks.isEmpty)
        place.held.terms = longer
        #expect(try await watch.step() == CaseTermsTests.hour(17))
    }

    @Test func `cases of a time when no changes were kept have a clock too`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8), isKept: false)
        #expect(try await place.watch().step() == CaseTermsTests.hour(12))
    }

    @Test func `a clock that steps back tells nothing twice`() async throws {
        let place = Place()
        place.cases.add(CaseTermsTests.change(.handling, 8))
        place.clock.set(12)
        let watch = place.watch()
        _ = try await watch.step()
        place.clock.set(7)
        _ = try await watch.step()
        place.clock.set(13)
        _ = try await watch.step()
        #expect(place.cases.said.count == 1)
    }
}

/// The cases of one finding at one platform, in memory, as the store keeps them.
final class WatchedCases: CaseHistory, CaseClockStore, FindingStore {
    struct Said: Sendable {
        var overdue: CaseOverdue
        var destinations: Set<Name>
    }

    private struct State {
        var changes: [CaseChange] = []
        var last: CaseChange?
        var clocks: [CaseClock] = []
        var said: [Said] = []
    }

    private let state = Mutex(State())
    private let record: FindingRecord

    init(sceneType: String) {
        let now = CaseTermsTests.hour(0)
        record = FindingRecord(
            finding: Finding(
                id: CaseTermsTests.id, sceneType: sceneType, title: BilingualText(zh: "", en: ""), severity: .orange,
                confidence: 1, status: .open, firstSeen: now, lastSeen: now, provenance: .arrival, sightings: 1,
                flight: CaseTermsTests.id, source: CaseTermsTests.city, gateway: CaseTermsTests.city, rule: "r",
                ruleVersion: "1", reasons: [], location: nil, refusal: nil), revision: 1, epoch: "e", sequence: 1,
            evidence: [], caseRecord: nil, verdicts: [])
    }

    var said: [Said] { state.withLock { $0.said } }
    var clocks: [CaseClock] { state.withLock { $0.clocks } }

    func add(_ change: CaseChange, isKept: Bool = true) {
        state.withLock { state in
            var change = change
            if isKept {
                change.number = Int64(state.changes.count + 1)
                state.changes.append(change)
            }
            state.last = change
        }
    }

    func caseRecord(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseRecord? {
        state.withLock { $0.last?.record }
    }
    func finding(ofCase number: String, at platform: Name) async throws(StoreError) -> FindingID? { record.finding.id }
    func caseChanges(of finding: FindingID) async throws(StoreError) -> [CaseChange] { state.withLock { $0.changes } }
    func openCases(at platform: Name, after number: String?, limit: Int) async throws(StoreError) -> [CaseChange] {
        state.withLock { $0.last }.flatMap { number == nil && CaseClock.Step($0.record.stage) != nil ? [$0] : nil }
            ?? []
    }
    func endedCases(
        at platform: Name, since: UTCTime, after number: String?, limit: Int
    ) async throws(StoreError) -> [CaseChange] { [] }

    func newestCaseChange() async throws(StoreError) -> Int64 { state.withLock { $0.changes.last?.number ?? 0 } }
    func casesChanged(after number: Int64, limit: Int) async throws(StoreError) -> [ChangedCase] {
        state.withLock { $0.changes }.filter { $0.number > number }.prefix(limit).map {
            ChangedCase(change: $0.number, finding: $0.finding, platform: $0.record.platform)
        }
    }
    func caseClock(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseClock? { clocks.first }
    func save(_ clock: CaseClock) async throws(StoreError) -> Bool {
        state.withLock { state in
            guard clock.change == state.changes.last?.number ?? 0 else { return false }
            state.clocks = [clock]
            return true
        }
    }
    func removeCaseClock(of finding: FindingID, at platform: Name) async throws(StoreError) {
        state.withLock { $0.clocks = [] }
    }
    func removeCaseClocks(notOf platforms: Set<Name>) async throws(StoreError) {
        state.withLock { state in
            let isOver = state.last.map { CaseClock.Step($0.record.stage) == nil } ?? true
            if platforms.isEmpty || isOver { state.clocks = [] }
        }
    }
    func caseClocks(toTellBy now: UTCTime, limit: Int) async throws(StoreError) -> [CaseClock] {
        clocks.filter { $0.next.map { $0 <= now } ?? false }
    }
    func nextCaseAlert() async throws(StoreError) -> UTCTime? { clocks.compactMap(\.next).min() }
    func tell(
        _ overdue: CaseOverdue, to destinations: Set<Name>, keeping clock: CaseClock
    ) async throws(StoreError) -> FindingRecord? {
        state.withLock { state in
            guard let kept = state.clocks.first, kept.hasLimit(of: clock), kept.told < clock.told else { return nil }
            state.clocks = [clock]
            state.said.append(Said(overdue: overdue, destinations: destinations))
            return record
        }
    }
    func caseClocks(_ query: CaseClockQuery, now: UTCTime) async throws(StoreError) -> [CaseClock] { clocks }
    func caseCounts(now: UTCTime) async throws(StoreError) -> [CaseCount] { [] }

    func commit(_ observation: Observation) async throws(StoreError) -> FindingRecord? { nil }
    func attach(_ items: [EvidenceItem], to finding: FindingID) async throws(StoreError) -> FindingRecord? { nil }
    func record(_ record: CaseRecord, of finding: FindingID) async throws(StoreError) -> FindingRecord? { nil }
    func record(_ verdict: Verdict, on finding: FindingID) async throws(StoreError) -> FindingRecord? { nil }
    func finding(_ id: FindingID) async throws(StoreError) -> FindingRecord? { record }
    func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredFeature] { [] }
    func known(_ query: KnownFindings.Query) throws(StoreError) -> KnownFindings {
        throw StoreError(kind: .invalid, description: "not asked")
    }
    func sightings(ofPart part: FindingID) async throws(StoreError) -> Int { 0 }
    func findings(of flight: FlightID) async throws(StoreError) -> [FindingRecord] { [] }
    func save(_ flight: Flight) async throws(StoreError) {}
    func latestFlight(of source: Name) async throws(StoreError) -> Flight? { nil }
    func flights(limit: Int) async throws(StoreError) -> [Flight] { [] }
    func isDone(content: String, source: Name) async throws(StoreError) -> Bool { false }
    func markDone(content: String, source: Name, flight: Flight) async throws(StoreError) {}
    func markDone(contents: [String], source: Name, flight: Flight) async throws(StoreError) {}
    var epoch: String { "e" }
}
