import Foundation
import Geodesy
import Testing

@Suite struct GeoidTests {
    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func grid(
        south: Double = 0, west: Double = 0, step: Double = 1, rows: Int32 = 3, columns: Int32 = 3, values: [Float]
    ) -> [UInt8] {
        [south, west, step, step].flatMap { bytes($0.bitPattern) } + bytes(rows) + bytes(columns)
            + values.flatMap { bytes($0.bitPattern) }
    }

    @Test func `between four cells the height is bilinear`() throws {
        let geoid = try Geoid(gtx: Self.grid(values: [0, 10, 20, 30, 40, 50, 60, 70, 80]))
        #expect(geoid.undulation(latitude: 0, longitude: 0) == 0)
        #expect(geoid.undulation(latitude: 0.5, longitude: 0.5) == 20)
        #expect(geoid.undulation(latitude: 2, longitude: 2) == 80)
        #expect(geoid.undulation(latitude: 1.25, longitude: 0) == 37.5)
    }

    @Test(arguments: [(-0.1, 0.0), (2.1, 0), (0, 2.1), (0, -0.1), (.nan, 0), (0, .nan), (91, 0), (0, 1e9)])
    func `outside the grid there is none`(_ latitude: Double, _ longitude: Double) throws {
        let geoid = try Geoid(gtx: Self.grid(values: [Float](repeating: 1, count: 9)))
        #expect(geoid.undulation(latitude: latitude, longitude: longitude) == nil)
    }

    @Test func `a grid around the earth has no seam`() throws {
        let geoid = try Geoid(
            gtx: Self.grid(
                south: -90, west: -180, step: 90, rows: 3, columns: 4, values: [0, 0, 0, 0, 1, 2, 3, 8, 0, 0, 0, 0]))
        #expect(geoid.undulation(latitude: 0, longitude: 135) == 4.5)
        #expect(geoid.undulation(latitude: 0, longitude: 180) == 1)
        #expect(geoid.undulation(latitude: 0, longitude: -180) == 1)
    }

    @Test func `a cell without a value gives none`() throws {
        let geoid = try Geoid(gtx: Self.grid(values: [0, 0, 0, 0, -88.8888, 0, 0, 0, .nan]))
        #expect(geoid.undulation(latitude: 0.5, longitude: 0.5) == nil)
        #expect(geoid.undulation(latitude: 1.5, longitude: 1.5) == nil)
    }

    @Test func `damaged grids are refused with a reason`() {
        let good = Self.grid(values: [Float](repeating: 1, count: 9))
        #expect(throws: GeoidError.tooShort(bytes: 0)) { try Geoid(gtx: []) }
        #expect(throws: GeoidError.tooShort(bytes: 39)) { try Geoid(gtx: Array(good.prefix(39))) }
        #expect(throws: GeoidError.wrongSize(bytes: good.count - 1, expected: good.count)) {
            try Geoid(gtx: Array(good.dropLast()))
        }
        #expect(throws: GeoidError.wrongSize(bytes: good.count + 1, expected: good.count)) {
            try Geoid(gtx: good + [0])
        }
        for bad in [
            Self.grid(step: 0, values: []), Self.grid(step: .nan, values: []), Self.grid(rows: -3, values: []),
            Self.grid(rows: .max, columns: .max, values: []), Self.grid(south: 89, values: []),
            Self.grid(west: .infinity, values: []), Self.grid(columns: 1, values: []),
        ] {
            #expect(throws: GeoidError.badHeader) { try Geoid(gtx: bad) }
        }
    }

    static let places: [(Double, Double, Double)] = [
        (29.137, 118.415, 3.52), (28.9, 118.5, 4.08), (39.9, 116.4, -9.92), (0, 0, 17.16), (6, 79, -105.01),
    ]

    /// Hangzhou, Shanghai, Guangzhou, Chengdu, Xi'an, Lhasa, Kunming, Urumqi, Harbin: somewhere in the city.
    static let cities: [(Double, Double, Double)] = [
        (30.2467, 120.1485, 7.21), (31.2397, 121.49, 11.13), (23.1291, 113.2644, -7.02), (30.657, 104.0658, -42.70),
        (34.34, 108.94, -35.10), (29.6525, 91.1721, -34.64), (25.0389, 102.7183, -33.05), (43.8256, 87.6168, -63.98),
        (45.8038, 126.535, 13.75),
    ]

    @Test func `EGM96 agrees with the reference where the grid is installed`() throws {
        guard let file = FileManager.default.contents(atPath: "/usr/share/proj/egm96_15.gtx") else {
            print("EGM96 grid absent: values not compared")
            return
        }
        let geoid = try Geoid(gtx: Array(file))
        for (latitude, longitude, height) in Self.places {
            let found = try #require(geoid.undulation(latitude: latitude, longitude: longitude))
            #expect(abs(found - height) < 0.02, "\(latitude) \(longitude)")
        }
        for (latitude, longitude, height) in Self.cities {
            let found = try #require(geoid.undulation(latitude: latitude, longitude: longitude))
            #expect(abs(found - height) < 0.3, "\(latitude) \(longitude)")
        }
    }
}
