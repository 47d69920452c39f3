import Foundation
import Geodesy
import Inspection
import Testing

@testable import Rules

@Suite struct GroundRuleTests {
    /// Puts objects where their first attribute says: metres east of a place.
    private struct Eastward: Placement {
        let origin: GeodeticPoint

        func place(_ object: FrameObject, footing: Footing, in frame: FrameMetadata) -> Result<Geotag, PlacementRefusal>
        {
            guard case .number(let east)? = object.attributes["east"] else { return .failure(.noPose) }
            return .success(
                Geotag(
                    point: origin.moved(north: 0, east: east), method: .rayEllipsoid,
                    ellipse: ErrorEllipse(semiMajor: 2, semiMinor: 2, bearing: 0), ce90: 4, poseAgeMilliseconds: 0,
                    sourceDatum: "test"))
        }

        func outline(of object: FrameObject, in frame: FrameMetadata) -> GroundOutline? {
            guard case .number(let east)? = object.attributes["east"], east < 1000 else { return nil }
            return GroundOutline(corners: [], area: 4 * east)
        }

        func slope(at point: GeodeticPoint) -> Double? {
            let east = origin.displacement(to: point).east
            return east < 500 ? east / 10 : nil
        }
    }

    @Test(arguments: [
        ("ground.area_m2 > 300.0", [100, 600]), ("ground.slope_deg > 5.0", [100]),
        ("has(ground.area_m2)", [10, 100, 600]),
        ("!has(ground.slope_deg)", [600, 2000]),
    ]) func `area and slope of the ground are known where they can be`(_ condition: String, _ east: [Double]) throws {
        let found = try Self.classify(condition, GroundData(), east: [10, 100, 600, 2000]).found
        let places = found.compactMap { detection -> Double? in
            guard case .number(let east)? = detection.object?.attributes["east"] else { return nil }
            return east
        }
        #expect(places == east)
    }

    static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0)

    static func disc(_ name: String, _ kind: AreaSource.Kind, east: Double, radius: Double) throws -> (
        AreaSet.Area, GroundShape
    ) {
        let shape = GroundShape(discs: [.init(center: origin.moved(north: 0, east: east), radius: radius)])
        return (AreaSet.Area(name: name, code: "", kind: kind, set: name, margin: 0), try #require(shape))
    }

    static func frame(east: [Double], telemetry: TelemetrySample? = nil) -> FrameMetadata {
        RuleClassifierTests.frame(
            1,
            east.map {
                FrameObject(
                    label: "garbage", confidence: 0.9, box: .init(left: 100, top: 100, right: 200, bottom: 150),
                    track: nil, attributes: ["east": .number($0)])
            },
            telemetry: telemetry)
    }

    static func classify(_ condition: String, _ data: GroundData, east: [Double]) throws -> (
        found: [Detection], counters: RuleClassifier.Counters
    ) {
        let pack =
            "pack: p\nversion: \"7\"\ntitle: {zh: 测, en: T}\nrules:\n  - {id: r, scene_type: waste.heap, when: ['\(condition)']}\n"
        let set = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        var classifier = RuleClassifier(set, ground: HeldGround(data))
        let found = classifier.classify(frame(east: east), placement: Eastward(origin: origin))
        return (found, classifier.counters[0])
    }

    static func sites() throws -> GroundData {
        let near = origin.moved(north: 0, east: 50)
        let text =
            "id,name,lat,lon,radius_m,from,to\nL-7,Heap yard,\(near.latitude),\(near.longitude),50,2026-08-01,2026-08-31\n"
        return try GroundDataTests.register(text) { $0.name = "licensed_sites" }
    }

    @Test func `a heap inside a licensed site is none, and 30 m outside is one that names the site`() throws {
        let (found, counters) = try Self.classify(
            "!register(\"licensed_sites\").covers(ground.position, now)", try Self.sites(), east: [50, 99.9, 130])
        #expect(counters.errors == 0, "\(counters.lastError ?? "")")
        #expect(found.count == 1)
        let reason = try #require(found.first?.reasons.last)
        #expect(reason.condition == "held against the register licensed_sites")
        let values = Dictionary(uniqueKeysWithValues: reason.values.map { ($0.name, $0.value) })
        #expect(values["nearest_row"] == "L-7")
        #expect(values["name"] == "Heap yard")
        #expect(values["distance_m"] == "30.0")
        #expect(values["until"] == "2026-08-31")
    }

    /// Rows with the middle this far east, 50 m around: `id,east,from,to`.
    private static func tips(_ rows: [(id: String, east: Double, from: String, to: String)], offset: Int = 0) throws
        -> GroundData
    {
        let lines = rows.map { row in
            let point = origin.moved(north: 0, east: row.east)
            return "\(row.id),North tip,\(point.latitude),\(point.longitude),50,\(row.from),\(row.to)\n"
        }
        return try GroundDataTests.register("id,name,lat,lon,radius_m,from,to\n" + lines.joined()) {
            $0.name = "licensed_sites"
            $0.utcOffsetSeconds = offset
        }
    }

    @Test(
        arguments: [
            ([("A1", 0, "", "2026-07-31")], ["row_not_in_force": "A1", "ended": "2026-07-31"]),
            // One in force 250 m away says less.
            (
                [("A1", 0, "", "2026-07-31"), ("B2", 250, "", "")],
                ["row_not_in_force": "A1", "ended": "2026-07-31"]
            ),
            ([("A1", 0, "2026-12-01", "")], ["row_not_in_force": "A1", "begins": "2026-12-01"]),
            // Of several the one that ended last, before one that only begins.
            (
                [
                    ("A0", 0, "2026-12-01", ""), ("A1", 0, "", "2025-01-31"), ("A2", 0, "", "2026-06-30"),
                    ("A3", 0, "", "2026-03-31"),
                ], ["row_not_in_force": "A2", "ended": "2026-06-30"]
            ),
            // It covers another place.
            ([("A1", 250, "", "2026-07-31"), ("B2", 150, "", "")], ["nearest_row": "B2", "distance_m": "100.0"]),
            ([("A1", 250, "", "2026-07-31")], ["row": "none"]),
        ] as [([(String, Double, String, String)], [String: String])])
    func `a row that covers the place and is not in force is named before the nearest`(
        rows: [(String, Double, String, String)], wanted: [String: String]
    ) throws {
        // By days of UTC and of China, whose end comes eight hours earlier.
        for offset in [0, 28_800] {
            let data = try Self.tips(rows.map { (id: $0.0, east: $0.1, from: $0.2, to: $0.3) }, offset: offset)
            for condition in [
                "!register(\"licensed_sites\").covers(ground.position, now)",
                "register(\"licensed_sites\").nearest_m(ground.position, now) > 20.0",
            ] {
                let (found, counters) = try Self.classify(condition, data, east: [0])
                #expect(counters.errors == 0, "\(counters.lastError ?? "")")
                let reason = try #require(found.first?.reasons.last)
                #expect(reason.condition == "held against the register licensed_sites")
                let values = Dictionary(uniqueKeysWithValues: reason.values.map { ($0.name, $0.value) })
                #expect(values.filter { wanted[$0.key] != nil } == wanted, "\(condition): \(values)")
                #expect((values["nearest_row"] == nil) == (wanted["nearest_row"] == nil), "\(values)")
            }
        }
    }

    @Test func `a row that is over ends with the day that is written, by the register's own clock`() throws {
        let data = try Self.tips([("A1", 0, "2026-07-01", "2026-07-31")], offset: 28_800)
        let (found, _) = try Self.classify(
            "!register(\"licensed_sites\").covers(ground.position, now)", data, east: [0])
        let values = try #require(found.first?.reasons.last).values.map { "\($0.name) \($0.value)" }
        #expect(
            values == [
                "row_not_in_force A1", "name North tip", "ended 2026-07-31", "distance_m 0.0",
                "from 2026-07-01", "until 2026-07-31",
            ])
    }

    @Test(arguments: [
        (0.0, ["row_not_in_force A1", "ended 2026-07-31"]), (250.0, ["nearest_row A1", "ended 2026-07-31"]),
    ])
    func `what is asked without a time says of a row that it is over`(east: Double, wanted: [String]) throws {
        let data = try Self.tips([("A1", east, "2026/7/1", "20260731")], offset: 28_800)
        let (found, _) = try Self.classify(
            "register(\"licensed_sites\").nearest_m(ground.position) < 1000.0", data, east: [0])
        let values = try #require(found.first?.reasons.last).values.map { "\($0.name) \($0.value)" }
        for text in wanted + ["from 2026-07-01", "until 2026-07-31"] { #expect(values.contains(text), "\(values)") }
    }

    @Test func `a rule of several objects names for each what it was held against`() throws {
        let (found, _) = try Self.classify(
            "register(\"licensed_sites\").nearest_m(ground.position) < 1000.0", try Self.sites(), east: [50, 130, 200])
        let distances = found.map { $0.reasons.last?.values.first { $0.name == "distance_m" }?.value }
        #expect(distances == ["0.0", "30.0", "100.0"])
    }

    @Test(arguments: [
        ("area.within(\"mine\")", [true, false]), ("area.within(\"pit\")", [true, false]),
        ("area.within(\"river\")", [false, false]), ("\"pit\" in area.names", [true, false]),
        ("area.kinds == [\"mine\"]", [true, false]), ("area.distance_m(\"mine\") < 11.0", [true, true]),
        ("area.distance_m(\"mine\") < 9.0", [true, false]), ("area.distance_m(\"river\") > 1e9", [true, true]),
        ("area.depth_m(\"mine\") > 19.0", [true, false]), ("!has(area.grid)", [true, true]),
    ])
    func `conditions speak of areas`(condition: String, wanted: [Bool]) throws {
        let data = GroundData(areas: AreaSet([try Self.disc("pit", .mine, east: 0, radius: 20)]), registers: [])
        for (east, want) in zip([0.5, 30], wanted) {
            let (found, counters) = try Self.classify(condition, data, east: [east])
            #expect(counters.errors == 0, "\(counters.lastError ?? "")")
            #expect((found.count == 1) == want, "\(condition) at \(east)")
        }
    }

    @Test func `a name that nothing bears is an error that says so, and so is a register that is not there`() throws {
        let data = GroundData(areas: AreaSet([try Self.disc("pit", .mine, east: 0, radius: 20)]), registers: [])
        for condition in ["area.within(\"pti\")", "register(\"permits\").covers(ground.position, now)"] {
            let (found, counters) = try Self.classify(condition, data, east: [0])
            #expect(found.isEmpty && counters.errors == 1)
            #expect(counters.lastError?.contains(condition.contains("pti") ? "pti" : "permits") == true)
        }
    }

    @Test func `the registers that rules name are known before any frame`() throws {
        let pack =
            "pack: p\nversion: \"7\"\ntitle: {zh: 测, en: T}\nrules:\n  - {id: r, scene_type: waste.heap, when: ['!register(\"a\").covers(ground.position, now) && register(\"b\").nearest_m(ground.position) > 3.0']}\n"
        let set = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        #expect(set.registers.map(\.name) == ["a", "b"])
    }

    @Test func `where nothing is to be alerted a detection is withheld and counted`() throws {
        let data = GroundData(areas: AreaSet([try Self.disc("yard", .noAlert, east: 0, radius: 20)]), registers: [])
        let (found, counters) = try Self.classify("object.confidence > 0.5", data, east: [0, 19, 21])
        #expect(found.count == 1)
        #expect(counters.withheldByArea == 2 && counters.fired == 1)
    }

    @Test func `a frame is forbidden by the aircraft, its corners, what lies between them, or an object`() throws {
        let data = GroundData(areas: AreaSet([try Self.disc("base", .noRecord, east: 1000, radius: 20)]), registers: [])
        let recordGuard = RecordGuard(HeldGround(data))
        func forbids(aircraft: Double? = nil, corners: [(Double, Double)] = [], objects: [Double] = []) -> Bool {
            var sample = TelemetrySample()
            if let aircraft {
                sample.hasFix = true
                sample.latitude = Self.origin.latitude
                sample.longitude = Self.origin.moved(north: 0, east: aircraft).longitude
            }
            sample.corners = corners.map { north, east in
                let point = Self.origin.moved(north: north, east: east)
                return .init(latitude: point.latitude, longitude: point.longitude, heightMSL: nil, heightHAE: nil)
            }
            return recordGuard.forbids(
                Self.frame(east: objects, telemetry: sample), placement: Eastward(origin: Self.origin))
        }
        #expect(!forbids())
        #expect(forbids(aircraft: 1000) && !forbids(aircraft: 900))
        #expect(forbids(corners: [(100, 900), (100, 1100), (-100, 1100), (-100, 900)]))
        #expect(forbids(corners: [(1, 900), (1, 1100), (-1, 1100), (-1, 900)]))
        #expect(!forbids(corners: [(100, 800), (100, 900), (-100, 900), (-100, 800)]))
        // Within the error of its place.
        #expect(forbids(objects: [0, 977]) && !forbids(objects: [0, 975]))
        #expect(!RecordGuard(HeldGround()).isNeeded)
    }

    @Test func `what a test of a pack needs of areas and registers stands beside it`() throws {
        let pack = """
            pack: p
            version: "1"
            title: {zh: 测, en: T}
            rules:
              - id: r
                scene_type: waste.heap
                when: ['!register("sites").covers(ground.position, now)', 'area.within("mine")']
                tests:
                  - name: inside
                    areas: [{name: pit, kind: mine, lat: 28.9, lon: 118.5, radius_m: 500}]
                    registers: {sites: [{id: a, lat: 28.9, lon: 118.5, radius_m: 50, to: 2026-12-31}]}
                    frames: [{objects: [{label: garbage}], ground: {lat: 28.9, lon: 118.5}}]
                    expect: []
                  - name: outside
                    areas: [{name: pit, kind: mine, lat: 28.9, lon: 118.5, radius_m: 500}]
                    registers: {sites: [{id: a, lat: 28.9, lon: 118.5, radius_m: 50}]}
                    frames: [{objects: [{label: garbage}], ground: {lat: 28.901, lon: 118.5}}]
                    expect: [{frame: 0}]
            """
        let set = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        for result in set.runTests() { #expect(result.passed, "\(result)") }
        #expect(set.runTests().count == 2)
    }
}
