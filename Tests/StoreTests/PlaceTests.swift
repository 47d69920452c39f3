import Foundation
import GRDB
import Geodesy
import Inspection
import Synchronization
import Testing

@testable import Store

@Suite struct PlaceTests {
    private let place = Workspace()

    private func placed(
        _ number: UInt64, _ latitude: Double, _ longitude: Double, scene: String = "waste.exposed",
        status: Finding.Status = .open
    ) -> Observation {
        var observation = observation(number, status: status)
        observation.finding.sceneType = scene
        observation.finding.location?.point = GeodeticPoint(latitude: latitude, longitude: longitude, height: 12)
        return observation
    }

    private func query(
        _ latitude: Double, _ longitude: Double, radius: Double = 15, scene: String = "waste.exposed",
        part: UInt64 = 77,
        since: Int64 = 0
    ) -> KnownFindings.Query {
        KnownFindings.Query(
            part: uuid(part), sceneType: scene,
            point: GeodeticPoint(latitude: latitude, longitude: longitude, height: 0), radius: radius,
            seenSince: UTCTime(microseconds: since))
    }

    @Test func `a finding is known at its place with what is needed to judge it`() async throws {
        var store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        _ = try await store.commit(placed(2, 28.9, 118.5, scene: "waste.construction"))
        store = try await place.reopen(store)
        let known = try store.known(query(28.90005, 118.50005))
        #expect(known.decided == nil)
        let one = try #require(known.near.first)
        #expect(known.near.count == 1)
        #expect(
            one
                == KnownFinding(
                    id: uuid(1), sceneType: "waste.exposed", severity: .orange, status: .open,
                    statusSince: place.clock.utc, firstSeen: finding(1).firstSeen, lastSeen: finding(1).lastSeen,
                    sightings: 1, point: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 12),
                    ellipse: try #require(finding(1).location).ellipse))
        #expect(try store.known(query(28.9005, 118.5)).near.isEmpty)
        #expect(try store.known(query(28.9, 118.5, scene: "smoke.visible")).near.isEmpty)
        #expect(try store.known(query(28.9, 118.5, since: one.lastSeen.microseconds + 1)).near.isEmpty)
    }

    @Test(arguments: [
        (10, 180, 10, -179.99995), (10, -179.99995, 10, 179.99995), (0, -180, 0, 180),
        (90, 0, 89.99995, 123), (89.99995, 10, 89.99995, -170), (-90, 50, -89.99995, -120),
        (-89.9999, 3, -89.99991, 40),
        (85, 179.9999, 85, -179.9995), (0.00001, 0, -0.00001, 0), (28.90049, 118.5, 28.90051, 118.5),
    ])
    func `neighbours are found across 180°, the poles and the edges of cells`(
        _ latitude: Double, _ longitude: Double, _ otherLatitude: Double, _ otherLongitude: Double
    ) async throws {
        let store = try place.open()
        _ = try await store.commit(placed(1, latitude, longitude))
        #expect(try store.known(query(otherLatitude, otherLongitude)).near.map(\.id) == [uuid(1)])
    }

    @Test func `cells hold every point within the radius, wherever it lies`() {
        var random = Seeded(state: 11)
        for round in 0..<20_000 {
            let latitude =
                round % 3 == 0
                ? 89.999 + Double.random(in: 0...0.001, using: &random) : Double.random(in: -90...90, using: &random)
            let center = GeodeticPoint(
                latitude: latitude,
                longitude: round % 5 == 0 ? 179.9999 : Double.random(in: -180...180, using: &random),
                height: 0)
            let radius = Double.random(in: 0...60, using: &random)
            let angle = Double.random(in: 0..<2 * .pi, using: &random)
            let frame = center.ecef
            // A point that far away, straight through the tangent plane, put back on the ellipsoid.
            let up = frame / frame.length
            let pole = SIMD3<Double>(0, 0, 1)
            let side = SIMD3(
                pole.y * up.z - pole.z * up.y, pole.z * up.x - pole.x * up.z, pole.x * up.y - pole.y * up.x)
            guard let east = side.unit else { continue }
            let north = SIMD3(
                up.y * east.z - up.z * east.y, up.z * east.x - up.x * east.z, up.x * east.y - up.y * east.x)
            let moved = frame + radius * 0.99 * (cos(angle) * east + sin(angle) * north)
            let other = GeodeticPoint(ecef: moved)
            guard
                let cell = PlaceCell.of(GeodeticPoint(latitude: other.latitude, longitude: other.longitude, height: 0))
            else { continue }
            let ranges = PlaceCell.ranges(around: center, radius: radius)
            #expect(ranges.contains { $0.contains(cell) }, "\(center) \(other) \(radius)")
        }
    }

    @Test func `what is known near a place waits for no other reader, and is not told once the store is closed`()
        async throws
    {
        let store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        let (begun, began) = AsyncStream.makeStream(of: Void.self)
        let end = DispatchSemaphore(value: 0)
        for _ in 0..<FindingDatabase.readers {
            Task {
                _ = try await store.read { _ in
                    began.yield()
                    end.wait()
                }
            }
        }
        var readers = 0
        for await _ in begun {
            readers += 1
            if readers == FindingDatabase.readers { break }
        }
        let answer = Mutex<[FindingID]?>(nil)
        let query = query(28.9, 118.5)
        let asked = Thread { answer.withLock { $0 = (try? store.known(query))?.near.map(\.id) } }
        asked.start()
        for _ in 0..<500 where !asked.isFinished { try await Task.sleep(for: .milliseconds(10)) }
        for _ in 0..<FindingDatabase.readers { end.signal() }
        #expect(answer.withLock { $0 } == [uuid(1)])
        try await store.close()
        #expect(throws: StoreError.self) { try store.known(query) }
    }

    @Test func `what is not on the globe has no place, and asking there finds nothing`() async throws {
        let store = try place.open()
        _ = try await store.commit(placed(1, .nan, 118.5))
        _ = try await store.commit(placed(2, 91, 118.5))
        #expect(try store.known(query(.nan, 118.5)).near.isEmpty)
        #expect(try store.known(query(90, 118.5, radius: .infinity)).near.isEmpty)
        let rows = try await store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM places") }
        #expect(rows == 0)
    }

    @Test func `a finding that moves is found where it is, and nowhere else`() async throws {
        let store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        var moved = placed(1, 29.9, 118.5)
        moved.finding.sightings = 2
        _ = try await store.commit(moved)
        #expect(try store.known(query(28.9, 118.5)).near.isEmpty)
        #expect(try store.known(query(29.9, 118.5)).near.map(\.sightings) == [2])
    }

    @Test func `the status and since when follow verdicts and case stages`() async throws {
        let store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        let opened = place.clock.utc
        func known() throws -> KnownFinding? { try store.known(query(28.9, 118.5)).near.first }
        place.clock.advance(seconds: 100)
        _ = try await store.record(CaseRecord(platform: platform, number: "7", stage: .handling), of: uuid(1))
        #expect(try known()?.statusSince == opened)
        _ = try await store.record(CaseRecord(platform: platform, number: "7", stage: .closed), of: uuid(1))
        #expect(try known()?.status == .closed)
        #expect(try known()?.statusSince == place.clock.utc)
        place.clock.advance(seconds: 100)
        _ = try await store.record(CaseRecord(platform: platform, number: "7", stage: .checking), of: uuid(1))
        #expect(try known()?.status == .open)
        _ = try await store.record(verdict(.dismissed, at: 77), on: uuid(1))
        #expect(try known()?.status == .dismissed)
        #expect(try known()?.statusSince == UTCTime(microseconds: 77))
    }

    @Test(arguments: [
        "UPDATE places SET latitude = latitude + 0.00001", "UPDATE places SET status = 'dismissed'",
        "UPDATE places SET digest = digest + 1", "UPDATE places SET severity = 'none'",
    ])
    func `a damaged place is not served, and made again from the finding`(_ sql: String) async throws {
        var store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        try await store.close()
        try place.tamper(sql)
        store = try place.open()
        #expect(try store.known(query(28.9, 118.5)).near.isEmpty)
        // Made again behind the answer; a write waits its turn after it.
        var known: [KnownFinding] = []
        for _ in 0..<500 where known.isEmpty {
            try await Task.sleep(for: .milliseconds(10))
            known = try store.known(query(28.9, 118.5)).near
        }
        #expect(known.map(\.id) == [uuid(1)] && known.first?.status == .open)
        #expect(known.first?.point.latitude == 28.9)
        #expect(store.counters["quarantined"] == 1)
    }

    @Test func `the place of a damaged finding goes with it`() async throws {
        var store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        try await store.close()
        try place.tamper("UPDATE findings SET digest = digest + 1; UPDATE places SET digest = digest + 1")
        store = try place.open()
        #expect(try store.known(query(28.9, 118.5)).near.isEmpty)
        #expect(try await store.finding(uuid(1)) == nil)
    }

    @Test(arguments: [1, 2])
    func `a database of an older format learns the places of its findings`(format: Int64) async throws {
        var store = try place.open()
        _ = try await store.commit(placed(1, 28.9, 118.5))
        _ = try await store.commit(observation(2, sightings: 5))
        _ = try await store.record(verdict(.dismissed, at: 5), on: uuid(1))
        try await store.close()
        try place.goBack(to: format)
        store = try place.open()
        let known = try store.known(query(28.9, 118.5)).near
        #expect(known.map(\.status) == [.dismissed] && known.first?.statusSince == UTCTime(microseconds: 5))
        #expect(try await store.sightings(ofPart: uuid(2)) == 5)
        #expect(try await store.commit(observation(2, sightings: 5)) == nil)
        #expect(try await store.findings(of: uuid(9_000)).map(\.finding.id) == [uuid(1), uuid(2)])
    }

    /// Eleven seconds between two looks at it.
    private final class SlowClock: Inspection.Clock {
        private let looks = Mutex<Int64>(0)
        var utc: UTCTime { UTCTime(microseconds: 1_755_000_000_000_000) }
        var monotonicNanoseconds: Int64 {
            looks.withLock { looks in
                looks += 1
                return looks * 11_000_000_000
            }
        }
    }

    @Test func `a database of an older format tells how far it is, and all findings get their places`() async throws {
        let notices = Mutex<[String]>([])
        @Sendable func tell(_ notice: StoreNotice) { notices.withLock { $0.append(notice.description) } }
        var told: [String] { notices.withLock { $0.filter { $0.hasPrefix("the store ") } } }
        var store = try place.open(tell: tell)
        for number in 1...300 { _ = try await store.commit(placed(UInt64(number), 28.9 + Double(number) / 100, 118.5)) }
        try await store.close()
        #expect(told.isEmpty, "a new one")
        try place.goBack(to: 2)
        store = try place.open(clock: SlowClock(), tell: tell)
        try #require(told.count == 3)
        #expect(told[0].hasPrefix("the store goes from format 2 to \(Schema.format): of a million"))
        #expect(told[1].hasSuffix("300 of 300 findings have their place"))
        #expect(told[2].hasPrefix("the store has format \(Schema.format) now, after "))
        for number in 1...300 {
            let known = try store.known(query(28.9 + Double(number) / 100, 118.5, part: 7777)).near
            #expect(known.map(\.id) == [uuid(UInt64(number))])
            #expect(try await store.sightings(ofPart: uuid(UInt64(number))) == 1)
        }
        store = try await place.reopen(store)
        #expect(told.count == 3)
    }

    @Test func `of a place that holds very many the newest are told`() async throws {
        let store = try place.open()
        for number in 1...300 { _ = try await store.commit(placed(UInt64(number), 28.9, 118.5)) }
        let known = try store.known(query(28.9, 118.5, part: 7777)).near
        #expect(Set(known.map(\.id)) == Set((45...300).map { uuid(UInt64($0)) }))
    }
}
