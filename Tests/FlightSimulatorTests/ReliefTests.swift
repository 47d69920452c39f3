import Geodesy
import KLV
import LocatedYAML
import Testing

@testable import FlightSimulator

@Suite struct ReliefTests {
    /// A round hill, a ridge and a hollow.
    static func hilly() throws -> Scenario {
        let text =
            ScenarioTests.smallest + """

                terrain:
                  hills:
                    - {north_m: 120, east_m: 30, height_m: 40, w_m: 90}
                    - {north_m: 0, east_m: -150, height_m: 60, w_m: 40, l_m: 500, heading_deg: 10}
                    - {north_m: -100, east_m: 100, height_m: -25, w_m: 80}
                """
        return try Scenario.parse(text: text, file: "hilly.yaml")
    }

    @Test func `a hill is as high and wide as stated`() throws {
        let site = Site(try Self.hilly())
        #expect(abs(site.rise(north: 120, east: 30) - 40) < 0.2)
        let alone = Scenario.Relief(
            hills: [.init(north: 10, east: 20, height: 30, width: 40, length: 100, heading: 90)], tileSpacing: 10)
        let surface = ReliefSurface(alone)
        for (north, east, height) in [(10.0, 20.0, 30.0), (30, 20, 15), (-10, 20, 15), (10, 70, 15), (10, -30, 15)] {
            #expect(abs(surface.height(north: north, east: east) - height) < 1e-9)
        }
        let slopes = stride(from: -60.0, to: 80, by: 0.5).map {
            abs(surface.height(north: $0 + 0.01, east: 20) - surface.height(north: $0, east: 20)) / 0.01
        }
        #expect(slopes.allSatisfy { $0 <= surface.slope } && (slopes.max() ?? 0) > 0.95 * surface.slope)
    }

    @Test func `a ray meets the ground where a slow march meets it, and jumps no ridge`() throws {
        let site = Site(try Self.hilly())
        var generator = SeededGenerator(seed: 3)
        var (met, missed) = (0, 0)
        for _ in 0..<80 {
            let eye = site.point(
                north: generator.uniform(-300, 300), east: generator.uniform(-300, 300),
                above: generator.uniform(5, 90))
            let attitude = Attitude(
                yaw: generator.uniform(0, 360), pitch: generator.uniform(-60, 3), roll: 0)
            let frame = LocalFrame(at: eye)
            let direction = frame.ecef(ned: Rotation(attitude) * Vector(1, 0, 0))
            let ray = try #require(Ray(origin: eye.ecef, direction: direction))
            let slow = Self.march(ray, site, limit: 1200)
            let found = site.distance(along: ray)
            if let slow {
                let found = try #require(found)
                #expect(abs(found - slow) < 0.02, "\(attitude)")
                met += 1
            } else {
                #expect(found == nil || found! > 1199)
                missed += 1
            }
        }
        #expect(met > 40 && missed > 2)
    }

    /// Steps of half a metre, then halving.
    private static func march(_ ray: Ray, _ site: Site, limit: Double) -> Double? {
        func clearance(_ distance: Double) -> Double { site.clearance(GeodeticPoint(ecef: ray.point(at: distance))) }
        var distance = 0.0
        while distance < limit {
            if clearance(distance + 0.5) < 0 {
                var (low, high) = (distance, distance + 0.5)
                for _ in 0..<30 {
                    let middle = (low + high) / 2
                    if clearance(middle) < 0 { high = middle } else { low = middle }
                }
                return low
            }
            distance += 0.5
        }
        return nil
    }

    @Test func `where no hill stands a ray meets the ellipsoid's surface`() throws {
        var scenario = try Self.hilly()
        scenario.relief?.hills = [.init(north: 9000, east: 0, height: 30, width: 40, length: 40, heading: 0)]
        let site = Site(scenario)
        let eye = site.point(north: 0, east: 0, above: 200)
        for pitch in [-90.0, -50, -20, -8] {
            let direction = LocalFrame(at: eye).ecef(
                ned: Rotation(Attitude(yaw: 77, pitch: pitch, roll: 0)) * Vector(1, 0, 0))
            let ray = try #require(Ray(origin: eye.ecef, direction: direction))
            let exact = try #require(ray.distance(toHeight: 92))
            #expect(abs(try #require(site.distance(along: ray)) - exact) < 0.002, "\(pitch)")
        }
    }

    @Test func `waypoints, frame centre, corners and places lie over the ground under them`() throws {
        var scenario = try Self.hilly()
        scenario.path[0].north = 100
        scenario.path[1].north = 110
        scenario.objects = try Shipped.tiny().objects
        let flight = SimulatedFlight(scenario)
        for point in scenario.path {
            #expect(abs(flight.site.clearance(flight.path.pose(at: point.time).sensor) - 60) < 0.01)
        }
        let items = Decoded.items(try #require(KLVPacket(flight.metadata(ofFrame: 20))))
        func number(_ tag: Int) throws -> Double { try #require(items.value(tag)?.number) }
        let center = GeodeticPoint(latitude: try number(23), longitude: try number(24), height: try number(78))
        #expect(abs(flight.site.clearance(center)) < 0.2)
        #expect(center.height > 100)
        #expect(abs(try number(25) - center.height) < 0.2)
        let sensor = GeodeticPoint(latitude: try number(13), longitude: try number(14), height: try number(104))
        #expect(abs((sensor.ecef - center.ecef).length - (try number(21))) < 0.3)
        for matter in flight.truth().matters { #expect(abs(flight.site.clearance(matter.point)) < 0.001) }
    }

    @Test func `what stands behind a ridge is not seen`() throws {
        var scenario = try Self.hilly()
        scenario.camera.pitch = -10
        scenario.path = [
            .init(time: 0, north: 0, east: -60, aboveGround: 20, yaw: .degrees(270)),
            .init(time: 2, north: 5, east: -60, aboveGround: 20, yaw: .degrees(270)),
        ]
        var shed = try #require(try Shipped.tiny().objects.first { $0.id == "shed" })
        (shed.north, shed.east) = (0, -230)
        shed.size = .init(width: 12, length: 12, height: 4)
        scenario.objects = [shed]
        #expect(SimulatedFlight(scenario).truth().matters[0].frames == 0)
        scenario.relief = nil
        #expect(SimulatedFlight(scenario).truth().matters[0].frames == 50)
    }

    @Test func `the elevation tile says the same ground`() throws {
        var scenario = try Self.hilly()
        scenario.relief?.tileSpacing = 4
        let simulation = Simulation(scenario)
        let tile = try #require(simulation.terrain)
        let bytes = tile.geoTIFF()
        let read = try ElevationTile(geoTIFF: "ground.tif") { offset, count in
            guard offset >= 0, count >= 0, offset <= bytes.count else { return nil }
            return Array(bytes[Int(offset)..<min(Int(offset) + count, bytes.count)])
        }
        let mosaic = TerrainMosaic(tiles: [read], datum: .ellipsoid, error: 0.3)
        let site = Site(simulation.scenario)
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<400 {
            let point = site.point(
                north: generator.uniform(-400, 400), east: generator.uniform(-400, 400), above: 0)
            let height = try #require(mosaic.height(latitude: point.latitude, longitude: point.longitude))
            // Half way between two samples on the sharpest of the ridge: 60 m / (17 m)² · (4 m)² / 8.
            #expect(abs(height - point.height) < 0.42)
        }
        #expect(mosaic.height(latitude: 28.9 + 1, longitude: 118.5) == nil)
        #expect(Simulation(try Shipped.tiny()).terrain == nil)
    }

    @Test func `a wide place has coarser samples, never a larger file`() throws {
        var scenario = try Self.hilly()
        scenario.path[1].north = 19_000
        scenario.relief?.tileSpacing = 1
        let tile = try #require(Simulation(scenario).terrain)
        #expect(tile.rows <= 2001 && tile.columns <= 2001)
        #expect(tile.geoTIFF().count < 17_000_000)
    }

    @Test(arguments: [
        ("{hills: []}", "at least one hill"),
        ("{}", "at least one hill"),
        ("{hills: [{north_m: 0, east_m: 0, height_m: 10}]}", "missing"),
        ("{hills: [{north_m: 0, east_m: 0, height_m: 10, w_m: 5}]}", "must be"),
        ("{hills: [{north_m: 0, east_m: 0, height_m: 10, w_m: 50}], tile_spacing_m: 0}", "must be"),
        ("{hills: [{north_m: 5, east_m: 0, height_m: 300, w_m: 20}]}", "nearer than 2 m"),
        ("{folder: x}", "unknown key"),
    ])
    func `complains of ground that cannot be`(terrain: String, message: String) throws {
        let text =
            ScenarioTests.smallest.replacing("speed_mps: 5, north_m: 10", with: "speed_mps: 5, north_m: 40")
            + "\nterrain: " + terrain
        let error = try #require(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "bad.yaml") }
        #expect(error.complaints.contains { $0.message.contains(message) }, "\(error)")
    }
}
