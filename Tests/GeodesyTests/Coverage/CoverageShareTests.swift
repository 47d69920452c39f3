import Foundation
import Testing

@testable import Geodesy

@Suite struct CoverageShareTests {
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0)

    private static func rectangle(
        _ origin: GeodeticPoint, _ north: ClosedRange<Double>, _ east: ClosedRange<Double>
    ) -> [GeodeticPoint] {
        CoverageTests.rectangle(origin, forward: north, right: east, heading: 0)
    }

    private static func coverage(
        _ origin: GeodeticPoint, _ north: ClosedRange<Double>, _ east: ClosedRange<Double>, cell: Double = 2
    ) throws -> Coverage {
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: cell)))
        coverage.add(rectangle(origin, north, east))
        return coverage
    }

    @Test(arguments: CoverageTests.places, [1.0, 3, 5, 20, 300])
    func `an area that was wholly seen has the share 1, wherever it lies between the cells`(
        place: (latitude: Double, longitude: Double), size: Double
    ) throws {
        let origin = CoverageTests.point(place.latitude, place.longitude)
        let seen = try Self.coverage(origin, -10...size + 12, -10...size + 12)
        for phase in stride(from: 0.0, to: 2, by: 0.37) {
            let area = Self.rectangle(origin, phase...phase + size, phase * 0.7...phase * 0.7 + size)
            let share = seen.share(of: try #require(GroundShape(areas: [[area]])))
            #expect(abs(share.ratio - 1) < 1e-9, "\(size) m at \(phase): \(share)")
            #expect(abs(share.whole / (size * size) - 1) < (size < 3 ? 0.1 : 0.03), "\(size) m at \(phase): \(share)")
        }
    }

    @Test(arguments: [10.0, 20, 100])
    func `an area that was half seen has the share a half, to half a cell over its width`(size: Double) throws {
        for phase in stride(from: 0.0, to: 2, by: 0.23) {
            let seen = try Self.coverage(Self.origin, -10...size + 12, -10...phase + size / 2)
            let area = Self.rectangle(Self.origin, phase...phase + size, phase...phase + size)
            let share = seen.share(of: try #require(GroundShape(areas: [[area]])))
            #expect(abs(share.ratio - 0.5) <= 1 / size + 0.01, "\(size) m at \(phase): \(share)")
        }
    }

    @Test func `holes are no part of an area, discs are, and what was not seen is 0 of it`() throws {
        let seen = try Self.coverage(Self.origin, -50...150, -50...50)
        let ring = Self.rectangle(Self.origin, 0...100, 0...100)
        let hole = Self.rectangle(Self.origin, 20...40, 10...30)
        let holed = seen.share(of: try #require(GroundShape(areas: [[ring, hole]])))
        #expect(abs(holed.ratio - 4600 / 9600) < 0.015 && abs(holed.whole / 9600 - 1) < 0.01, "\(holed)")
        let disc = seen.share(of: try #require(GroundShape(discs: [.init(center: Self.origin, radius: 7)])))
        #expect(disc.ratio == 1 && abs(disc.whole / (49 * Double.pi) - 1) < 0.03, "\(disc)")
        let far = seen.share(
            of: try #require(GroundShape(areas: [[Self.rectangle(Self.origin, 5000...5100, 0...100)]])))
        #expect(far.seen == 0 && far.ratio == 0 && abs(far.whole / 10_000 - 1) < 0.01, "\(far)")
        let empty = Coverage(grid: seen.grid).share(of: try #require(GroundShape(areas: [[ring]])))
        #expect(empty.seen == 0 && abs(empty.whole / 10_000 - 1) < 0.01)
        let line = seen.share(of: try #require(GroundShape(lines: [ring])))
        #expect(line.whole == 0 && line.ratio == 0)
    }

    @Test func `an area beyond all that was seen has its whole size, and the part of it that was seen`() throws {
        let seen = try Self.coverage(Self.origin, -50...50, -50...50)
        let area = Self.rectangle(Self.origin, -5000...5000, -5000...5000)
        let share = seen.share(of: try #require(GroundShape(areas: [[area]])))
        #expect(share.seen == seen.area)
        #expect(abs(share.whole / 1e8 - 1) < 0.01)
    }
}
