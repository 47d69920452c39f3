import Foundation
import Testing

@testable import Geodesy

/// What cells decide is what edges decide.
@Suite struct EdgeRasterTests {
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 29) ^ state
        }
    }

    private static func star(
        _ corners: Int, at center: (x: Double, y: Double), size: Double, _ dice: inout Dice
    ) -> [GeodeticPoint] {
        (0..<corners).map { corner in
            let angle = Double(corner) * 2 * .pi / Double(corners)
            let radius = size * Double.random(in: 0.3...1, using: &dice)
            return GeodeticPoint(
                latitude: center.y + radius * sin(angle),
                longitude: (center.x + radius * cos(angle)).wrappedLongitude, height: 0)
        }
    }

    @Test(arguments: [3, 4, 7, 24, 300, 1200], [118.5, 179.99, -180.0])
    func `a star with a hole is the same with cells and without`(corners: Int, x: Double) throws {
        var dice = Dice(state: UInt64(corners))
        for size in [1e-4, 0.01, 3] {
            let outer = Self.star(corners, at: (x, 28), size: size, &dice)
            let hole = Self.star(corners, at: (x, 28), size: size * 0.25, &dice)
            let table = try #require(EdgeTable([outer, hole], isArea: true))
            let slabs = try #require(EdgeSlabs(table.edges, table.box))
            let raster = try #require(EdgeRaster(table.edges, table.box, slabs: slabs))
            var (inside, mistaken) = (0, 0)
            let corners = (outer + hole).prefix(200)
            let random = (0..<1000).map { _ in
                GeodeticPoint(
                    latitude: 28 + Double.random(in: -size...size, using: &dice),
                    longitude: (x + Double.random(in: -size...size, using: &dice)).wrappedLongitude, height: 0)
            }
            // Corners themselves, and places a hair beside them.
            let near = corners.flatMap { corner in
                [1e-13, -1e-13, 1e-9].map { shift in
                    GeodeticPoint(latitude: corner.latitude + shift, longitude: corner.longitude, height: 0)
                }
            }
            for point in random + corners + near {
                let held = table.box.contains(point) && slabs.contains(point)
                if table.contains(point) != held { mistaken += 1 }
                if held { inside += 1 }
            }
            #expect(mistaken == 0 && inside > 20)
            // Most of an area of many corners is known beforehand.
            if corners.count > 100 {
                let known = random.filter { point in
                    let east = (point.longitude - table.box.west).wrappedLongitude
                    return table.box.contains(point)
                        && raster.side(east: east, north: point.latitude - table.box.south) != .edge
                }
                #expect(known.count > random.count / 5)
            }
        }
    }

    @Test func `areas too small for cells are asked by their edges`() throws {
        let ring = [(0.0, 0.0), (0, 1e-9), (1e-9, 1e-9), (1e-9, 0)].map {
            GeodeticPoint(latitude: 28 + $0.0, longitude: 118 + $0.1, height: 0)
        }
        let table = try #require(EdgeTable([ring], isArea: true))
        let slabs = try #require(EdgeSlabs(table.edges, table.box))
        #expect(EdgeRaster(table.edges, table.box, slabs: slabs) == nil)
        #expect(table.contains(GeodeticPoint(latitude: 28 + 5e-10, longitude: 118 + 5e-10, height: 0)))
        #expect(!table.contains(GeodeticPoint(latitude: 28 + 5e-9, longitude: 118 + 5e-10, height: 0)))
    }

    @Test(arguments: [(Double.nan, 118.5), (28.5, .nan), (.infinity, 118.5), (28.5, -.infinity), (28.5, 1e300)])
    func `what is no place is in nothing`(latitude: Double, longitude: Double) throws {
        let square = [(28.0, 118.0), (28, 119), (29, 119), (29, 118)].map {
            GeodeticPoint(latitude: $0.0, longitude: $0.1, height: 0)
        }
        let shape = try #require(GroundShape(areas: [[square]]))
        let point = GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
        #expect(!shape.contains(point) || longitude == 1e300)
        _ = ShapeIndex([shape]).containing(point)
    }
}
