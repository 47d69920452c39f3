import Foundation
import GRDB
import Geodesy
import Inspection
import Synchronization
import Testing

@testable import Store

@Suite struct ReflightStoreTests {
    private let place = Workspace()
    private static let week: Int64 = 7 * 86_400_000_000
    private static let start = finding(1).lastSeen.advanced(byMicroseconds: week)
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 12)

    private static func flight(_ number: UInt64 = 500) -> Flight {
        Flight(
            id: uuid(number), source: camera, firstFrame: start, lastFrame: start, lastArrival: start, content: "file",
            ended: false)
    }

    private static func entry(
        _ number: UInt64, flight: UInt64 = 500, _ decision: ReflightEntry.Decision = .persisting, looks: Int = 5,
        sightings: Int = 4, at seconds: Int64 = 10
    ) -> ReflightEntry {
        let time = start.advanced(byMicroseconds: seconds * 1_000_000)
        return ReflightEntry(
            finding: uuid(number), flight: uuid(flight), decision: decision,
            doubt: decision == .undecided ? "too_few_looks" : nil, looks: looks, sightings: sightings, lastLook: time,
            decidedAt: time)
    }

    private static func reason(_ flight: UInt64 = 500) -> Detection.Reason {
        .clearance(in: uuid(flight), at: start, values: [.init(name: "looks", value: "9")])
    }

    /// A finding `north` metres of the origin.
    private func placed(
        _ number: UInt64, north: Double = 0, scene: String = "waste.exposed", status: Finding.Status = .open
    ) -> Observation {
        var observation = observation(number, status: status)
        observation.finding.sceneType = scene
        observation.finding.location?.point = Self.origin.moved(north: north, east: 0)
        return observation
    }

    @Test func `of a flight the newest word of a finding is kept, over a restart too`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.save([Self.entry(1, .undecided), Self.entry(2)])
        try await store.save([Self.entry(1, looks: 8)])
        try await store.save([Self.entry(1, flight: 501, .undecided, looks: 2, sightings: 0, at: 99)])
        store = try await place.reopen(store)
        let kept = [
            Self.entry(1, looks: 8), Self.entry(1, flight: 501, .undecided, looks: 2, sightings: 0, at: 99),
        ]
        #expect(try await store.reflights(of: uuid(1)) == kept)
        // Of a finding that there is not nothing is kept.
        #expect(try await store.reflights(of: uuid(2)) == [])
    }

    @Test(arguments: [
        (ReflightEntry.Decision.undecided, ReflightEntry.Decision.cleared, true), (.persisting, .recurred, true),
        (.persisting, .undecided, false), (.recurred, .persisting, false), (.cleared, .undecided, false),
        (.cleared, .persisting, true),
    ])
    func `what was decided is not undecided by the same flight`(
        old: ReflightEntry.Decision, new: ReflightEntry.Decision, isTaken: Bool
    ) async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.save([Self.entry(1, old)])
        try await store.save([Self.entry(1, new, looks: 9)])
        #expect(try await store.reflights(of: uuid(1)).map(\.decision) == [isTaken ? new : old])
    }

    @Test func `of very many flights the oldest give way`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let many = (0..<130).map { Self.entry(1, flight: 600 + UInt64($0), at: Int64($0)) }
        try await store.save(many)
        #expect(try await store.reflights(of: uuid(1)) == Array(many.suffix(Ledger.reflightsKept)))
    }

    @Test(arguments: [
        "decision = 'cleared'", "doubt = 'x'", "looks = 99", "sightings = 0", "last_look = 5", "last_look = NULL",
        "decided_at = 7", "looks = 1 << 62",
    ])
    func `a damaged row is moved aside and not served`(change: String) async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        try await store.save([Self.entry(1)])
        try await store.close()
        try place.tamper("UPDATE reflights SET \(change)")
        store = try place.open()
        #expect(try await store.reflights(of: uuid(1)) == [])
        #expect(store.counters["quarantined"] == 1)
    }

    @Test func `a finding that is gone is cleared once, with its picture, and the platform is told`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1, evidence: [item(1)]))
        let first = try #require(try await store.leased(platform, place.clock).first)
        _ = try await store.settle(first, as: .delivered(nil), now: place.clock.utc)
        let gone = Self.entry(1, .cleared, sightings: 0)
        let cleared = try #require(try await store.clear(gone, reason: Self.reason(), evidence: [item(2)]))
        #expect(cleared.finding.status == .cleared && cleared.revision == 2 && cleared.finding.sightings == 1)
        #expect(cleared.finding.lastSeen == finding(1).lastSeen)
        #expect(cleared.evidence.map(\.sha256) == [item(1).sha256, item(2).sha256])
        #expect(cleared.finding.reasons.last == Self.reason())
        store = try await place.reopen(store)
        // The file is read again after a kill.
        #expect(try await store.clear(gone, reason: Self.reason(), evidence: [item(2)]) == nil)
        let owed = try await store.leased(platform, place.clock)
        #expect(owed.map(\.revision) == [2])
        #expect(String(decoding: owed[0].feature, as: UTF8.self).contains("\"status\":\"cleared\""))
        #expect(try await store.reflights(of: uuid(1)) == [gone])
        // Since it was looked at, whenever the file is read: what a later flight sees there has come back.
        let query = KnownFindings.Query(
            part: uuid(88), sceneType: "waste.exposed", point: try #require(cleared.finding.location).point, radius: 5,
            seenSince: UTCTime(microseconds: 0))
        #expect(try store.known(query).near.map(\.statusSince) == [Self.start])
    }

    @Test(arguments: [(1, Finding.Status.open), (0, .cleared), (-60, .cleared)] as [(Int64, Finding.Status)])
    func `what a flight still sees after the look that cleared it is open again`(
        after: Int64, status: Finding.Status
    ) async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.clear(Self.entry(1, .cleared), reason: Self.reason(), evidence: [])
        // It had it in view before it was cleared, and knows nothing of that.
        var seen = observation(1, sightings: 4)
        seen.finding.part = Finding.Part(id: uuid(77), flight: uuid(502), sightings: 3)
        seen.finding.lastSeen = Self.start.advanced(byMicroseconds: after * 1_000_000)
        let record = try #require(try await store.commit(seen))
        #expect(record.finding.status == status)
        let recurs = record.finding.reasons.contains(where: \.isRecurrence)
        #expect(recurs == (status == .open))
        let isCleared = record.finding.reasons.contains(where: \.isClearance)
        #expect(isCleared)
    }

    @Test func `of each finding the rule that found it is told`() async throws {
        let store = try place.open()
        for number in 1...2 {
            var one = placed(UInt64(number), north: Double(number))
            one.finding.rule = number == 1 ? "waste.pile" : "a\\b"
            one.finding.reasons = [.init(condition: "say \"rule\":\"no\"", values: [])]
            _ = try await store.commit(one)
        }
        func rules() throws -> [String?] {
            try store.subjects(of: Self.flight(), around: Self.origin, radius: 300, limit: 10).map(\.rule)
        }
        #expect(try rules() == ["waste.pile", nil])
        try place.tamper("UPDATE findings SET digest = digest + 1")
        #expect(try rules() == [nil, nil])
    }

    @Test func `what was seen since, dismissed or cleared before is not cleared`() async throws {
        let store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(UInt64(number))) }
        var later = observation(1, sightings: 2)
        later.finding.lastSeen = Self.start.advanced(byMicroseconds: 20_000_000)
        _ = try await store.commit(later)
        _ = try await store.record(verdict(.dismissed), on: uuid(2))
        for number in 1...2 {
            #expect(
                try await store.clear(
                    Self.entry(UInt64(number), .cleared), reason: Self.reason(), evidence: []) == nil)
        }
        _ = try await store.clear(Self.entry(3, .cleared), reason: Self.reason(), evidence: [])
        let again = try await store.clear(
            Self.entry(3, flight: 501, .cleared), reason: Self.reason(501), evidence: [item(5)])
        #expect(again == nil)
        #expect(try await store.reflights(of: uuid(3)).count == 2)
        let statuses = [try await store.finding(uuid(1)), try await store.finding(uuid(2))].map { $0?.finding.status }
        #expect(statuses == [.open, .dismissed])
    }

    @Test func `what the same flight saw before a restart is not cleared by it`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        var seen = observation(1, sightings: 4)
        seen.finding.part = Finding.Part(id: uuid(77), flight: uuid(500), sightings: 3)
        _ = try await store.commit(seen)
        #expect(try await store.clear(Self.entry(1, .cleared), reason: Self.reason(), evidence: []) == nil)
        #expect(try await store.finding(uuid(1))?.finding.status == .open)
        let told = try await store.reflights(of: uuid(1))
        #expect(told.map(\.decision) == [.undecided] && told.map(\.doubt) == ["contradicted"])
    }

    @Test func `a closed one gets the proof once and stays closed, and recurs when it is seen`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let closed = CaseRecord(platform: platform, number: "A-1", stage: .closed)
        _ = try await store.record(closed, of: uuid(1))
        let proof = try await store.clear(Self.entry(1, .cleared), reason: Self.reason(), evidence: [item(5)])
        #expect(proof?.finding.status == .closed && proof?.evidence == [item(5)])
        #expect(
            try await store.clear(Self.entry(1, flight: 501, .cleared), reason: Self.reason(501), evidence: [item(6)])
                == nil)
        var seen = observation(1, sightings: 4)
        seen.finding.part = Finding.Part(id: uuid(77), flight: uuid(502), sightings: 3)
        seen.finding.reasons = [.recurrence(after: .closed, in: uuid(502), at: Self.start)]
        let reopened = try #require(try await store.commit(seen))
        #expect(reopened.finding.status == .open && reopened.finding.sightings == 4)
        #expect(reopened.finding.reasons.map(\.isClearance).contains(true))
        #expect(reopened.caseRecord?.number == "A-1")
    }

    @Test func `findings are told by place as they stood before the flight`() async throws {
        let store = try place.open()
        let statuses: [Finding.Status] = [.open, .tentative, .closed, .cleared, .dismissed]
        for (index, status) in statuses.enumerated() {
            _ = try await store.commit(placed(UInt64(index + 1), north: Double(index) * 40, status: status))
        }
        _ = try await store.commit(placed(9, north: 700, scene: "smoke.visible"))
        try await store.save([
            Self.entry(1, flight: 400, looks: 7, sightings: 6), Self.entry(1, flight: 401, looks: 3, sightings: 3),
            // Of the flight itself, and of one that found it gone.
            Self.entry(1, looks: 50, sightings: 50), Self.entry(1, flight: 402, .cleared, looks: 40, sightings: 0),
        ])
        let near = try store.subjects(of: Self.flight(), around: Self.origin, radius: 300, limit: 10)
        #expect(near.map(\.known.id) == (1...4).map { uuid(UInt64($0)) })
        #expect(near.map(\.looks) == [10, 0, 0, 0] && near.first?.sightings == 9)
        #expect(
            try store.subjects(of: Self.flight(), around: Self.origin, radius: 300, limit: 2).map(\.known.id)
                == [uuid(1), uuid(2)])
        #expect(try store.subjects(of: Self.flight(), around: Self.origin, radius: 5000, limit: 10).count == 5)
        #expect(try store.subjects(of: Self.flight(), around: Self.origin, radius: 1e9, limit: 10).count == 5)
        #expect(
            try store.subjects(
                of: Self.flight(), around: GeodeticPoint(latitude: .nan, longitude: 0, height: 0), radius: 5, limit: 1
            ).isEmpty)
    }

    @Test func `what the flight itself saw and reopened before a restart is taken off`() async throws {
        let store = try place.open()
        _ = try await store.commit(placed(1))
        _ = try await store.record(CaseRecord(platform: platform, number: "A-1", stage: .closed), of: uuid(1))
        var seen = placed(1)
        seen.finding.sightings = 4
        seen.finding.lastSeen = Self.start.advanced(byMicroseconds: 5_000_000)
        seen.finding.part = Finding.Part(id: uuid(77), flight: uuid(500), sightings: 3)
        seen.finding.reasons = [.recurrence(after: .closed, in: uuid(500), at: Self.start)]
        #expect(try await store.commit(seen)?.finding.status == .open)
        // Found by the flight itself.
        var own = placed(2, north: 30)
        own.finding.flight = uuid(500)
        own.finding.firstSeen = Self.start
        own.finding.lastSeen = Self.start
        _ = try await store.commit(own)
        let mine = try store.subjects(of: Self.flight(), around: Self.origin, radius: 300, limit: 10)
        let one = try #require(mine.first)
        #expect(mine.count == 1 && one.known.status == .closed && one.known.lastSeen < Self.start)
        let other = try store.subjects(of: Self.flight(501), around: Self.origin, radius: 300, limit: 10)
        #expect(other.map(\.known.status) == [.open, .open])
    }

    @Test func `all known pass by, each with its newest look`() async throws {
        let store = try place.open()
        for number in 1...2300 {
            _ = try await store.commit(
                placed(UInt64(number), north: Double(number), status: number % 23 == 0 ? .closed : .open))
        }
        try await store.save([Self.entry(5, at: 3), Self.entry(5, flight: 501, .undecided, at: 8)])
        let seen = Mutex<[FindingID: UTCTime?]>([:])
        func pass(
            _ box: BoundingBox? = nil, where isWanted: @escaping @Sendable (KnownFinding.Glance) -> Bool = { _ in true }
        ) async throws -> [FindingID: UTCTime?] {
            seen.withLock { $0 = [:] }
            try await store.eachKnown(in: [.open], within: box, where: isWanted) { known, look in
                let isNew = seen.withLock { $0.updateValue(look, forKey: known.id) == nil }
                #expect(isNew, "told twice")
            }
            return seen.withLock { $0 }
        }
        let all = try await pass()
        #expect(all.count == 2200)
        #expect(all.filter { $0.value != nil } == [uuid(5): Self.start.advanced(byMicroseconds: 8_000_000)])
        // The first nine, to the north.
        let around = Self.origin
        let box = BoundingBox(
            south: around.latitude, north: around.latitude + 9.5 / 111_000, west: around.longitude - 0.001, width: 0.002
        )
        let near = try await pass(box)
        #expect(Set(near.keys) == Set((1...9).map { uuid($0) }))
        let across = try await pass(BoundingBox(south: -90, north: 90, west: 100, width: 300))
        #expect(across.count == 2200)
        let none = try await pass(BoundingBox(south: -90, north: 90, west: -10, width: 20))
        #expect(none.isEmpty)
        let glances = Mutex(Set<KnownFinding.Glance>())
        let look: @Sendable (KnownFinding.Glance) -> Bool = { glance in
            _ = glances.withLock { $0.insert(glance) }
            return false
        }
        let unwanted = try await pass(where: look)
        #expect(unwanted.isEmpty)
        let glanced = glances.withLock { $0 }
        #expect(!glanced.isEmpty)
        for glance in glanced { #expect(glance.status == .open && glance.sceneType == "waste.exposed") }
    }

    @Test func `a database without the table gets it`() async throws {
        var store = try place.open()
        _ = try await store.commit(placed(1))
        try await store.close()
        try place.tamper(
            "DROP TABLE reflights; DROP TRIGGER reviewed_gone; DROP INDEX places_by_cell; PRAGMA user_version = 3")
        store = try place.open()
        try await store.save([Self.entry(1)])
        #expect(try await store.reflights(of: uuid(1)).count == 1)
        #expect(try store.subjects(of: Self.flight(), around: Self.origin, radius: 9, limit: 10).count == 1)
    }
}
