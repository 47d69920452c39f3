import Geodesy
import Testing

/// Expected codes: GEOTRANS (MGRS), python-geohash, and the Open Location Code reference implementation.
@Suite struct CodeTests {
    static let places: [(Double, Double, String, String, String)] = [
        (29.137, 118.415, "50RPT3764623991", "wthjy85pm6rx", "7PXW4CP8+R22"),
        (39.9087243, 116.3975, "50SMK4850217800", "wx4g09nj4m6t", "8PFRW95X+F2J"),
        (-34.61, -58.38, "21HUB7347369339", "69y7pe2ypkku", "48Q39JRC+222"),
        (0, 0, "31NAA6602100000", "s00000000000", "6FG22222+222"),
        (-0.0, -0.0, "31NAA6602100000", "s00000000000", "6FG22222+222"),
    ]

    @Test(arguments: places) func `codes agree with the reference, and their cells hold the place`(
        _ latitude: Double, _ longitude: Double, _ mgrs: String, _ geohash: String, _ plus: String
    ) throws {
        let point = PlaneTests.place(latitude, longitude)
        #expect(try MGRS.reference(of: point) == mgrs)
        #expect(try Geohash.code(of: point) == geohash)
        #expect(try PlusCode.code(of: point) == plus)
        #expect(try PlusCode.code(of: point, length: 10) == String(plus.dropLast()))
        for cell in [try MGRS.cell(of: mgrs), try Geohash.cell(of: geohash), try PlusCode.cell(of: plus)] {
            let degree = WGS84.metersPerDegree(latitude: latitude)
            let north = abs(cell.center.latitude - latitude) * degree.north
            let east = abs(cell.center.longitude - longitude) * degree.east
            // A grid's square is turned against the meridian by a degree or two.
            #expect(north <= cell.northSouth * 0.53 + 1e-6 && east <= cell.eastWest * 0.53 + 1e-6)
        }
    }

    @Test(arguments: [
        (60.39, 5.32, "32VKN9723000510"), (78.22, 15.65, "33XWG1481383004"), (78.22, 8.9, "31XFG3424689694"),
        (73, 33.5, "37XCB2074308714"), (85, 45, "ZFD9276707232"), (85, -45, "YUD0723207232"),
        (-85, 45, "BFR9276792767"), (-85, -135, "AUJ0723207232"), (90, 0, "ZAH0000000000"),
        (-90, 0, "BAN0000000000"), (-17.8, 178, "60KXF0598531658"), (-17.8, -178, "01KCA9401431658"),
        (83.9, 20, "33XWP5924519502"), (-79.9, -70, "19CDM8042329407"),
    ])
    func `MGRS knows exceptions, caps and the antimeridian`(_ latitude: Double, _ longitude: Double, _ text: String)
        throws
    {
        let point = PlaneTests.place(latitude, longitude)
        #expect(try MGRS.reference(of: point) == text)
        let cell = try MGRS.cell(of: text.lowercased())
        let apart = try #require(Geodesic(from: point, to: cell.center))
        #expect(apart.distance < 0.7116)
        #expect(try MGRS.reference(of: cell.center) == text)
    }

    @Test func `shorter MGRS references are the longer ones cut off`() throws {
        let point = PlaneTests.place(29.137, 118.415)
        #expect(
            try (0...5).map { try MGRS.reference(of: point, digits: $0) } == [
                "50RPT", "50RPT32", "50RPT3723", "50RPT376239", "50RPT37642399", "50RPT3764623991",
            ])
        #expect(try MGRS.cell(of: "50RPT").northSouth == 100_000)
        #expect(try MGRS.cell(of: "50R PT 37646 23991") == MGRS.cell(of: "50RPT3764623991"))
        #expect(try MGRS.cell(of: "1KCA9401431658") == MGRS.cell(of: "01KCA9401431658"))
    }

    @Test func `a hair south of the equator is not on it`() throws {
        for latitude in [-1e-5, -1e-9, -1e-13, -Double.leastNonzeroMagnitude] {
            let text = try MGRS.reference(of: PlaneTests.place(latitude, 5))
            #expect(text.hasPrefix("31MGV22595999"), "\(text)")
            #expect(try MGRS.cell(of: text).center.latitude < 0)
        }
    }

    @Test func `every square that is written is read again, all over the globe`() throws {
        for latitude in stride(from: -89.9, through: 89.9, by: 3.7) {
            for longitude in stride(from: -180.0, through: 179.9, by: 4.3) {
                let point = PlaneTests.place(latitude, longitude)
                let text = try MGRS.reference(of: point)
                let cell = try MGRS.cell(of: text)
                let apart = try #require(Geodesic(from: point, to: cell.center))
                #expect(apart.distance < 0.75, "\(text)")
            }
        }
    }

    @Test(
        arguments: [
            ("", .length), ("50", .length), ("50RP", .length), ("50RPTX", .length), ("50RPT123", .length),
            ("50RPT123456123456", .length), ("150RPT", .length), ("50RPT3764623991x", .length),
            ("50RPT37a4623991", .character),
            ("50RPI", .character), ("50ROT", .character), ("50R拼T", .length), ("50R!T", .character), ("00RPT", .zone),
            ("61RPT", .zone), ("50APT", .zone), ("50YPT", .zone), ("RPT", .zone), ("32XNG", .zone), ("34XNG", .zone),
            ("50RAT", .square), ("50RPW", .square), ("50RPH", .square), ("ZZZ", .square), ("ADA", .square),
            ("YAA", .square), ("ZAZ", .square),
        ] as [(String, CoordinateFault.CodeFault)])
    func `what is no MGRS reference is refused`(_ text: String, _ fault: CoordinateFault.CodeFault) {
        #expect(throws: CoordinateFault.mgrs(fault)) { try MGRS.cell(of: text) }
    }

    @Test func `poles and antimeridian have geohashes and plus codes`() throws {
        #expect(try Geohash.code(of: PlaneTests.place(90, 180)) == "zzzzzzzzzzzz")
        #expect(try Geohash.code(of: PlaneTests.place(-90, -180)) == "000000000000")
        #expect(try PlusCode.code(of: PlaneTests.place(90, 1), length: 10) == "CFX3X2X2+X2")
        #expect(try PlusCode.code(of: PlaneTests.place(90, 1), length: 15) == "CFX3X2X2+X2RRRRR")
        #expect(try PlusCode.code(of: PlaneTests.place(0, 180), length: 10) == "62G22222+22")
        #expect(try PlusCode.code(of: PlaneTests.place(-90, -180), length: 4) == "22220000+")
        #expect(try PlusCode.cell(of: "cfx3x2x2+x2rrrrr").center.latitude < 90)
        #expect(try PlusCode.cell(of: "7PXW0000+").center == PlaneTests.place(29.5, 118.5))
        #expect(try Geohash.code(of: PlaneTests.place(29.137, 118.415), length: 5) == "wthjy")
        #expect(try Geohash.cell(of: "WTHJY85PM6RX") == Geohash.cell(of: "wthjy85pm6rx"))
    }

    @Test(
        arguments: [
            ("", .separator), ("7PXW4CP8", .separator), ("7PXW4+CP8R2", .separator), ("7PXW4CP8R+2", .separator),
            ("4CP8+R2", .short), ("+R2", .short), ("7PXW4CP8+R", .length), ("7PXW4CP8+R2222222", .length),
            ("7PXW4CPA+R2", .character), ("7PXW4CP8+R2+", .character), ("7PX00000+", .padding), ("7P0W0000+", .padding),
            ("7PXW0000+R2", .padding), ("00000000+", .padding), ("XPXW4CP8+R2", .range), ("7XXW4CP8+R2", .range),
        ] as [(String, CoordinateFault.CodeFault)])
    func `what is no full plus code is refused`(_ text: String, _ fault: CoordinateFault.CodeFault) {
        #expect(throws: CoordinateFault.plusCode(fault)) { try PlusCode.cell(of: text) }
    }

    @Test func `what is no geohash, no place or no length is refused`() {
        #expect(throws: CoordinateFault.geohash(.length)) { try Geohash.cell(of: "") }
        #expect(throws: CoordinateFault.geohash(.length)) { try Geohash.cell(of: String(repeating: "w", count: 21)) }
        for text in ["wtha", "i", "l", "o", "wt hj", "王"] {
            #expect(throws: CoordinateFault.geohash(.character)) { try Geohash.cell(of: text) }
        }
        for point in [PlaneTests.place(.nan, 0), PlaneTests.place(0, -.infinity), PlaneTests.place(-90.1, 0)] {
            #expect(throws: CoordinateFault.offGlobe) { try Geohash.code(of: point) }
            #expect(throws: CoordinateFault.offGlobe) { try PlusCode.code(of: point) }
            #expect(throws: CoordinateFault.offGlobe) { try MGRS.reference(of: point) }
        }
        let point = PlaneTests.place(1, 1)
        #expect(throws: CoordinateFault.geohash(.length)) { try Geohash.code(of: point, length: 0) }
        #expect(throws: CoordinateFault.plusCode(.length)) { try PlusCode.code(of: point, length: 9) }
        #expect(throws: CoordinateFault.mgrs(.length)) { try MGRS.reference(of: point, digits: 6) }
    }

    @Test func `no text and no number is more than a code or a refusal`() {
        var random = SystemRandomNumberGenerator()
        let marks = Array("0123456789+ ABCDEFGHJKLMNPQRSTUVWXYZiolü\u{0}")
        for _ in 0..<4_000 {
            let text = String((0..<Int.random(in: 0...18, using: &random)).map { _ in marks.randomElement() ?? "0" })
            for cell in [try? MGRS.cell(of: text), try? Geohash.cell(of: text), try? PlusCode.cell(of: text)] {
                guard let cell else { continue }
                #expect(cell.center.isOnGlobe && cell.northSouth > 0 && cell.eastWest >= 0, "\(text)")
            }
            let numbers = (0..<2).map { _ in Double(bitPattern: .random(in: 0...(.max), using: &random)) }
            let position = PlanePosition(easting: numbers[0], northing: numbers[1])
            for number in [4548, 4527, 4509, 32_650, 32_701, 32_661, 32_761] {
                guard let point = try? CoordinateSystem(epsg: number)?.point(at: position) else { continue }
                #expect(point.isOnGlobe, "\(position)")
            }
        }
    }
}
