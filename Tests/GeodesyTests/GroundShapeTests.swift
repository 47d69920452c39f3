import Foundation
import Geodesy
import Testing

@Suite struct GroundShapeTests {
    private func point(_ latitude: Double, _ longitude: Double) -> GeodeticPoint {
        GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
    }

    private func box(_ south: Double, _ west: Double, _ north: Double, _ east: Double) -> [GeodeticPoint] {
        [point(south, west), point(south, east), point(north, east), point(north, west)]
    }

    /// A ring round a centre at random distances, which never crosses itself.
    static func star(
        _ latitude: Double, _ longitude: Double, size: Double, corners: Int, using random: inout Dice
    ) -> [GeodeticPoint] {
        (0..<corners).map { corner in
            let angle = Double(corner) / Double(corners) * 2 * Double.pi
            let radius = size * Double.random(in: 0.4...1, using: &random)
            var longitude = longitude + radius * sin(angle)
            if longitude > 180 { longitude -= 360 }
            if longitude < -180 { longitude += 360 }
            return GeodeticPoint(latitude: latitude + radius * cos(angle), longitude: longitude, height: 0)
        }
    }

    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Even-odd over every edge of all rings, each counted where a line from the point to the east meets it.
    private func oracle(_ rings: [[GeodeticPoint]], holds place: GeodeticPoint) -> Bool {
        var inside = false
        for ring in rings {
            for (corner, next) in zip(ring, ring.dropFirst() + ring.prefix(1))
            where (corner.latitude > place.latitude) != (next.latitude > place.latitude) {
                let share = (place.latitude - corner.latitude) / (next.latitude - corner.latitude)
                // From the point on, so that 180° is like any other.
                let start = (corner.longitude - place.longitude).remainder(dividingBy: 360)
                let end = (next.longitude - place.longitude).remainder(dividingBy: 360)
                if start + (end - start) * share > 0 { inside.toggle() }
            }
        }
        return inside
    }

    @Test(arguments: [118.5, 0, 179.99, -180]) func `says of a point what counting its edges says`(longitude: Double)
        throws
    {
        var dice = Dice(state: 7)
        let outer = Self.star(28, longitude, size: 0.1, corners: 500, using: &dice)
        let hole = Self.star(28, longitude, size: 0.03, corners: 60, using: &dice)
        let shape = try #require(GroundShape(areas: [[outer, hole]]))
        var inside = 0
        for _ in 0..<5000 {
            var x = longitude + Double.random(in: -0.12...0.12, using: &dice)
            if x > 180 { x -= 360 }
            if x < -180 { x += 360 }
            let place = point(28 + Double.random(in: -0.12...0.12, using: &dice), x)
            #expect(shape.contains(place) == oracle([outer, hole], holds: place))
            inside += shape.contains(place) ? 1 : 0
        }
        #expect(inside > 500 && inside < 4500)
    }

    @Test func `a shared edge belongs to one of two neighbours`() throws {
        let west = try #require(GroundShape(areas: [[box(28, 118, 29, 119)]]))
        let east = try #require(GroundShape(areas: [[box(28, 119, 29, 120)]]))
        for step in 0..<100 {
            let edge = point(28 + Double(step) / 100, 119)
            #expect(west.contains(edge) != east.contains(edge))
        }
    }

    @Test(arguments: [0.0, 28, 55, 70]) func `distances follow long edges to a centimetre`(latitude: Double) throws {
        // 60 km of an edge, cut into a million pieces each measured along the ellipsoid.
        let (start, end) = (point(latitude, 118), point(latitude + 0.3, 118.5))
        let line = try #require(GroundShape(lines: [[start, end]]))
        for (north, east) in [(0.1, 0.1), (0.16, 0.25), (0.3001, 0.5), (-0.01, -0.01), (0.151, 0.25)] {
            let place = point(latitude + north, 118 + east)
            var (low, high) = (0.0, 1.0)
            func distance(_ share: Double) -> Double {
                place.distance(to: point(latitude + 0.3 * share, 118 + 0.5 * share))
            }
            for _ in 0..<100 {
                let (one, two) = (low + (high - low) / 3, high - (high - low) / 3)
                if distance(one) < distance(two) { high = two } else { low = one }
            }
            let truth = distance((low + high) / 2)
            #expect(abs(line.distance(to: place) - truth) < 0.01, "\(place) \(truth)")
        }
    }

    @Test func `a disc holds what is within its radius`() throws {
        let disc = try #require(GroundShape(discs: [.init(center: point(28.9, 118.5), radius: 30)]))
        #expect(disc.contains(point(28.9, 118.5).moved(north: 29.99, east: 0)))
        #expect(!disc.contains(point(28.9, 118.5).moved(north: 0, east: 30.01)))
        #expect(abs(disc.distance(to: point(28.9, 118.5).moved(north: 100, east: 0)) - 70) < 0.001)
    }

    @Test func `the nearest of many is found as by looking at all`() throws {
        var dice = Dice(state: 11)
        let shapes = (0..<400).compactMap { _ in
            GroundShape(areas: [
                [
                    Self.star(
                        28 + Double.random(in: 0...0.5, using: &dice),
                        179.8 + Double.random(in: 0...0.19, using: &dice),
                        size: 0.004, corners: 12, using: &dice)
                ]
            ])
        }
        let index = ShapeIndex(shapes)
        for _ in 0..<200 {
            let x = 179.7 + Double.random(in: 0...0.6, using: &dice)
            let place = point(28 + Double.random(in: 0...0.5, using: &dice), x > 180 ? x - 360 : x)
            let truth = shapes.map { $0.distance(to: place) }.min() ?? .infinity
            #expect(abs((index.nearest(to: place)?.distance ?? .infinity) - truth) < 0.001)
            #expect(index.containing(place) == shapes.indices.filter { shapes[$0].contains(place) })
        }
        #expect(index.nearest(to: point(-28, 10)) == nil)
    }

    @Test func `outlines touch by corners, by crossing, by holding one another and within a margin`() throws {
        let base = try #require(GroundShape(areas: [[box(28, 118, 28.1, 118.1)]]))
        func touches(_ ring: [GeodeticPoint], _ margin: Double = 0) throws -> Bool {
            base.comes(within: margin, of: try #require(GroundShape(areas: [[ring]])))
        }
        #expect(try touches(box(28.09, 118.09, 28.2, 118.2)))
        #expect(try touches(box(28.04, 117, 28.06, 119)))
        #expect(try touches(box(28.04, 118.04, 28.06, 118.06)))
        #expect(try touches(box(27, 117, 29, 119)))
        #expect(try !touches(box(28.1001, 118, 28.2, 118.1)))
        #expect(try touches(box(28.1001, 118, 28.2, 118.1), 12))
        #expect(try !touches(box(28.1001, 118, 28.2, 118.1), 10))
    }

    @Test func `rings that bound nothing are told`() {
        func fault(_ rings: [GeodeticPoint]...) -> RingFault.Kind? { RingFault.first(in: rings)?.kind }
        let good = box(28, 118, 29, 119)
        #expect(fault(good) == nil)
        #expect(fault(good.reversed()) == nil)
        #expect(fault(good + [good[0]]) == nil)
        #expect(fault([good[0], good[2], good[1], good[3]]) == .crossing)
        #expect(fault([good[0], good[1]]) == .tooFewCorners)
        #expect(fault([good[0], good[0], good[0], good[0]]) == .tooFewCorners)
        #expect(fault([good[0], good[1], point(95, 118)]) == .offGlobe)
        #expect(fault([good[0], good[1], point(28, 121), good[1], good[2]]) == .spike)
        #expect(fault([good[0], good[1], point(28, 121), point(27, 121), good[1], good[2]]) == .repeatedCorner)
        #expect(fault([point(80, 0), point(80, 120), point(80, -120)]) == .aroundPole)
        #expect(fault(good, box(28.4, 118.4, 28.6, 118.6)) == nil)
        #expect(fault(good, box(28.4, 120.4, 28.6, 120.6)) == .holeOutside)
        #expect(fault(good, box(28.4, 118.4, 28.6, 120.6)) == .crossing)
        #expect(fault(box(28, 179, 29, -179)) == nil)
        var dice = Dice(state: 3)
        #expect(fault(Self.star(28, 118, size: 0.5, corners: 20_000, using: &dice)) == nil)
    }

    @Test func `boxes across 180° hold and meet what is on both sides`() throws {
        let across = try #require(BoundingBox(around: [point(10, 179), point(11, -179)]))
        #expect(across.width == 2)
        #expect(across.contains(point(10.5, 180)) && across.contains(point(10.5, -179.5)))
        #expect(!across.contains(point(10.5, 178)) && !across.contains(point(10.5, -178)))
        #expect(across.intersects(BoundingBox(south: 0, north: 20, west: -180, width: 0.5)))
        #expect(!across.intersects(BoundingBox(south: 0, north: 20, west: -178, width: 10)))
        #expect(BoundingBox(south: 0, north: 20, west: 170, width: 20).intersects(across))
    }
}
