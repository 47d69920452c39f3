import Testing

@testable import Geodesy

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct TerrainRayTests {
    /// 180 + 4000 (latitude − 28.9) + 1500 (longitude − 118.5) metres.
    static func plane(_ latitude: Double, _ longitude: Double) -> Double {
        180 + 4000 * (latitude - 28.9) + 1500 * (longitude - 118.5)
    }

    /// Yaw and pitch of the ray, degrees, and where it meets the plane from 28.9, 118.5, 320 m.
    static let vectors: [[Double]] = [
        [0, -45, 28.901219128, 118.5, 191.0955, 184.8765],
        [90, -30, 28.899999978, 118.502421717, 272.7438, 183.6325],
        [0, -8, 28.907153690, 118.5, 800.6917, 208.6148],
    ]

    @Test(arguments: vectors)
    func `meets the plane of the reference vectors`(vector: [Double]) throws {
        let terrain = TerrainBuilder.mosaic(
            try TerrainBuilder.tile(
                "plane", north: 28.92, west: 118.48, step: 1.0 / 3600, rows: 145, columns: 145, Self.plane))
        let sensor = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320)
        let ray = try #require(try TerrainBuilder.ray(sensor, azimuth: vector[0], elevation: vector[1]))
        guard case .ground(let distance, let point) = terrain.intersect(ray, limit: 3000) else {
            Issue.record("no ground")
            return
        }
        #expect(abs(distance - vector[4]) < 0.0002)
        #expect(abs(point.latitude - vector[2]) < 2e-9 && abs(point.longitude - vector[3]) < 2e-9)
        #expect(abs(point.height - vector[5]) < 0.0002)
    }

    /// Hills, with ridges one cell wide.
    static func rough(_ latitude: Double, _ longitude: Double) -> Double {
        let (y, x) = (latitude * 3600, longitude * 3600)
        let ridge = Int(x.rounded()) % 23 == 0 || Int((y + x / 2).rounded()) % 41 == 0 ? 35.0 : 0
        return 300 + 40 * sin(x / 17) + 30 * cos(y / 11) + 12 * sin(x / 3.1) * cos(y / 2.7) + ridge
    }

    struct Country: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var latitude: Double
        var longitude: Double
        /// Metres between samples.
        var spacing = 30.0
        var tolerance = 0.001
    }

    static let countries = [
        Country(testDescription: "Kaihua", latitude: 29.1, longitude: 118.4),
        Country(testDescription: "south and west", latitude: -34.6, longitude: -58.4),
        Country(testDescription: "equator", latitude: 0, longitude: 0),
        Country(testDescription: "antimeridian", latitude: 52, longitude: 180),
        Country(testDescription: "far north", latitude: 84, longitude: 20),
    ]

    /// Four tiles around a place, on one lattice that shares edges.
    static func tiles(around country: Country, side: Int = 72) throws -> TerrainMosaic {
        let step = 1.0 / 3600
        let span = Double(side) * step
        let west = country.longitude - span
        let parts = try [(0.0, 0.0), (0, 1), (1, 0), (1, 1)].map { south, east in
            try TerrainBuilder.tile(
                "\(south) \(east)", north: country.latitude + span - south * span,
                west: (west + east * span).wrappedLongitude, step: step, rows: side + 1, columns: side + 1
            ) { rough($0, $1 < country.longitude - 90 ? $1 + 360 : $1) }
        }
        return TerrainMosaic(tiles: parts, datum: .ellipsoid, error: 4)
    }

    @Test(arguments: countries)
    func `agrees with a slow march, across tiles and at grazing angles`(country: Country) throws {
        let terrain = try Self.tiles(around: country)
        var dice = Dice(state: 3)
        var met = 0
        for turn in 0..<30 {
            let (latitude, longitude) = (
                country.latitude + dice.between(-0.004, 0.004),
                (country.longitude + dice.between(-0.004, 0.004)).wrappedLongitude
            )
            let ground = try #require(terrain.height(latitude: latitude, longitude: longitude))
            let sensor = GeodeticPoint(latitude: latitude, longitude: longitude, height: ground + dice.between(10, 160))
            let elevation = turn % 3 == 0 ? -dice.between(0.5, 6) : -dice.between(6, 89)
            let ray = try #require(
                try TerrainBuilder.ray(sensor, azimuth: dice.between(0, 360), elevation: elevation))
            let slow = TerrainBuilder.march(ray, over: terrain, limit: 900, step: 0.25)
            switch terrain.intersect(ray, limit: 900) {
            case .ground(let distance, let point):
                met += 1
                // The march may step over the very edge of a ridge, never the walk.
                #expect(distance <= (slow ?? .infinity) + country.tolerance)
                if let slow { #expect(abs(distance - slow) < 0.01 || distance < slow) }
                let surface = try #require(terrain.height(latitude: point.latitude, longitude: point.longitude))
                #expect(abs(point.height - surface) < country.tolerance)
            case .miss, .noData: #expect(slow == nil)
            case .belowGround: Issue.record("the sensor is above ground")
            }
        }
        #expect(met >= 20)
    }

    @Test func `goes along the lines of the grid`() throws {
        let terrain = try Self.tiles(around: Self.countries[0])
        for (latitude, longitude, azimuth) in [
            (29.1, 118.4, 0.0), (29.1, 118.4, 90), (29.1 + 5.0 / 3600, 118.4, 180), (29.1, 118.4 - 7.0 / 3600, 270),
        ] {
            let sensor = GeodeticPoint(latitude: latitude, longitude: longitude, height: 450)
            let ray = try #require(try TerrainBuilder.ray(sensor, azimuth: azimuth, elevation: -25))
            let slow = try #require(TerrainBuilder.march(ray, over: terrain, limit: 900))
            guard case .ground(let distance, _) = terrain.intersect(ray, limit: 900) else {
                Issue.record("no ground")
                continue
            }
            #expect(abs(distance - slow) < 0.01)
        }
    }

    @Test func `does not jump over a ridge one sample wide, seen from afar`() throws {
        let terrain = TerrainBuilder.mosaic(
            try TerrainBuilder.tile("ridge", north: 28.95, west: 118.5, step: 1.0 / 3600, rows: 180, columns: 20) {
                latitude, _ in abs(latitude - 28.93) < 1e-6 ? 175 : 100
            })
        let sensor = GeodeticPoint(latitude: 28.9045, longitude: 118.5027, height: 260)
        // Past the crest by a hair, and into it by one.
        let frame = LocalFrame(at: sensor)
        for (height, isMet) in [(174.98, true), (175.02, false)] {
            let aim = GeodeticPoint(latitude: 28.93, longitude: 118.5027, height: height)
            let ray = try #require(Ray(origin: frame.center, direction: aim.ecef - frame.center))
            let range = (aim.ecef - frame.center).length
            guard case .ground(let distance, _) = terrain.intersect(ray, limit: 15_000) else {
                // Behind the crest it runs out of the tile before it meets ground.
                #expect(!isMet)
                continue
            }
            #expect((abs(distance - range) < 1) == isMet)
        }
    }

    /// A cap of 11 km around the north pole, in columns of half a degree.
    static func cap() throws -> TerrainMosaic {
        let (rows, columns, down, right) = (300, 720, 0.0003, 0.5)
        let grid = try #require(
            ElevationGrid(
                north: 90, west: -180, latitudeStep: down, longitudeStep: right, rows: rows, columns: columns))
        let tile = ElevationTile(
            name: "cap", grid: grid,
            format: SampleFormat(kind: .float, width: 4, order: ByteOrder(isLittle: false), predictor: 1, void: nil),
            layout: BlockLayout(rowsAt: 0, rows: rows, columns: columns, sampleBytes: 4)
        ) { offset, count in
            (offset..<offset + count).map { place in
                let (row, column) = (place / 4 / columns, place / 4 % columns)
                let out = Double(row) * down * 111_694
                let angle = (Double(column) * right - 180) * .pi / 180
                let height = 500 + 30 * sin(out * cos(angle) / 90) + 30 * cos(out * sin(angle) / 70)
                return UInt8(truncatingIfNeeded: Float(height).bitPattern >> UInt32(24 - place % 4 * 8))
            }
        }
        return TerrainBuilder.mosaic(tile)
    }

    @Test(arguments: [89.92, 89.99, 89.999, 89.99999, 90])
    func `near the pole the ground is where a slow march finds it`(latitude: Double) throws {
        let terrain = try Self.cap()
        for longitude in [0.0, 100.3, -135] {
            let sensor = GeodeticPoint(latitude: latitude, longitude: longitude, height: 640)
            for azimuth in [0.0, 3, 100, 181] {
                let ray = try #require(try TerrainBuilder.ray(sensor, azimuth: azimuth, elevation: -20))
                let slow = try #require(TerrainBuilder.march(ray, over: terrain, limit: 1000, step: 0.25))
                guard case .ground(let distance, _) = terrain.intersect(ray, limit: 1000) else {
                    Issue.record(
                        "no ground at \(longitude), \(azimuth): \(terrain.intersect(ray, limit: 1000)), \(slow)")
                    continue
                }
                #expect(abs(distance - slow) < 0.1)
            }
        }
    }

    static func level(holes: @escaping (Double, Double) -> Bool = { _, _ in false }) throws -> TerrainMosaic {
        TerrainBuilder.mosaic(
            try TerrainBuilder.tile("level", north: 28.92, west: 118.48, step: 1.0 / 3600, rows: 145, columns: 145) {
                holes($0, $1) ? -9999 : 100
            })
    }

    @Test func `refuses a ray that begins on or under the ground`() throws {
        let terrain = try Self.level()
        for height in [99.0, 100, -200] {
            let sensor = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: height)
            let ray = try #require(try TerrainBuilder.ray(sensor, azimuth: 20, elevation: -30))
            #expect(terrain.intersect(ray, limit: 3000) == .belowGround)
        }
    }

    @Test func `a ray upwards, or one that is too short, misses`() throws {
        let terrain = try Self.level()
        let sensor = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 200)
        let down = try #require(try TerrainBuilder.ray(sensor, azimuth: 20, elevation: -30))
        #expect(terrain.intersect(down, limit: 150) == .miss)
        #expect(terrain.intersect(down, limit: 0) == .miss)
        #expect(terrain.intersect(down, limit: .nan) == .miss)
        let up = try #require(try TerrainBuilder.ray(sensor, azimuth: 20, elevation: 89))
        #expect(terrain.intersect(up, limit: 100_000) == .miss)
    }

    @Test func `passes above a hole that nothing can reach out of, and says so of one that it may end in`() throws {
        // A hole of 5 samples, 250 m north of the sensor.
        let terrain = try Self.level { latitude, _ in abs(latitude - 28.9025) < 0.0006 }
        let sensor = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 400)
        let beyond = try #require(try TerrainBuilder.ray(sensor, azimuth: 0, elevation: -20))
        guard case .ground(let distance, _) = terrain.intersect(beyond, limit: 3000) else {
            Issue.record("the hole was not passed")
            return
        }
        #expect(abs(distance - 877.1) < 1)
        for elevation in [-47.0, -43] {
            let into = try #require(try TerrainBuilder.ray(sensor, azimuth: 0, elevation: elevation))
            #expect(terrain.intersect(into, limit: 3000) == .noData)
        }
        // Grazing past the far edge: a slope inside could reach it.
        let edge = try #require(try TerrainBuilder.ray(sensor, azimuth: 0, elevation: -40.5))
        #expect(terrain.intersect(edge, limit: 3000) == .noData)
    }

    @Test func `off the tiles there is no data`() throws {
        let terrain = try Self.level()
        for (latitude, elevation) in [(28.9, -5.0), (10, -60), (28.95, -85)] {
            let sensor = GeodeticPoint(latitude: latitude, longitude: 118.5, height: 400)
            let ray = try #require(try TerrainBuilder.ray(sensor, azimuth: 0, elevation: elevation))
            #expect(terrain.intersect(ray, limit: 15_000) == .noData)
        }
    }

    @Test func `meets the wall where one tile stands higher than the next`() throws {
        let terrain = TerrainBuilder.mosaic(
            try TerrainBuilder.tile("low", north: 28.95, west: 118.45, step: 1.0 / 3600, rows: 361, columns: 361) {
                _, _ in 100
            },
            try TerrainBuilder.tile("high", north: 28.92, west: 118.48, step: 1.0 / 7200, rows: 145, columns: 289) {
                _, _ in 160
            })
        let sensor = GeodeticPoint(latitude: 28.895, longitude: 118.5, height: 150)
        let ray = try #require(try TerrainBuilder.ray(sensor, azimuth: 0, elevation: -0.5))
        guard case .ground(_, let point) = terrain.intersect(ray, limit: 5000) else {
            Issue.record("no ground")
            return
        }
        // The finer tile's last row stands at 28.9; the slope to it is one of its own steps long.
        #expect(abs(point.latitude - 28.9) < 1.1 / 7200)
        #expect(abs(point.height - 144) < 6)
    }
}
