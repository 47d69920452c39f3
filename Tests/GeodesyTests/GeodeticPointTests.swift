import Geodesy
import Testing

@Suite struct GeodeticPointTests {
    static let pairs: [(GeodeticPoint, Vector)] = [
        (
            GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320),
            Vector(-2666593.7499, 4911254.7334, 3064357.3244)
        ),
        (
            GeodeticPoint(latitude: -34.61, longitude: -58.38, height: 140),
            Vector(2755232.5326, -4475065.6598, -3602421.2752)
        ),
        (
            GeodeticPoint(latitude: 39.48, longitude: 73.59, height: 5160.425),
            Vector(1393786.1316, 4732629.2523, 4036870.9268)
        ),
        (GeodeticPoint(latitude: 0, longitude: 0, height: 0), Vector(6378137, 0, 0)),
        (GeodeticPoint(latitude: 90, longitude: 0, height: 0), Vector(0, 0, 6356752.3142)),
    ]

    @Test(arguments: pairs) func `geodetic to earth-centred agrees with the reference`(
        _ point: GeodeticPoint, _ ecef: Vector
    ) {
        #expect((point.ecef - ecef).length < 1e-4)
        let back = GeodeticPoint(ecef: ecef)
        #expect(abs(back.height - point.height) < 2e-4)
        #expect(abs(back.latitude - point.latitude) < 1e-9)
        #expect(abs(back.longitude - point.longitude) < 1e-9)
    }

    @Test func `earth-centred and back is exact from below the sea to space`() {
        for latitude in stride(from: -90.0, through: 90, by: 7.5) {
            for height in [-12_000.0, 0, 9000, 100_000] {
                let point = GeodeticPoint(latitude: latitude, longitude: -123.456, height: height)
                let back = GeodeticPoint(ecef: point.ecef)
                #expect((back.ecef - point.ecef).length < 1e-6, "\(latitude) \(height)")
                #expect(abs(back.height - height) < 1e-6, "\(latitude) \(height)")
            }
        }
    }

    @Test func `the south pole comes back as the south pole`() {
        let back = GeodeticPoint(ecef: Vector(0, 0, -6_356_752.314245))
        #expect(back.latitude == -90)
        #expect(abs(back.height) < 1e-6)
    }

    @Test func `the ellipsoid is that of WGS 84`() {
        #expect(WGS84.semiMajorAxis == 6_378_137)
        #expect(abs(1 / WGS84.flattening - 298.257_223_563) < 1e-9)
        #expect(abs(WGS84.semiMinorAxis - 6_356_752.314_245) < 1e-6)
        #expect(abs(WGS84.eccentricitySquared - 0.006_694_379_990_14) < 1e-14)
    }

    @Test func `metres per degree agree with the reference`() {
        let scale = WGS84.metersPerDegree(latitude: 28.9)
        #expect(abs(scale.north - 110834.117) < 1e-3)
        #expect(abs(scale.east - 97532.544) < 1e-3)
    }

    @Test func `a geodesic agrees with the reference`() throws {
        let a = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0)
        let b = GeodeticPoint(latitude: 28.91, longitude: 118.51, height: 0)
        let line = try #require(Geodesic(from: a, to: b))
        #expect(abs(line.distance - 1476.344) < 1e-3)
        #expect(abs(line.azimuth - 41.3435) < 1e-4)
        #expect(a.distance(to: a) == 0)
    }

    @Test func `a geodesic crosses 180 degrees the short way`() throws {
        let a = GeodeticPoint(latitude: 0, longitude: 179.5, height: 0)
        let b = GeodeticPoint(latitude: 0, longitude: -179.5, height: 0)
        let line = try #require(Geodesic(from: a, to: b))
        #expect(abs(line.distance - 111_319.491) < 1e-3)
        #expect(abs(line.azimuth - 90) < 1e-9)
    }

    @Test func `opposite points and points off the globe have no geodesic`() {
        let a = GeodeticPoint(latitude: 0, longitude: 0, height: 0)
        #expect(Geodesic(from: a, to: GeodeticPoint(latitude: 0, longitude: 180, height: 0)) == nil)
        #expect(Geodesic(from: a, to: GeodeticPoint(latitude: 0.3, longitude: 179.7, height: 0)) == nil)
        #expect(Geodesic(from: a, to: GeodeticPoint(latitude: .nan, longitude: 0, height: 0)) == nil)
        #expect(a.distance(to: GeodeticPoint(latitude: 91, longitude: 0, height: 0)) == .infinity)
    }

    @Test(arguments: [(3.0, -4.0), (-250.0, 900.0), (5000.0, 5000.0)])
    func `a moved point lies where it was moved to`(_ north: Double, _ east: Double) throws {
        for latitude in [-60.0, 0, 28.9, 64.5] {
            let start = GeodeticPoint(latitude: latitude, longitude: 179.999, height: 12)
            let end = start.moved(north: north, east: east)
            let back = start.displacement(to: end)
            #expect(abs(back.north - north) < 1e-4 && abs(back.east - east) < 1e-4)
            #expect(end.longitude >= -180 && end.longitude < 180)
            let truth = try #require(Geodesic(from: start, to: end))
            let distance = (north * north + east * east).squareRoot()
            #expect(abs(truth.distance - distance) < max(1e-3, distance * 1e-6), "\(latitude)")
        }
    }

    @Test(arguments: [
        (91.0, 0.0, 0.0), (0, 181, 0), (.nan, 0, 0), (0, .nan, 0), (0, 0, .nan), (0, 0, 100_001), (0, 0, -.infinity),
    ]) func `refuses what is off the globe`(_ latitude: Double, _ longitude: Double, _ height: Double) {
        #expect(!GeodeticPoint(latitude: latitude, longitude: longitude, height: height).isOnGlobe)
    }
}
