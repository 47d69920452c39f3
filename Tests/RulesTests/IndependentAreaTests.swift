import Foundation
import Geodesy
import Testing

@testable import Rules

/// Held against GEOS, through Python's shapely (2 from PyPI, or 1.8 as Debian's python3-shapely).
@Suite struct IndependentAreaTests {
    private static let program = """
        import json, sys
        import shapely
        from shapely.geometry import Point, shape
        data = json.load(open(sys.argv[1]))
        areas = [shape(f["geometry"]) for f in data["areas"]["features"]]
        tree = shapely.STRtree(areas) if hasattr(shapely, "STRtree") else None
        found = [[] for _ in data["points"]]
        if tree:
            pairs = tree.query(shapely.points(data["points"]), predicate="within")
            for p, a in zip(pairs[0].tolist(), pairs[1].tolist()): found[p].append(a)
        else:
            from shapely.strtree import STRtree
            numbers = {id(area): number for number, area in enumerate(areas)}
            tree = STRtree(areas)
            for number, place in enumerate(data["points"]):
                point = Point(place)
                found[number] = [numbers[id(a)] for a in tree.query(point) if a.contains(point)]
        print(json.dumps([sorted(f) for f in found]))
        """

    private static func run(_ arguments: [String]) throws -> (code: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 29) ^ state
        }
    }

    static func collection(_ count: Int, seed: UInt64, size range: ClosedRange<Double> = 0.004...0.02) -> String {
        var dice = Dice(state: seed)
        func ring(_ x: Double, _ y: Double, _ size: Double) -> String {
            let corners = (0..<24).map { corner in
                let angle = Double(corner) / 12 * .pi
                let radius = size * Double.random(in: 0.5...1, using: &dice)
                return "[\(x + radius * cos(angle)),\(y + radius * sin(angle))]"
            }
            return "[\((corners + [corners[0]]).joined(separator: ","))]"
        }
        let features = (0..<count).map { index in
            let x = Double.random(in: 118...119, using: &dice)
            let y = Double.random(in: 28...29, using: &dice)
            let size = Double.random(in: range, using: &dice)
            return
                "{\"type\":\"Feature\",\"properties\":{\"name\":\"\(index)\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[\(ring(x, y, size)),\(ring(x, y, size * 0.4))]}}"
        }
        return "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ",\n"))]}"
    }

    /// Small areas, and large ones of which most is known without their edges.
    @Test(arguments: [(400, 0.004...0.02), (40, 0.05...0.4)])
    func `areas hold the points that GEOS says they hold`(count: Int, size: ClosedRange<Double>) throws {
        guard try Self.run(["-c", "import shapely"]).code == 0 else {
            print("left out: Python's shapely is not installed, areas were not held against GEOS")
            return
        }
        let areas = Self.collection(count, seed: 5, size: size)
        let data = try GroundDataTests.areas(areas)
        var dice = Dice(state: 9)
        let points = (0..<20_000).map { _ in
            GeodeticPoint(
                latitude: Double.random(in: 28...29, using: &dice),
                longitude: Double.random(in: 118...119, using: &dice),
                height: 0)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "areas-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let list = points.map { "[\($0.longitude),\($0.latitude)]" }.joined(separator: ",")
        let file = folder.appending(path: "data.json")
        try "{\"areas\":\(areas),\"points\":[\(list)]}".write(to: file, atomically: true, encoding: .utf8)
        let answer = try JSONDecoder().decode(
            [[Int]].self, from: try Self.run(["-c", Self.program, file.path]).output)
        let found = points.map { data.areas.areas(at: $0).compactMap { Int($0.name) } }
        #expect(found == answer)
        #expect(answer.reduce(0) { $0 + $1.count } > 1000)
    }
}
