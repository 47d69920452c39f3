import Geodesy
import Testing

/// Expected eastings and northings: PROJ with EPSG's definitions.
@Suite struct PlaneTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var epsg: Int
        var latitude: Double
        var longitude: Double
        var easting: Double
        var northing: Double
        var point: GeodeticPoint { GeodeticPoint(latitude: latitude, longitude: longitude, height: 0) }
        var testDescription: String { "EPSG:\(epsg) \(latitude) \(longitude)" }

        init(_ epsg: Int, _ latitude: Double, _ longitude: Double, _ easting: Double, _ northing: Double) {
            self.epsg = epsg
            self.latitude = latitude
            self.longitude = longitude
            self.easting = easting
            self.northing = northing
        }
    }

    static let rows = [
        Row(4548, 29.137, 118.415, 637_701.2716, 3_225_281.9922),
        Row(4527, 29.137, 118.415, 39_637_701.2716, 3_225_281.9922),
        Row(4548, 28.9, 118.4999, 646_298.0320, 3_199_111.4069),
        Row(4549, 28.9, 118.5001, 353_701.9680, 3_199_111.4069),
        Row(4527, 28.9, 118.4999, 39_646_298.0320, 3_199_111.4069),
        Row(4528, 28.9, 118.5001, 40_353_701.9680, 3_199_111.4069),
        Row(4548, 39.9087243, 116.3975, 448_481.5928, 4_419_568.1335),
        Row(4527, 39.9087243, 116.3975, 39_448_481.5928, 4_419_568.1335),
        Row(4534, 45, 77.2, 673_463.0995, 4_987_299.8041), Row(4513, 45, 77.2, 25_673_463.0995, 4_987_299.8041),
        Row(4554, 47.5, 134.9, 492_465.6436, 5_262_839.7145),
        Row(4491, 39.5, 75.9, 13_577_412.6921, 4_374_400.8652), Row(4512, 48.3, 134.5, 462_904.2175, 5_351_906.4202),
        // Neighbouring zones, and as far as 20° from the central meridian.
        Row(4549, 28.9, 118.4999, 353_682.4579, 3_199_111.6539),
        Row(4548, 28.9, 124, 1_183_639.2615, 3_218_432.7881), Row(4548, 28.9, 137, 2_471_834.8188, 3_368_972.3117),
        Row(4548, 28.9, 97, -1_471_834.8188, 3_368_972.3117),
        Row(32_650, 29.137, 118.415, 637_646.1911, 3_223_991.8795),
        Row(32_650, 28.9, 118.4999, 646_239.5128, 3_197_831.7625),
        Row(32_650, 28.9, 118.5001, 646_259.0151, 3_197_832.0093),
        Row(32_650, 39.9087243, 116.3975, 448_502.2002, 4_417_800.3063),
        Row(32_632, 60.39, 5.32, 297_230.2202, 6_700_510.1753),
        Row(32_633, 78.22, 15.65, 514_813.5273, 8_683_004.1533),
        Row(32_733, -33.92, 18.42, 816_196.7118, 6_241_444.3144),
        Row(32_661, 85, 45, 2_392_767.6881, 1_607_232.3119),
        Row(32_661, 89.999, -170, 1_999_980.7209, 2_000_109.3371),
        Row(32_761, -85, 45, 2_392_767.6881, 2_392_767.6881), Row(32_761, -90, 0, 2_000_000, 2_000_000),
        Row(32_661, 90, 0, 2_000_000, 2_000_000),
    ]

    @Test(arguments: rows) func `a plane agrees with PROJ to its tenth of a millimetre, both ways`(_ row: Row) throws {
        let system = try #require(CoordinateSystem(epsg: row.epsg))
        let position = try #require(try system.position(of: row.point))
        #expect(abs(position.easting - row.easting) < 6e-5)
        #expect(abs(position.northing - row.northing) < 6e-5)
        let back = try #require(try system.point(at: position))
        #expect(abs(back.latitude - row.latitude) < 1e-12)
        #expect(abs(back.longitude - row.longitude) < (abs(row.latitude) > 89 ? 1e-10 : 1e-12))
        #expect(system.code == "EPSG:\(row.epsg)")
    }

    @Test(
        arguments: [
            (73.4999, nil), (73.5, 25), (118.4999, 39), (118.5, 40), (118.5001, 40), (136.4999, 45), (136.5, nil),
            (-118.5, nil),
        ] as [(Double, Int?)])
    func `a 3° zone is found, and a boundary is the eastern zone's`(_ longitude: Double, _ number: Int?) {
        let zone = try? GaussKrugerZone(width: .three, holding: Self.place(28.9, longitude))
        #expect(zone?.number == number)
        #expect(zone?.centralMeridian == number.map { Double($0) * 3 })
    }

    @Test(
        arguments: [
            (71.9999, nil), (72, 13), (119.9999, 20), (120, 21), (137.9999, 23), (138, nil),
        ] as [(Double, Int?)])
    func `a 6° zone is found`(_ longitude: Double, _ number: Int?) {
        let zone = try? GaussKrugerZone(width: .six, holding: Self.place(28.9, longitude))
        #expect(zone?.number == number)
    }

    @Test func `every number of EPSG names its own zone and no other`() throws {
        var seen: Set<CoordinateSystem> = []
        for number in 4491...4554 {
            let system = try #require(CoordinateSystem(epsg: number))
            #expect(system.code == "EPSG:\(number)" && system.datum == .cgcs2000)
            #expect(seen.insert(system).inserted)
        }
        for number in [4555, 4479, 4480, 4512 + 43, 3857, 32_600, 32_700, 32_762, 0, -1, .max] {
            #expect(CoordinateSystem(epsg: number) == nil)
        }
        #expect(CoordinateSystem(code: "epsg:4548") == CoordinateSystem(epsg: 4548))
        for datum in Datum.allCases {
            #expect(CoordinateSystem(code: datum.rawValue) == .geographic(datum))
            #expect(CoordinateSystem(code: datum.name) == .geographic(datum))
            #expect(CoordinateSystem(code: CoordinateSystem.geographic(datum).code) == .geographic(datum))
        }
        for text in ["", "EPSG", "EPSG:", "EPSG:+", "EPSG:45480000000000000000", "4548", "wgs72", "mars", "EPSG:４５４８"] {
            #expect(CoordinateSystem(code: text) == nil, "\(text)")
        }
        #expect(CoordinateSystem.geographic(.bd09).code == "BD-09")
        #expect(CoordinateSystem.geographic(.cgcs2000).code == "EPSG:4490")
    }

    @Test func `an easting that means no place in its zone is refused for its prefix`() throws {
        let plain = try #require(CoordinateSystem(epsg: 4548))
        let zoned = try #require(CoordinateSystem(epsg: 4527))
        #expect(throws: CoordinateFault.prefixed(39)) {
            try plain.point(at: PlanePosition(easting: 39_637_701, northing: 3_225_282))
        }
        #expect(throws: CoordinateFault.zonePrefix(found: nil, zone: 39)) {
            try zoned.point(at: PlanePosition(easting: 637_701, northing: 3_225_282))
        }
        #expect(throws: CoordinateFault.zonePrefix(found: 45, zone: 39)) {
            try zoned.point(at: PlanePosition(easting: 45_353_701, northing: 3_225_282))
        }
    }

    @Test(arguments: [4491, 4501, 4513, 4527, 4530, 4533], [-20.0, -7.585, -5.2, 0, 5.2, 12.5, 20])
    func `a zone with its number is the zone of its code, as far as 20° from its meridian`(
        _ epsg: Int, _ across: Double
    ) throws {
        let system = try #require(CoordinateSystem(epsg: epsg))
        guard case .gaussKruger(let zone, prefixed: true) = system else {
            Issue.record("EPSG:\(epsg) has no zone before its eastings")
            return
        }
        for latitude in [0.0, 29, 59] {
            let point = Self.place(latitude, zone.centralMeridian + across)
            let position = try #require(try system.position(of: point))
            let plain = try zone.position(of: point, prefixed: false)
            #expect(abs(position.easting - Double(zone.number) * 1e6 - plain.easting) < 1e-7)
            let back = try #require(try system.point(at: position))
            #expect(abs(back.latitude - latitude) < 1e-11 && abs(back.longitude - point.longitude) < 1e-11)
        }
    }

    @Test(arguments: [4548, 4527, 32_650, 32_761]) func `what is no place is refused`(_ epsg: Int) throws {
        let system = try #require(CoordinateSystem(epsg: epsg))
        for position in [
            PlanePosition(easting: .nan, northing: 0), PlanePosition(easting: 5e5, northing: .infinity),
            PlanePosition(easting: -1e300, northing: 1e300), PlanePosition(easting: 5e5, northing: 2.1e7),
            PlanePosition(easting: 3_225_282, northing: 637_701), PlanePosition(easting: 39.9e6, northing: 9.9e6),
        ] {
            #expect(throws: CoordinateFault.self) { try system.point(at: position) }
        }
        for point in [Self.place(.nan, 0), Self.place(0, .infinity), Self.place(90.1, 0), Self.place(0, -180.1)] {
            #expect(throws: CoordinateFault.offGlobe) { try system.position(of: point) }
        }
        #expect(throws: CoordinateFault.self) { try system.position(of: Self.place(28.9, -60)) }
    }

    @Test func `20° from the central meridian is the end`() throws {
        let system = try #require(CoordinateSystem(epsg: 4548))
        #expect(throws: Never.self) { try system.position(of: Self.place(0, 137)) }
        #expect(throws: CoordinateFault.farFromMeridian(117)) { try system.position(of: Self.place(0, 137.001)) }
        #expect(throws: CoordinateFault.farFromMeridian(117)) {
            try system.point(at: PlanePosition(easting: 2_900_000, northing: 0))
        }
    }

    @Test(
        arguments: [
            (0, -180, 1, true), (0, 180, 1, true), (0, 179.9999, 60, true),
            (0, 180.0.nextDown, 60, true), (-0.0, 0, 31, true), (-1e-9, 0, 31, false),
            (56, 2.9999, 31, true), (56, 3, 32, true), (55.9999, 3, 31, true), (63.9999, 11.9999, 32, true),
            (64, 5, 31, true), (72, 8.9999, 31, true), (72, 9, 33, true), (72, 20.9999, 33, true), (72, 21, 35, true),
            (72, 33, 37, true), (71.9999, 9, 32, true), (84, 42, 38, true), (72, -0.0001, 30, true),
            (-80, 0, 31, false),
        ] as [(Double, Double, Int, Bool)])
    func `a UTM zone is found, with Norway's and Svalbard's`(
        _ latitude: Double, _ longitude: Double, _ number: Int, _ isNorth: Bool
    ) throws {
        let zone = try UTMZone(holding: Self.place(latitude, longitude))
        #expect(zone.number == number && zone.isNorth == isNorth)
    }

    @Test func `UTM ends at 80° S and 84° N, and UPS begins half a degree before`() {
        #expect(throws: CoordinateFault.outsideUTM) { try UTMZone(holding: Self.place(84.0001, 0)) }
        #expect(throws: CoordinateFault.outsideUTM) { try UTMZone(holding: Self.place(-80.0001, 0)) }
        #expect(throws: CoordinateFault.outsideUPS) { try UPS(isNorth: true).position(of: Self.place(83.4999, 0)) }
        #expect(throws: CoordinateFault.outsideUPS) { try UPS(isNorth: false).position(of: Self.place(83.5, 0)) }
        #expect(throws: Never.self) { try UPS(isNorth: false).position(of: Self.place(-79.5, 0)) }
    }

    static func place(_ latitude: Double, _ longitude: Double) -> GeodeticPoint {
        GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
    }
}
