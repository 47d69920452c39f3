import Foundation
import Testing

@testable import Geodesy

@Suite struct TerrainFileTests {
    struct Flavour: Sendable, CustomTestStringConvertible {
        var builder: TIFFBuilder
        var testDescription: String {
            "\(builder.sample) \(builder.packing) \(builder.predictor) \(builder.isLittle ? "II" : "MM")"
                + "\(builder.isBig ? " big" : "")\(builder.tile == nil ? " strips of \(builder.rowsPerStrip)" : " tiles")"
        }
    }

    static let flavours: [Flavour] = {
        var flavours: [Flavour] = []
        for sample in TIFFBuilder.Sample.allCases {
            for packing in TIFFBuilder.Packing.allCases {
                let isFloat = sample == .float32 || sample == .float64
                for predictor in packing == .lzw || packing == .deflate ? (isFloat ? [1, 2, 3] : [1, 2]) : [1] {
                    var builder = TIFFBuilder()
                    (builder.sample, builder.packing, builder.predictor) = (sample, packing, predictor)
                    let turn = flavours.count
                    builder.isLittle = turn % 2 == 0
                    builder.isBig = turn % 3 == 0
                    builder.tile = turn % 4 < 2 ? (16, 8) : nil
                    builder.rowsPerStrip = [1, 3, 21, 40][turn / 4 % 4]
                    builder.isPoint = turn % 5 == 0
                    builder.usesTransformation = turn % 7 == 0
                    builder.void = sample == .uint16 ? "65535" : "-32768"
                    flavours.append(Flavour(builder: builder))
                }
            }
        }
        return flavours
    }()

    static func height(_ row: Int, _ column: Int) -> Double { Double((row * 37 + column * 11) % 500) }

    @Test(arguments: flavours)
    func `reads a GeoTIFF of every make`(flavour: Flavour) throws {
        var heights = (0..<21).map { row in (0..<37).map { Self.height(row, $0) } }
        heights[5][7] = flavour.builder.sample == .uint16 ? 65_535 : -32_768
        let tile = try ElevationTile(geoTIFF: "a.tif", read: TerrainBuilder.reader(flavour.builder.file(heights)))
        #expect(abs(tile.grid.north - 29) < 1e-9 && abs(tile.grid.west - 118) < 1e-9)
        let terrain = TerrainBuilder.mosaic(tile)
        for row in 0..<21 {
            for column in 0..<37 {
                let found = terrain.height(
                    latitude: 29 - Double(row) / 3600, longitude: 118 + Double(column) / 3600)
                if row == 5, column == 7 {
                    #expect(found == nil)
                } else {
                    #expect(abs((found ?? -1) - Self.height(row, column)) < 1e-4)
                }
            }
        }
        #expect(terrain.height(latitude: 29 - 5.5 / 3600, longitude: 118 + 7.5 / 3600) == nil)
        #expect(terrain.height(latitude: 29 - 20.5 / 3600, longitude: 118) == nil)
        #expect(terrain.height(latitude: 29.001, longitude: 118) == nil)
        let between = (0...1).flatMap { row in (0...1).map { Self.height(9 + row, 3 + $0) } }.reduce(0, +) / 4
        let found = try #require(terrain.height(latitude: 29 - 9.5 / 3600, longitude: 118 + 3.5 / 3600))
        #expect(abs(found - between) < 1e-4)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var says: [String]
        var change: @Sendable (inout TIFFBuilder) -> Void
    }

    /// The command of docs/terrain.md for what is projected; empty when it has none that says what is no data.
    private static let warp: String = {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let page = (try? String(contentsOf: root.appending(path: "docs/terrain.md"), encoding: .utf8)) ?? ""
        let line = page.split(separator: "\n").first { $0.hasPrefix("gdalwarp ") && $0.contains(" -dstnodata -32768 ") }
        return "`\(line ?? "no command")`".replacing("IN.tif", with: "a.tif")
    }()

    static let refusals: [Refusal] = [
        Refusal(testDescription: "projected", says: [warp, "EPSG:32650"]) {
            $0.geoKeys = [(1024, 1), (3072, 32_650)]
        },
        Refusal(testDescription: "model projected", says: ["gdalwarp"]) { $0.geoKeys = [(1024, 1)] },
        Refusal(testDescription: "another datum", says: ["gdalwarp", "EPSG:4214"]) {
            $0.geoKeys = [(1024, 2), (2048, 4214)]
        },
        Refusal(testDescription: "no system", says: ["gdal_translate -a_srs"]) { $0.geoKeys = [] },
        Refusal(testDescription: "no place", says: ["-a_ullr WEST NORTH EAST SOUTH a.tif"]) {
            $0.statesPlace = false
        },
        Refusal(testDescription: "grads", says: ["gdalwarp", "9105"]) {
            $0.geoKeys = [(1024, 2), (2048, 4326), (2054, 9105)]
        },
        Refusal(testDescription: "feet", says: ["metres", "9002"]) {
            $0.geoKeys = [(1024, 2), (2048, 4326), (4099, 9002)]
        },
        Refusal(testDescription: "ZSTD", says: ["ZSTD", "gdal_translate"]) { $0.overriding = [259: [50_000]] },
        Refusal(testDescription: "LERC", says: ["LERC", "gdal_translate"]) { $0.overriding = [259: [34_887]] },
        Refusal(testDescription: "JPEG", says: ["JPEG", "gdal_translate"]) { $0.overriding = [259: [7]] },
        Refusal(testDescription: "bands", says: ["3 bands", "-b 1"]) { $0.overriding = [277: [3]] },
        Refusal(testDescription: "complex", says: ["plain numbers"]) { $0.overriding = [339: [6]] },
        Refusal(testDescription: "12 bits", says: ["12 bits"]) { $0.overriding = [258: [12]] },
        Refusal(testDescription: "predictor", says: ["predictor 9"]) { $0.overriding = [317: [9]] },
        Refusal(testDescription: "scale", says: ["scale", "gdal_translate -unscale -ot Float32 a.tif"]) {
            $0.metadata = "<GDALMetadata><Item name=\"SCALE\" sample=\"0\" role=\"scale\">ten</Item></GDALMetadata>"
        },
        Refusal(testDescription: "no size", says: ["damaged"]) { $0.overriding = [256: [0]] },
        Refusal(testDescription: "no rows in strips", says: ["damaged"]) { $0.overriding = [278: [0]] },
        Refusal(testDescription: "off the globe", says: ["corner"]) { $0.north = 250 },
    ]

    @Test(arguments: refusals)
    func `refuses what it cannot read, and says what to do`(refusal: Refusal) throws {
        var builder = TIFFBuilder()
        refusal.change(&builder)
        let bytes = builder.file([[1, 2, 3], [4, 5, 6]])
        let error = try #require(throws: ElevationError.self) {
            try ElevationTile(geoTIFF: "a.tif", read: TerrainBuilder.reader(bytes))
        }
        for words in ["a.tif"] + refusal.says { #expect(error.description.contains(words)) }
    }

    @Test(
        arguments: [
            ("", 1, 0), ("<Item name=\"SCALE\">7</Item>", 1, 0),
            ("<Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.1</Item>", 0.1, 0),
            ("<Item role='offset' sample='0' name='OFFSET'> -12.5\n</Item>", 1, -12.5),
            (
                "<Item name=\"OFFSET\" sample=\"0\" role=\"offset\">100</Item>\n  "
                    + "<Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.25</Item>", 0.25, 100
            ),
            ("<Item name=\"SCALE\" sample=\"1\" role=\"scale\">0.1</Item>", 1, 0),
        ] as [(String, Double, Double)])
    func `heights are the samples by the scale and offset of GDAL's metadata, holes being told before`(
        _ items: String, _ scale: Double, _ offset: Double
    ) throws {
        var builder = TIFFBuilder()
        builder.sample = .int16
        builder.void = "0"
        builder.metadata = "<GDALMetadata>\n  \(items)\n</GDALMetadata>"
        let tile = try ElevationTile(
            geoTIFF: "a.tif",
            read: TerrainBuilder.reader(builder.file([[4000, 4000, 0, 0], [4000, 4000, 0, 0], [4000, 4000, 0, 0]])))
        let terrain = TerrainBuilder.mosaic(tile)
        let height = try #require(terrain.height(latitude: 29 - 1.0 / 3600, longitude: 118 + 0.5 / 3600))
        #expect(abs(height - (4000 * scale + offset)) < 1e-3)
        #expect(terrain.height(latitude: 29 - 1.0 / 3600, longitude: 118 + 2.5 / 3600) == nil)
    }

    @Test func `refuses rotation and mirroring`() throws {
        for (place, value) in [(1, 0.1), (0, -1.0), (5, 1.0)] {
            var builder = TIFFBuilder()
            builder.usesTransformation = true
            var bytes = builder.file([[1, 2, 3], [4, 5, 6]])
            let whole = [1.0 / 3600, 0, 0].flatMap { value in
                (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64($0 * 8)) }
            }
            let at = try #require((0..<bytes.count - 24).first { Array(bytes[$0..<$0 + 24]) == whole })
            for index in 0..<8 {
                bytes[at + place * 8 + index] = UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(index * 8))
            }
            #expect(throws: ElevationError.self) {
                try ElevationTile(geoTIFF: "a.tif", read: TerrainBuilder.reader(bytes))
            }
        }
    }

    @Test(arguments: [1201, 3601])
    func `reads an SRTM tile where its name says`(samples: Int) throws {
        // Row 120 or 360, column 600 or 1800 is 28.9, 118.5.
        let row = (samples - 1) / 10
        let column = (samples - 1) / 2
        let size = samples * samples * 2
        let tile = try ElevationTile(srtm: "N28E118.SRTMGL1.hgt", size: size) { offset, count in
            (offset..<min(offset + count, size)).map { place in
                let (y, x) = (place / 2 / samples, place / 2 % samples)
                let height = (y, x) == (row + 2, column) ? -32_768 : (y - row) * 100 + (x - column)
                let bits = UInt16(bitPattern: Int16(truncatingIfNeeded: height))
                return place % 2 == 0 ? UInt8(bits >> 8) : UInt8(bits & 0xFF)
            }
        }
        let terrain = TerrainBuilder.mosaic(tile)
        let step = 1 / Double(samples - 1)
        #expect(abs(try #require(terrain.height(latitude: 28.9, longitude: 118.5))) < 1e-4)
        #expect(abs(try #require(terrain.height(latitude: 28.9 - step, longitude: 118.5 + 2 * step)) - 102) < 1e-4)
        #expect(abs(try #require(terrain.height(latitude: 28.9 - step / 2, longitude: 118.5)) - 50) < 1e-4)
        #expect(terrain.height(latitude: 28.9 - 1.5 * step, longitude: 118.5) == nil)
        #expect(terrain.height(latitude: 29.0001, longitude: 118.5) == nil)
        #expect(terrain.height(latitude: .nan, longitude: 118.5) == nil)
        #expect(terrain.height(latitude: 28.9, longitude: .infinity) == nil)
    }

    @Test(arguments: ["28E118.hgt", "N91E118.hgt", "N28E181.hgt", "N28X118.hgt", "", "N28E1180.hgt", "N2AE118.hgt"])
    func `refuses an SRTM tile without a place`(name: String) {
        #expect(throws: ElevationError.self) { try ElevationTile(srtm: name, size: 1201 * 1201 * 2) { _, _ in nil } }
    }

    @Test(arguments: [0, 1201 * 1201, 1201 * 1201 * 2 - 1, 3601 * 3601 * 2 + 2])
    func `refuses an SRTM tile of another size`(size: Int) throws {
        let error = try #require(throws: ElevationError.self) {
            try ElevationTile(srtm: "N28E118.hgt", size: size) { _, _ in nil }
        }
        #expect(error.description.contains("N28E118.hgt"))
    }

    @Test func `knows the corner of southern and western tiles`() throws {
        let corner = try #require(ElevationTile.corner("S01W072.hgt"))
        #expect(corner.latitude == -1 && corner.longitude == -72)
        #expect(ElevationTile.corner("s35w059")?.latitude == -35)
    }

    @Test func `refuses a GeoTIFF cut before its directory, and takes damage behind it for holes, said once`() throws {
        var builder = TIFFBuilder()
        builder.packing = .deflate
        let bytes = builder.file((0..<9).map { row in (0..<9).map { Self.height(row, $0) } })
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let cut = Array(bytes[..<length])
            #expect(throws: ElevationError.self) {
                try ElevationTile(geoTIFF: "a.tif", read: TerrainBuilder.reader(cut))
            }
        }
        var damaged = bytes
        damaged[20] ^= 0xFF
        let told = Told()
        let terrain = TerrainMosaic(
            tiles: [try ElevationTile(geoTIFF: "a.tif", read: TerrainBuilder.reader(damaged))], datum: .ellipsoid,
            error: 4
        ) { told.add($0) }
        for _ in 0..<3 { #expect(terrain.height(latitude: 29, longitude: 118) == nil) }
        #expect(terrain.height(latitude: 29 - 4.0 / 3600, longitude: 118) != nil)
        #expect(told.all.count == 1 && told.all.first?.description.contains("a.tif is damaged") == true)
    }

    @Test func `no bytes trap`() throws {
        var random = Dice(state: 7)
        let heights = (0..<20).map { row in (0..<20).map { Self.height(row, $0) } }
        let seeds = Self.flavours.map { $0.builder.file(heights) }
        for turn in 0..<1500 {
            var bytes = seeds[turn % seeds.count]
            for _ in 0...random.below(6) {
                // Mostly in the directory, where numbers mean something.
                let place =
                    random.below(3) == 0
                    ? random.below(bytes.count) : bytes.count - 1 - random.below(min(500, bytes.count))
                bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(random.below(256))][random.below(6)]
            }
            if random.below(8) == 0 { bytes = Array(bytes[..<random.below(bytes.count)]) }
            guard let tile = try? ElevationTile(geoTIFF: "a.tif", read: TerrainBuilder.reader(bytes)) else { continue }
            let terrain = TerrainBuilder.mosaic(tile)
            for _ in 0..<3 {
                let (latitude, longitude) = (
                    29 - Double(random.below(25)) / 3600, 118 + Double(random.below(25)) / 3600
                )
                _ = terrain.height(latitude: latitude, longitude: longitude)
            }
            let sensor = GeodeticPoint(latitude: 29 - 10.0 / 3600, longitude: 118 + 10.0 / 3600, height: 700)
            if let ray = try TerrainBuilder.ray(sensor, azimuth: Double(turn), elevation: -40) {
                _ = terrain.intersect(ray, limit: 2000)
            }
        }
    }
}
