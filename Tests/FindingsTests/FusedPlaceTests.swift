import Foundation
import Geodesy
import Inspection
import Testing

@testable import Findings

/// The radius of a place from many sightings is true, too. `FLYONCE_MONTE_CARLO=20000` draws so many of each kind.
@Suite struct FusedPlaceTests {
    /// Views of one thing: where from, how high, and when.
    struct Kind: Sendable, CustomTestStringConvertible {
        var name: String
        /// Degrees: from where the aircraft looks, at the first and at the last view.
        var bearings: (Double, Double)
        var seconds: Double
        var perSecond = 1.0
        var testDescription: String { name }
    }

    static let kinds = [
        Kind(name: "fused: half a second of frames", bearings: (30, 31), seconds: 0.5, perSecond: 20),
        Kind(name: "fused: a minute from one side", bearings: (30, 40), seconds: 60),
        Kind(name: "fused: past it", bearings: (20, 200), seconds: 20, perSecond: 2),
        Kind(name: "fused: around it", bearings: (0, 360), seconds: 60),
    ]

    static let draws = ProcessInfo.processInfo.environment["FLYONCE_MONTE_CARLO"].flatMap { Int($0) }
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 200)

    /// Sigma common to the flight, sigma of its own, and what one sigma does seen from the north: metres north and east.
    /// A camera 120 m above and 120 m away: the fix, the height, yaw 1.5°, pitch 0.5°, the box.
    private static let sources: [(common: Double, own: Double, moves: SIMD2<Double>, turns: Bool)] = [
        (2.0, 0.3, SIMD2(1, 0), false), (2.0, 0.3, SIMD2(0, 1), false), (4.5, 0.3, SIMD2(1, 0), true),
        (1.48, 0.2, SIMD2(0, 2.1), true), (0.46, 0.2, SIMD2(4.2, 0), true), (0, 0.6, SIMD2(1, 0), true),
        (0, 0.4, SIMD2(0, 1), true),
    ]

    @Test(arguments: kinds) func `the true place is inside CE90 of many sightings nine times of ten`(
        _ kind: Kind
    ) throws {
        let plane = try #require(LocalPlane(origin: Self.origin))
        let draws = Self.draws ?? 300
        var noise = SeededNumbers(state: UInt64(kind.name.utf8.count) &* 977)
        var inside = 0
        var radii = 0.0
        for _ in 0..<draws {
            let location = Self.location(kind, plane, &noise)
            let off = Self.origin.displacement(to: location.point)
            radii += location.ce90
            if (off.north * off.north + off.east * off.east).squareRoot() <= location.ce90 { inside += 1 }
        }
        let share = Double(inside) / Double(draws)
        if Self.draws != nil {
            let name = kind.name.padding(toLength: 32, withPad: " ", startingAt: 0)
            print(name, String(format: "%5.1f %%  mean CE90 %8.2f m", share * 100, radii / Double(draws)))
        }
        #expect(abs(share - 0.9) <= (Self.draws == nil ? 0.06 : 0.02), "\(share)")
    }

    private static func location(_ kind: Kind, _ plane: LocalPlane, _ noise: inout SeededNumbers) -> Geotag {
        let shared = sources.map { $0.common * noise.normal() }
        var fusion: PlaceFusion?
        var own = sources.map { $0.own * noise.normal() }
        var second = 0.0
        let count = Int(kind.seconds * kind.perSecond) + 1
        for index in 0..<count {
            let time = Double(index) / kind.perSecond
            if time >= second + 1 {
                second = time
                own = sources.map { $0.own * noise.normal() }
            }
            let share = count > 1 ? Double(index) / Double(count - 1) : 0
            let angle = (kind.bearings.0 + (kind.bearings.1 - kind.bearings.0) * share) * .pi / 180
            var place = Place(north: 0, east: 0)
            var covariance = Covariance.zero
            var common: [SIMD2<Double>] = []
            for (source, (together, alone)) in zip(sources, zip(shared, own)) {
                let m = source.moves
                let moves =
                    source.turns
                    ? SIMD2(m.x * cos(angle) - m.y * sin(angle), m.x * sin(angle) + m.y * cos(angle)) : m
                place.north += moves.x * (together + alone)
                place.east += moves.y * (together + alone)
                common.append(moves * source.common)
                let sigma = (source.common * source.common + source.own * source.own).squareRoot()
                covariance += .along(north: moves.x * sigma, east: moves.y * sigma)
            }
            guard let ellipse = ErrorEllipse(covariance) else { continue }
            var geotag = Geotag(
                point: plane.point(at: place, height: 200), method: .rayEllipsoid, ellipse: ellipse, ce90: ellipse.ce90,
                poseAgeMilliseconds: 0, sourceDatum: "")
            geotag.common = common
            if fusion == nil {
                fusion = PlaceFusion(geotag, at: place, now: time, weight: 1)
            } else {
                fusion?.add(geotag, at: place, now: time, weight: 1)
            }
        }
        return fusion?.location(on: plane, randomShare: 0.5)
            ?? Geotag(
                point: origin, method: .platform, ellipse: ErrorEllipse(semiMajor: 0, semiMinor: 0, bearing: 0),
                ce90: 0,
                poseAgeMilliseconds: 0, sourceDatum: "")
    }

    @Test func `what is common to a flight never averages down, what turns about does`() throws {
        let plane = try #require(LocalPlane(origin: Self.origin))
        func radius(_ common: [[SIMD2<Double>]]) throws -> Double {
            var fusion: PlaceFusion?
            for (index, parts) in common.enumerated() {
                let whole = parts.reduce(Covariance.circular(sigma: 1)) { $0 + .along(north: $1.x, east: $1.y) }
                let ellipse = try #require(ErrorEllipse(whole))
                var geotag = Geotag(
                    point: Self.origin, method: .rayTerrain, ellipse: ellipse, ce90: ellipse.ce90,
                    poseAgeMilliseconds: 0, sourceDatum: "")
                geotag.common = parts
                let (place, now) = (Place(north: 0, east: 0), Double(index) * 2)
                if fusion == nil {
                    fusion = PlaceFusion(geotag, at: place, now: now, weight: 1)
                } else {
                    fusion?.add(geotag, at: place, now: now, weight: 1)
                }
            }
            return try #require(fusion).location(on: plane, randomShare: 0.5).ellipse.semiMajor
        }
        #expect(abs(try radius(Array(repeating: [SIMD2(3, 0)], count: 400)) - 3) < 0.01)
        let opposed = (0..<400).map { [SIMD2($0 % 2 == 0 ? 3.0 : -3.0, 0)] }
        #expect(try radius(opposed) < 0.2)
        #expect(abs(try radius([[SIMD2(3, 0)]]) - 10.0.squareRoot()) < 1e-9)
    }

    @Test func `parts that are not of the whole are not believed`() {
        let whole = Covariance.circular(sigma: 2)
        #expect(whole.without([]) == nil)
        #expect(whole.without([SIMD2(3, 0)]) == nil)
        #expect(whole.without([SIMD2(.nan, 0)]) == nil)
        #expect(whole.without([SIMD2(2, 0)]) == Covariance(northNorth: 0, northEast: 0, eastEast: 4))
        let root = ErrorEllipse(semiMajor: 3, semiMinor: 1, bearing: 30).root
        let square = Covariance.circular(sigma: 1).turned(by: root)
        let expected = ErrorEllipse(semiMajor: 3, semiMinor: 1, bearing: 30).covariance
        #expect(abs(square.northNorth - expected.northNorth) < 1e-12)
        #expect(abs(square.northEast - expected.northEast) < 1e-12)
    }
}
