import Testing

@testable import Geodesy

@Suite struct TerrainMosaicTests {
    static func hills(_ latitude: Double, _ longitude: Double) -> Double {
        300 + 4000 * (latitude - 28) + 90 * (longitude * 40).truncatingRemainder(dividingBy: 1)
    }

    static func plane(_ latitude: Double, _ longitude: Double) -> Double {
        500 + 1000 * (latitude - 28) + 100 * (longitude - 118)
    }

    static let step = 1.0 / 600

    /// One degree's worth of a tile in a corner of it: nodes on its edges are its neighbours' too.
    static func tile(
        _ name: String, north: Double, west: Double, rows: Int = 31, columns: Int = 31,
        _ height: (Double, Double) -> Double = hills
    ) throws -> ElevationTile {
        try TerrainBuilder.tile(
            name, north: north, west: west, step: step, rows: rows, columns: columns, height)
    }

    @Test func `is one surface across tiles that share an edge`() throws {
        let terrain = TerrainBuilder.mosaic(
            try Self.tile("a", north: 28.05, west: 118), try Self.tile("b", north: 28.05, west: 118.05),
            try Self.tile("c", north: 28.0, west: 118), try Self.tile("d", north: 28.0, west: 118.05))
        for (latitude, longitude) in [(28.0, 118.02), (28.03, 118.05), (28.0, 118.05)] {
            let here = try #require(terrain.height(latitude: latitude, longitude: longitude))
            for (north, east) in [(1e-9, 0), (-1e-9, 0), (0, 1e-9), (0, -1e-9)] {
                let beside = try #require(terrain.height(latitude: latitude + north, longitude: longitude + east))
                #expect(abs(here - beside) < 0.001)
            }
        }
    }

    @Test func `joins tiles whose samples stop one step apart`() throws {
        let terrain = TerrainBuilder.mosaic(
            try Self.tile("a", north: 28.05, west: 118, rows: 30, columns: 30, Self.plane),
            try Self.tile("b", north: 28.05, west: 118.05, rows: 30, Self.plane),
            try Self.tile("c", north: 28.0, west: 118, columns: 30, Self.plane))
        for (latitude, longitude) in [(28.03, 118.0493), (28.0007, 118.02)] {
            let height = try #require(terrain.height(latitude: latitude, longitude: longitude))
            #expect(abs(height - Self.plane(latitude, longitude)) < 0.001)
        }
        // The cell in the middle has only three corners.
        #expect(terrain.height(latitude: 28.0007, longitude: 118.0493) == nil)
        #expect(
            TerrainBuilder.mosaic(try Self.tile("a", north: 28.05, west: 118, rows: 30)).height(
                latitude: 28.0007, longitude: 118.02) == nil)
    }

    @Test func `takes the finest of overlapping tiles, and fills its holes from the others`() throws {
        let coarse = try TerrainBuilder.tile(
            "coarse", north: 28.1, west: 118, step: 0.01, rows: 11, columns: 11
        ) { _, _ in 100 }
        let fine = try TerrainBuilder.tile(
            "fine", north: 28.06, west: 118.04, step: 0.001, rows: 21, columns: 21
        ) { latitude, longitude in
            abs(latitude - 28.05) < 1e-6 && abs(longitude - 118.05) < 1e-6 ? -9999 : 200
        }
        for terrain in [TerrainBuilder.mosaic(coarse, fine), TerrainBuilder.mosaic(fine, coarse)] {
            for (latitude, longitude, height) in [
                (28.045, 118.045, 200.0), (28.02, 118.02, 100), (28.05, 118.05, 100),
            ] {
                let found = try #require(terrain.height(latitude: latitude, longitude: longitude))
                #expect(abs(found - height) < 1e-4)
            }
            // Between the finest's last sample and the coarse surface a step beyond.
            let beside = try #require(terrain.height(latitude: 28.05, longitude: 118.0605))
            #expect(abs(beside - 150) < 0.01)
        }
    }

    @Test func `goes around the earth at 180°`() throws {
        let ground = { (latitude: Double, longitude: Double) in
            400 + 1000 * (latitude - 52) + 500 * (longitude > 0 ? longitude - 180 : longitude + 180)
        }
        let terrain = TerrainBuilder.mosaic(
            try Self.tile("east", north: 52.05, west: 179.95, ground),
            try Self.tile("west", north: 52.05, west: -180, ground))
        for longitude in [179.9999, 180, -180, -179.9999, 180.0001] {
            let height = try #require(terrain.height(latitude: 52.02, longitude: longitude))
            #expect(abs(height - 420) < 0.06)
        }
        #expect(terrain.height(latitude: 52.02, longitude: 0) == nil)
    }

    @Test func `reads a file around the whole earth`() throws {
        let terrain = TerrainBuilder.mosaic(
            try TerrainBuilder.tile("globe", north: 89.5, west: -179.5, step: 1, rows: 180, columns: 360) {
                latitude, longitude in latitude + abs(longitude)
            })
        for longitude in [-179.75, 179.75, 180, -180] {
            #expect(abs(try #require(terrain.height(latitude: 40, longitude: longitude)) - 219.5) < 0.001)
        }
        #expect(abs(try #require(terrain.height(latitude: -30, longitude: 10)) - -20) < 0.001)
    }

    @Test func `brings heights to the ellipsoid`() throws {
        let tile = try Self.tile("a", north: 28.05, west: 118) { _, _ in 100 }
        let offset = TerrainMosaic(tiles: [tile], datum: .offset(-12.5), error: 4)
        #expect(abs(try #require(offset.height(latitude: 28.02, longitude: 118.02)) - 87.5) < 1e-6)
        #expect(offset.words == "terrain (offset -12.5 m)" && offset.error == 4)
        // A geoid that rises by 8 m in a degree of longitude.
        var bytes: [UInt8] = []
        for value in [20.0, 110, 10, 10] {
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(56 - $0 * 8)) }
        }
        for value in [UInt32(2), 2] { bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - $0 * 8)) } }
        for value in [Float(0), 80, 0, 80] {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(24 - $0 * 8)) }
        }
        let geoid = try Geoid(gtx: bytes)
        let raised = TerrainMosaic(tiles: [tile], datum: .geoid(geoid, name: "EGM96"), error: 4)
        for longitude in [118.0, 118.013, 118.05] {
            let height = try #require(raised.height(latitude: 28.02, longitude: longitude))
            #expect(abs(height - 100 - 8 * (longitude - 110)) < 1e-4)
        }
        #expect(raised.words == "terrain (EGM96)")
        let beyond = try Self.tile("b", north: 58.05, west: 118) { _, _ in 100 }
        #expect(
            TerrainMosaic(tiles: [beyond], datum: .geoid(geoid, name: "EGM96"), error: 4)
                .height(latitude: 58.02, longitude: 118.02) == nil)
    }

    @Test func `holds no more decoded blocks than it may`() throws {
        let size = 3601 * 3601 * 2
        let tile = try ElevationTile(srtm: "N28E118.hgt", size: size) { _, count in
            [UInt8](repeating: 0, count: count)
        }
        let terrain = TerrainMosaic(tiles: [tile], datum: .ellipsoid, error: 4, memory: 2 << 20)
        for row in 0..<40 {
            #expect(terrain.height(latitude: 28.01 + Double(row) / 41, longitude: 118.5) == 0)
            #expect(terrain.cachedBytes <= 2 << 20)
        }
        #expect(terrain.cachedBytes > 1 << 20)
    }

    @Test func `answers many at once`() async throws {
        let terrain = TerrainMosaic(
            tiles: [try Self.tile("a", north: 28.05, west: 118) { latitude, _ in latitude * 10 }], datum: .ellipsoid,
            error: 4, memory: 1 << 20)
        let isRight = await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).allSatisfy { turn in
                        let latitude = 28.001 + Double((task * 31 + turn) % 48) / 1000
                        let height = terrain.height(latitude: latitude, longitude: 118.02)
                        return abs((height ?? 0) - latitude * 10) < 0.001
                    }
                }
            }
            return await group.allSatisfy { $0 }
        }
        #expect(isRight)
    }
}
