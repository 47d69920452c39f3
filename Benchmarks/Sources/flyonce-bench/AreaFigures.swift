import Foundation
import Geodesy
import Rules

/// Is a place in a mine? Asked of ten thousand polygons with a hole each, 48 corners, of one core. The anchor is GEOS through
/// Python's shapely: its tree asked for all points in one call. Both must find the same.
struct AreaFigures {
    static let polygons = 10_000
    static let lookups = 1_000_000
    static let points = 65_536

    /// An interpreter that can import shapely.
    var python: String?
    /// `shapely_areas.py`.
    var script: String
    var scratch: String

    func figures() async throws -> [Figure] {
        var dice = Dice()
        let collection = collection(&dice)
        let source = AreaSource(name: "mines", file: "mines.geojson", kind: .mine)
        let data = try GroundData.read(areas: [(source, Array(collection.utf8))], registers: [])
        let points = (0..<Self.points).map { _ in
            GeodeticPoint(latitude: dice.number(28...29), longitude: dice.number(118...119), height: 0)
        }
        let inside = points.count { data.areas.holds("mine", $0) == true }
        let anchor = try python.map { try prepare(collection, points, for: $0) }
        return [
            try await Turns.figure(
                "areas: a place in 10000 polygons", unit: "ns",
                against: anchor == nil ? "shapely is not installed" : "GEOS (shapely), all points in one call",
                ours: { try ask(data.areas, points, inside) },
                anchor: anchor.map { anchor in { try anchor(inside) } })
        ]
    }

    private func ask(_ areas: AreaSet, _ points: [GeodeticPoint], _ inside: Int) throws -> Double {
        var found = 0
        var asked = 0
        let seconds = Turns.seconds {
            while asked < Self.lookups {
                for point in points where areas.holds("mine", point) == true { found &+= 1 }
                asked &+= points.count
            }
        }
        try BenchError.check(found == inside * (asked / points.count) && inside > 0, "\(found) places were inside")
        return seconds / Double(asked) * 1e9
    }

    private func prepare(
        _ collection: String, _ points: [GeodeticPoint], for python: String
    ) throws -> (Int) throws -> Double {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let file = scratch + "/areas.json"
        let list = points.map { "[\($0.longitude),\($0.latitude)]" }.joined(separator: ",")
        try Data("{\"areas\":\(collection),\"points\":[\(list)]}".utf8).write(to: URL(filePath: file))
        return { inside in
            let words = try PythonAnchor.words(python, script, file)
            try BenchError.check(
                words.count == 2 && Int(words[1]) == inside, "GEOS: \(words); \(inside) places are inside by ours")
            return try PythonAnchor.nanoseconds(in: words, of: script)
        }
    }

    private func collection(_ dice: inout Dice) -> String {
        let features = (0..<Self.polygons).map { _ in
            let (x, y) = (dice.number(118...119), dice.number(28...29))
            let size = dice.number(0.002...0.008)
            let rings = [size, size * 0.4].map { ring(x, y, $0, &dice) }.joined(separator: ",")
            return
                "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[\(rings)]},\"properties\":{}}"
        }
        return "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}"
    }

    private func ring(_ x: Double, _ y: Double, _ size: Double, _ dice: inout Dice) -> String {
        let corners = (0..<24).map { corner in
            let angle = Double(corner) / 12 * .pi
            let radius = size * dice.number(0.5...1)
            return "[\(x + radius * cos(angle)),\(y + radius * sin(angle))]"
        }
        return "[\((corners + [corners[0]]).joined(separator: ","))]"
    }

    /// The same polygons and points in every run. Source of the constants: Knuth, MMIX.
    private struct Dice {
        private var state: UInt64 = 1

        mutating func number(_ range: ClosedRange<Double>) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 11)
                / 9_007_199_254_740_992
        }
    }
}
