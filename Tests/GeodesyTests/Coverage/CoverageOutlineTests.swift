import Foundation
import Testing

@testable import Geodesy

@Suite struct CoverageOutlineTests {
    private static func planeArea(_ ring: [CoverageArea.Position]) -> Double {
        guard let first = ring.first else { return 0 }
        let scale = WGS84.metersPerDegree(latitude: first.latitude)
        var sum = 0.0
        for (a, b) in zip(ring, ring.dropFirst()) {
            let (ax, ay) = ((a.longitude - first.longitude) * scale.east, (a.latitude - first.latitude) * scale.north)
            let (bx, by) = ((b.longitude - first.longitude) * scale.east, (b.latitude - first.latitude) * scale.north)
            sum += ax * by - bx * ay
        }
        return sum / 2
    }

    /// What RFC 7946 and every reader of it wants.
    private static func expectSound(_ areas: [CoverageArea]) {
        for area in areas {
            #expect(planeArea(area.outer) > 0)
            for hole in area.holes { #expect(planeArea(hole) < 0) }
            for ring in [area.outer] + area.holes {
                #expect(ring.count >= 4)
                #expect(ring.first == ring.last)
                #expect(ring.allSatisfy { abs($0.longitude) <= 180 && abs($0.latitude) <= 90 })
            }
            let rings = ([area.outer] + area.holes).map { ring in
                ring.map { GeodeticPoint(latitude: $0.latitude, longitude: $0.longitude, height: 0) }
            }
            #expect(RingFault.first(in: rings) == nil, "\(String(describing: RingFault.first(in: rings)))")
        }
    }

    private static func area(_ areas: [CoverageArea]) -> Double {
        areas.reduce(0) { $0 + $1.holes.reduce(planeArea($1.outer)) { $0 + planeArea($1) } }
    }

    @Test(arguments: [0.0, 14, 45, 71])
    func `outlines enclose what is covered`(heading: Double) throws {
        let coverage = try #require(
            CoverageTests.lawnMower(CoverageTests.point(28.9, 118.5), heading: heading, lanes: 4, length: 1000))
        let areas = coverage.areas()
        #expect(areas.count == 1)
        #expect(areas.first?.holes.isEmpty == true)
        Self.expectSound(areas)
        #expect(abs(Self.area(areas) / coverage.area - 1) < 0.003, "\(Self.area(areas)) of \(coverage.area)")
        // A rectangle needs few corners.
        #expect((areas.first?.outer.count ?? 0) < 60, "\(areas.first?.outer.count ?? 0)")
    }

    @Test func `a round flight has a hole`() throws {
        let origin = CoverageTests.point(28.9, 118.5)
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 1)))
        for step in 0..<36 {
            let angle = Double(step) * 10
            let place = origin.moved(north: 200 * cos(angle * .pi / 180), east: 200 * sin(angle * .pi / 180))
            coverage.add(CoverageTests.rectangle(place, forward: -40...40, right: -30...30, heading: angle))
        }
        let areas = coverage.areas()
        #expect(areas.count == 1)
        #expect(areas.first?.holes.count == 1)
        Self.expectSound(areas)
        #expect(abs(Self.area(areas) / coverage.area - 1) < 0.003)
    }

    @Test func `pieces that share only a corner are apart`() throws {
        var coverage = Coverage(grid: try #require(CoverageGrid(parallel: 0, meridian: 0, exponent: 2)))
        coverage.cover(0, 0, 3)
        coverage.cover(1, 3, 6)
        coverage.cover(2, 2, 3)
        coverage.cover(2, 6, 7)
        let areas = coverage.areas()
        #expect(areas.count == 4)
        Self.expectSound(areas)
    }

    @Test func `a ring that closes over a corner keeps its hole open or shut, and sound`() throws {
        var coverage = Coverage(grid: try #require(CoverageGrid(parallel: 0, meridian: 0, exponent: 2)))
        // A ring of cells round one that is not covered, broken at one corner.
        coverage.cover(0, 0, 3)
        coverage.cover(1, 0, 1)
        coverage.cover(1, 2, 3)
        coverage.cover(2, 0, 2)
        coverage.cover(3, 2, 5)
        Self.expectSound(coverage.areas())
    }

    @Test func `random cells always give sound outlines of their own area`() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<30 {
            var coverage = Coverage(grid: try #require(CoverageGrid(parallel: 0, meridian: 0, exponent: 3)))
            for row in 0..<24 {
                for column in 0..<24 where random.next() % 100 < 55 { coverage.cover(row - 9, column - 7, column - 6) }
            }
            let areas = coverage.areas()
            Self.expectSound(areas)
            // Middles of edges: what is cut off at one corner comes back at another.
            #expect(abs(Self.area(areas) / coverage.area - 1) < 0.25)
        }
    }

    @Test func `nothing crosses 180°`() throws {
        for latitude in [0.0, 60, -45] {
            let coverage = try #require(
                CoverageTests.lawnMower(
                    CoverageTests.point(latitude, 179.998), heading: 80, lanes: 3, length: 1200))
            let areas = coverage.areas()
            #expect(areas.count == 2)
            Self.expectSound(areas)
            for area in areas {
                let longitudes = area.outer.map(\.longitude)
                #expect((longitudes.max() ?? 0) - (longitudes.min() ?? 0) < 1)
            }
            #expect(abs(Self.area(areas) / coverage.area - 1) < 0.01, "\(Self.area(areas)) of \(coverage.area)")
        }
    }

    @Test func `corners are bounded`() throws {
        var random = SplitMix(state: 3)
        var coverage = Coverage(grid: try #require(CoverageGrid(parallel: 0, meridian: 0, exponent: 0)))
        for row in 0..<256 {
            for column in 0..<256 where random.next() % 2 == 0 { coverage.cover(row, column, column + 1) }
        }
        let corners = coverage.areas(limit: 1000).reduce(0) {
            $0 + $1.outer.count + $1.holes.reduce(0) { $0 + $1.count }
        }
        #expect(corners > 0)
        #expect(corners < 1400, "\(corners)")
    }

    @Test func `an outline runs between covered and uncovered cells`() throws {
        let coverage = try #require(
            CoverageTests.lawnMower(CoverageTests.point(28.9, 118.5), heading: 23, lanes: 3, length: 700))
        let scale = CoverageGrid.Scale(coverage.grid)
        for position in coverage.areas().flatMap({ $0.outer }) {
            let place = SIMD2(scale.column(position.longitude), scale.row(position.latitude))
            var kinds: Set<Bool> = []
            for x in [-1.3, -0.6, 0, 0.6, 1.3] {
                for y in [-1.3, -0.6, 0, 0.6, 1.3] {
                    let (column, row) = (Int((place.x + x).rounded(.down)), Int((place.y + y).rounded(.down)))
                    kinds.insert(
                        coverage.word(.init(x: column >> 6, y: row >> 6), row: row & 63) >> UInt64(column & 63) & 1 == 1
                    )
                }
            }
            #expect(kinds.count == 2)
        }
    }

    @Test func `nothing has no outline`() throws {
        let coverage = Coverage(grid: try #require(CoverageGrid(parallel: 0, meridian: 0, exponent: 0)))
        #expect(coverage.areas().isEmpty)
        #expect(coverage.box == nil)
    }
}

struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
