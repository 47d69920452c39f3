import Foundation
import Testing

@testable import Geodesy

/// Areas here are worked out by themselves: strips of the ellipsoid by Simpson's rule over its radii of curvature.
enum EllipsoidArea {
    /// Square metres between two parallels over a width in degrees.
    static func strip(south: Double, north: Double, width: Double) -> Double {
        let (a, e2) = (6_378_137.0, 0.006_694_379_990_14)
        func band(_ degrees: Double) -> Double {
            let latitude = degrees * .pi / 180
            let w = 1 - e2 * sin(latitude) * sin(latitude)
            return a * (1 - e2) / (w * w.squareRoot()) * a / w.squareRoot() * cos(latitude)
        }
        let steps = 200
        let step = (north - south) / Double(steps)
        var sum = band(south) + band(north)
        for index in 1..<steps { sum += band(south + Double(index) * step) * (index % 2 == 1 ? 4 : 2) }
        return sum * step / 3 * .pi / 180 * width * .pi / 180
    }
}

@Suite struct CoverageTests {
    static let places: [(latitude: Double, longitude: Double)] = [
        (0.0, 0.0), (28.9, 118.5), (60, 25), (-33.5, 151), (60, 180), (28.6, -179.999), (84.5, 60), (-71, -120),
    ]

    static func point(_ latitude: Double, _ longitude: Double) -> GeodeticPoint {
        GeodeticPoint(latitude: latitude, longitude: longitude.wrappedLongitude, height: 0)
    }

    /// A rectangle about a place, by metres forward and to the right of it, seen along a heading.
    static func rectangle(
        _ origin: GeodeticPoint, forward: ClosedRange<Double>, right: ClosedRange<Double>, heading: Double
    ) -> [GeodeticPoint] {
        let (s, c) = (sin(heading * .pi / 180), cos(heading * .pi / 180))
        return [
            (forward.lowerBound, right.lowerBound), (forward.upperBound, right.lowerBound),
            (forward.upperBound, right.upperBound), (forward.lowerBound, right.upperBound),
        ].map { f, r in origin.moved(north: f * c - r * s, east: f * s + r * c) }
    }

    /// Lanes 80 m apart, each seen 100 m wide, one picture every 20 m.
    static func lawnMower(_ origin: GeodeticPoint, heading: Double, lanes: Int, length: Double) -> Coverage? {
        var coverage: Coverage?
        for lane in 0..<lanes {
            for step in 0...Int(length / 20) {
                let ring = rectangle(
                    origin, forward: Double(step) * 20 - 37.5...Double(step) * 20 + 37.5,
                    right: Double(lane) * 80 - 50...Double(lane) * 80 + 50, heading: heading)
                if coverage == nil { coverage = Coverage(for: ring) }
                coverage?.add(ring)
            }
        }
        return coverage
    }

    @Test(arguments: places, [0.0, 30, 90, 217])
    func `a lawn mower's path has the area of its polygon`(
        place: (latitude: Double, longitude: Double), heading: Double
    ) throws {
        let origin = Self.point(place.latitude, place.longitude)
        let coverage = try #require(Self.lawnMower(origin, heading: heading, lanes: 4, length: 1000))
        let exact = (1000.0 + 75) * (3 * 80 + 100)
        #expect(abs(coverage.area / exact - 1) < 0.002, "\(coverage.area) of \(exact)")
    }

    @Test(arguments: places)
    func `a coverage of meridians and parallels has the ellipsoid's own area`(
        place: (latitude: Double, longitude: Double)
    ) throws {
        var coverage = Coverage(
            grid: try #require(CoverageGrid(around: Self.point(place.latitude, place.longitude), cell: 2)))
        let (south, north) = (place.latitude - 0.03, place.latitude + 0.02)
        for index in 0..<4 {
            let west = place.longitude - 0.04 + 0.02 * Double(index)
            coverage.add([
                Self.point(south, west), Self.point(south, west + 0.02), Self.point(north, west + 0.02),
                Self.point(north, west),
            ])
        }
        let exact = EllipsoidArea.strip(south: south, north: north, width: 0.08)
        #expect(abs(coverage.area / exact - 1) < 0.001, "\(coverage.area) of \(exact)")
    }

    @Test func `what is covered twice counts once`() throws {
        let ring = Self.rectangle(Self.point(28.9, 118.5), forward: 0...100, right: 0...80, heading: 20)
        var coverage = try #require(Coverage(for: ring))
        let added = coverage.add(ring)
        let first = try #require(added)
        #expect(abs(first / 8000 - 1) < 0.01)
        let again = coverage.add(ring)
        #expect(again == 0)
        #expect(coverage.area == first)
        // Half of it is new.
        let gained = coverage.add(
            Self.rectangle(Self.point(28.9, 118.5), forward: 50...150, right: 0...80, heading: 20))
        #expect(abs((gained ?? 0) / 4000 - 1) < 0.02, "\(String(describing: gained))")
    }

    @Test func `neighbours leave no gap and share no cell`() throws {
        let origin = Self.point(28.9, 118.5)
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 1)))
        var sum = 0.0
        for index in 0..<20 {
            let low = Double(index) * 13.7
            sum += coverage.add(Self.rectangle(origin, forward: low...low + 13.7, right: 0...90, heading: 33)) ?? 0
        }
        #expect(coverage.area == sum)
        #expect(abs(sum / (20 * 13.7 * 90) - 1) < 0.005, "\(sum)")
    }

    @Test func `a ring that overlaps itself is filled once`() throws {
        let origin = Self.point(28.9, 118.5)
        let square = Self.rectangle(origin, forward: 0...100, right: 0...100, heading: 0)
        var once = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 1)))
        once.add(square)
        var twice = Coverage(grid: once.grid)
        twice.add(square + square)
        #expect(once.count == twice.count)
    }

    @Test func `rings that cannot be drawn are refused`() throws {
        let origin = Self.point(28.9, 118.5)
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 1)))
        let square = Self.rectangle(origin, forward: 0...100, right: 0...100, heading: 0)
        var (noNumber, polar) = (square, square)
        noNumber[1].latitude = .nan
        polar[1].latitude = 89.5
        let wide = [Self.point(0, 0), Self.point(0, 100), Self.point(10, 100), Self.point(10, 0)]
        for ring in [Array(square.prefix(2)), [], noNumber, polar, wide] {
            let gained = coverage.add(ring)
            #expect(gained == nil)
        }
        #expect(coverage.isEmpty)
        #expect(CoverageGrid(around: Self.point(89.9, 0), cell: 1) == nil)
        #expect(CoverageGrid(around: origin, cell: .nan) == nil)
        #expect(Coverage(for: [origin, origin, origin]) == nil)
    }

    @Test func `a flight of four hours stays within its limit, and its area true`() throws {
        // 144 km in lanes of 9 km, 100 m apart and 100 m wide: pictures of 200 m along, so that the test is short.
        let origin = Self.point(31.2, 121.4)
        var coverage: Coverage?
        for lane in 0..<16 {
            for step in 0..<45 {
                let ring = Self.rectangle(
                    origin, forward: Double(step) * 200...Double(step) * 200 + 200,
                    right: Double(lane) * 100...Double(lane) * 100 + 100, heading: 12)
                if coverage == nil { coverage = Coverage(for: ring) }
                coverage?.add(ring)
            }
        }
        let whole = try #require(coverage)
        #expect(whole.bytesHeld < 3 << 20, "\(whole.bytesHeld)")
        #expect(abs(whole.area / (9000 * 1600) - 1) < 0.002, "\(whole.area)")
        let bytes = whole.encoded()
        #expect(bytes.count < 1 << 19, "\(bytes.count)")
    }

    @Test(arguments: [16, 40, 200])
    func `cells grow where the limit is passed, and the area stays`(limit: Int) throws {
        let origin = Self.point(28.9, 118.5)
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 0.5)), limit: limit)
        var exact = 0.0
        for index in 0..<12 {
            coverage.add(
                Self.rectangle(
                    origin, forward: 0...400, right: Double(index) * 170...Double(index) * 170 + 90, heading: 17))
            exact += 400 * 90
        }
        #expect(coverage.grid.exponent > -1)
        #expect(coverage.bytesHeld <= limit * 544)
        #expect(abs(coverage.area / exact - 1) < 0.03, "\(coverage.area) of \(exact), cells of \(coverage.grid.cell) m")
    }

    @Test func `a ring larger than anything is drawn in wide cells or refused`() throws {
        let origin = Self.point(10, 20)
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 0.25)), limit: 64)
        let gained = coverage.add([
            Self.point(0, 0), Self.point(0, 40), Self.point(40, 40), Self.point(40, 0),
        ])
        #expect(gained == nil || coverage.bytesHeld <= 64 * 544)
        #expect(coverage.bytesHeld <= 64 * 544)
    }
}
