import Foundation
import Testing

@testable import Geodesy

@Suite struct CoverageSetsTests {
    private static let origin = CoverageTests.point(28.9, 118.5)

    private static func square(_ north: Double, _ east: Double, _ size: Double, cell: Double = 1) throws -> Coverage {
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: cell)))
        coverage.add(
            CoverageTests.rectangle(origin, forward: north...north + size, right: east...east + size, heading: 0))
        return coverage
    }

    @Test func `a union counts what both hold once`() throws {
        var union = try Self.square(0, 0, 100)
        union.formUnion(try Self.square(50, 50, 100))
        #expect(abs(union.area / 17_500 - 1) < 0.01, "\(union.area)")
    }

    @Test func `a union with wider cells has wider cells, whichever comes first`() throws {
        let fine = try Self.square(0, 0, 128, cell: 1)
        let coarse = try Self.square(64, 0, 128, cell: 4)
        var (one, other) = (fine, coarse)
        one.formUnion(coarse)
        other.formUnion(fine)
        #expect(one.grid.cell == 4)
        #expect(one.area == other.area)
        #expect(abs(one.area / (192 * 128) - 1) < 0.03, "\(one.area)")
    }

    @Test(arguments: [(28.49, 118.5), (60.5, 25), (-33.5, 60.0), (12.5, -179.99)])
    func `flights on two grids make one union`(latitude: Double, longitude: Double) throws {
        // The parallel of a grid is a whole degree, its meridian one of three: these lie on both sides of a limit.
        let south = CoverageTests.point(latitude - 0.02, longitude - 0.02)
        let north = CoverageTests.point(latitude + 0.02, longitude + 0.02)
        var one = try #require(CoverageTests.lawnMower(south, heading: 45, lanes: 3, length: 2000))
        let other = try #require(CoverageTests.lawnMower(north, heading: 225, lanes: 3, length: 2000))
        let sum = one.area + other.area
        one.formUnion(other)
        #expect(abs(one.area / sum - 1) < 0.01, "\(one.area) of \(sum)")
        let again = one.area
        one.formUnion(other)
        #expect(one.area == again)
    }

    @Test func `an area holds its part`() throws {
        let coverage = try Self.square(0, 0, 200)
        let ring = CoverageTests.rectangle(Self.origin, forward: 100...500, right: -300...150, heading: 0)
        let shape = try #require(GroundShape(areas: [[ring]]))
        #expect(abs(coverage.intersection(shape).area / 15_000 - 1) < 0.01)
        let hole = CoverageTests.rectangle(Self.origin, forward: 120...140, right: 20...70, heading: 0)
        let holed = try #require(GroundShape(areas: [[ring, hole]]))
        #expect(abs(coverage.intersection(holed).area / 14_000 - 1) < 0.01)
        // Two that overlap hold no place twice.
        let both = try #require(GroundShape(areas: [[ring], [ring]]))
        #expect(coverage.intersection(both).area == coverage.intersection(shape).area)
        let far = try #require(GroundShape(areas: [[ring.map { CoverageTests.point($0.latitude + 1, $0.longitude) }]]))
        #expect(coverage.intersection(far).isEmpty)
    }

    @Test func `a disc holds its part, a line nothing`() throws {
        let coverage = try Self.square(0, 0, 200)
        let center = Self.origin.moved(north: 100, east: 100)
        let disc = try #require(GroundShape(discs: [.init(center: center, radius: 60)]))
        #expect(abs(coverage.intersection(disc).area / (.pi * 3600) - 1) < 0.01)
        let line = try #require(GroundShape(lines: [[Self.origin, center]]))
        #expect(coverage.intersection(line).isEmpty)
    }

    @Test(arguments: [(28.9, 118.5), (60.0, 179.99), (0, 0), (45, -179.995), (50, 60)])
    func `a country about it holds all of it`(latitude: Double, longitude: Double) throws {
        let origin = CoverageTests.point(latitude, longitude)
        let coverage = try #require(CoverageTests.lawnMower(origin, heading: 70, lanes: 2, length: 1500))
        let country = [(-8.0, -60.0), (-8, 55), (7, 50), (9, -58)].map {
            CoverageTests.point(latitude + $0.0, longitude + $0.1)
        }
        let shape = try #require(GroundShape(areas: [[country]]))
        #expect(coverage.intersection(shape).area == coverage.area)
        let globe = [
            (-80.0, -180.0), (-80, -60), (-80, 60), (-80, 179.9), (85, 179.9), (85, 60), (85, -60), (85, -180),
        ]
        let most = try #require(GroundShape(areas: [[globe.map { CoverageTests.point($0.0, $0.1) }]]))
        if abs(longitude) < 179 { #expect(coverage.intersection(most).area == coverage.area) }
    }

    @Test func `areas that share edges share out what is seen`() throws {
        let coverage = try #require(CoverageTests.lawnMower(Self.origin, heading: 31, lanes: 3, length: 900))
        var sum = 0.0
        for row in -8..<14 {
            for column in -8..<14 {
                let ring = CoverageTests.rectangle(
                    Self.origin, forward: Double(row) * 100...Double(row) * 100 + 100,
                    right: Double(column) * 100...Double(column) * 100 + 100, heading: 8)
                let shape = try #require(GroundShape(areas: [[ring]]))
                sum += coverage.intersection(shape).area
            }
        }
        #expect(abs(sum / coverage.area - 1) < 1e-9, "\(sum) of \(coverage.area)")
    }

    @Test func `a cell is covered or not`() throws {
        let coverage = try Self.square(0, 0, 100)
        #expect(coverage.contains(Self.origin.moved(north: 50, east: 50)))
        #expect(!coverage.contains(Self.origin.moved(north: 50, east: 103)))
        #expect(!coverage.contains(Self.origin.moved(north: -3, east: 50)))
        #expect(!coverage.contains(GeodeticPoint(latitude: .nan, longitude: 0, height: 0)))
    }
}
