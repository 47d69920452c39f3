import Foundation
import Geodesy
import Inspection
import Testing

@testable import Geotagging

@Suite struct FootprintTests {
    private static let ground = 200.0

    private static func placement(_ change: (inout RayPlacement.Options) -> Void = { _ in }) -> RayPlacement {
        var options = RayPlacement.Options()
        options.groundHeight = ground
        change(&options)
        return RayPlacement(options: options)
    }

    /// `above` metres over the ground, 60° wide, square pixels.
    private static func frame(
        pitch: Double, above: Double = 120, yaw: Double = 45, roll: Double = 0, latitude: Double = 28.9,
        longitude: Double = 118.5
    ) -> FrameMetadata {
        var sample = FrameBuilder.sample()
        sample.latitude = latitude
        sample.longitude = longitude
        sample.heightHAE = ground + above
        sample.camera = .earth(Attitude(yaw: yaw, pitch: pitch, roll: roll))
        sample.horizontalFieldOfView = 60
        sample.verticalFieldOfView = nil
        return FrameBuilder.frame(sample)
    }

    /// A number at the height, worked out by plane geometry.
    private static let half = 120 * tan(30 * Double.pi / 180)

    @Test func `a camera that looks straight down sees a rectangle, each pixel as much ground`() throws {
        let footprint = try Self.placement().footprint(of: Self.frame(pitch: -90), gsd: 1).get()
        let size = 2 * Self.half
        #expect(!footprint.isCut)
        #expect(footprint.rings.count == 1)
        #expect(footprint.method == .rayEllipsoid)
        #expect(abs(footprint.area / (size * size * 1080 / 1920) - 1) < 0.001)
        for corner in footprint.corners {
            let corner = try #require(corner)
            #expect(abs(corner.gsd / (size / 1920) - 1) < 0.001, "\(corner.gsd)")
            // Half the diagonal, seen from 120 m.
            let aside = Self.half * (1 + (1080.0 / 1920) * (1080.0 / 1920)).squareRoot()
            #expect(abs(corner.obliquity - atan2(aside, 120) * 180 / .pi) < 0.05)
        }
        #expect(abs(try #require(footprint.center).obliquity) < 1e-6)
        #expect(abs(try #require(footprint.center).range - 120) < 0.01)
    }

    @Test func `aslant a pixel's longest side counts`() throws {
        let footprint = try Self.placement().footprint(of: Self.frame(pitch: -30), gsd: 5).get()
        let center = try #require(footprint.center)
        // 240 m away, its pixels drawn out by 1 / sin 30°.
        let across = 240 / (960 / tan(30 * Double.pi / 180))
        #expect(abs(center.gsd / (across * 2) - 1) < 0.002, "\(center.gsd)")
        #expect(abs(center.obliquity - 60) < 0.01)
        #expect(abs(center.range - 240) < 0.1)
    }

    /// What one pixel sees by two neighbouring rays, on each side of it.
    @Test(arguments: [(-90.0, 0.0), (-60, 10), (-35, -5), (-20, 0)])
    func `the sampling distance is that of neighbouring rays`(pitch: Double, roll: Double) throws {
        let frame = Self.frame(pitch: pitch, roll: roll)
        let placement = Self.placement()
        let footprint = try placement.footprint(of: frame, gsd: 1e6).get()
        func point(_ u: Double, _ v: Double) throws -> GeodeticPoint {
            try placement.place(FrameBuilder.object(u: u, v: v, size: 0), footing: .flat, in: frame).get().point
        }
        let center = try #require(footprint.center)
        let right = try point(959.5, 540).displacement(to: point(960.5, 540))
        let down = try point(960, 539.5).displacement(to: point(960, 540.5))
        let (rightward, downward) = (hypot(right.north, right.east), hypot(down.north, down.east))
        #expect(center.gsd >= max(rightward, downward) * 0.999)
        #expect(center.gsd <= hypot(rightward, downward) * 1.001)
        if roll == 0 { #expect(abs(center.gsd / max(rightward, downward) - 1) < 0.002) }
    }

    @Test(arguments: [0.15, 0.2, 0.3, 0.5, 1.0])
    func `it ends where pixels become too coarse`(limit: Double) throws {
        let placement = Self.placement()
        let frame = Self.frame(pitch: -25)
        let whole = try placement.footprint(of: frame, gsd: 1e6).get()
        let footprint = try placement.footprint(of: frame, gsd: limit).get()
        #expect(footprint.isCut)
        #expect(footprint.area < whole.area)
        // Held against many pixels of the picture, each looked at by itself.
        let shape = try #require(GroundShape(areas: [[footprint.rings[0]]]))
        let projector = try Self.projector(frame)
        var wrong = 0
        for row in 0..<54 {
            for column in 0..<96 {
                let pixel = Pixel(u: Double(column) * 20 + 10, v: Double(row) * 20 + 10)
                let look = projector.look(pixel, terrain: nil, groundHeight: Self.ground, limit: 15_000)
                guard let look else { continue }
                let isSeen = look.gsd <= limit && look.obliquity <= 87
                if isSeen != shape.contains(look.point), abs(look.gsd / limit - 1) > 0.02 { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    private static func projector(_ frame: FrameMetadata) throws -> Projector {
        let sighting = try placement().sighting(of: frame).get()
        return Projector(
            sensor: sighting.sensor, rotation: try #require(sighting.rotation), camera: try #require(sighting.camera))
    }

    @Test func `what lies above the horizon is cut away, not the picture`() throws {
        let footprint = try Self.placement().footprint(of: Self.frame(pitch: -5), gsd: 1).get()
        #expect(footprint.isCut)
        #expect(footprint.corners[0] == nil)
        #expect(footprint.corners[2] != nil)
        #expect(footprint.area > 1000)
        for point in footprint.rings[0] { #expect(point.isOnGlobe) }
    }

    @Test func `nothing seen so finely is refused`() {
        let placement = Self.placement()
        #expect(placement.footprint(of: Self.frame(pitch: -60), gsd: 0.01).refusal == .tooOblique)
        #expect(placement.footprint(of: Self.frame(pitch: 40), gsd: 1).refusal == .tooOblique)
        #expect(placement.footprint(of: Self.frame(pitch: -90, above: -5), gsd: 1).refusal == .belowGround)
        #expect(placement.footprint(of: FrameBuilder.frame(nil), gsd: 1).refusal == .noPose)
        let stale = FrameBuilder.frame(FrameBuilder.sample(), poseAge: 3)
        #expect(placement.footprint(of: stale, gsd: 1).refusal == .stalePose)
        var blind = Self.frame(pitch: -60)
        blind.telemetry?.horizontalFieldOfView = nil
        #expect(placement.footprint(of: blind, gsd: 1).refusal == .noFieldOfView)
    }

    @Test func `stated corners stand in where there is no ray`() throws {
        var frame = Self.frame(pitch: -60)
        let own = try Self.placement().footprint(of: frame, gsd: 1).get()
        frame.telemetry?.corners = try own.corners.map { look in
            let point = try #require(look).point
            return .init(latitude: point.latitude, longitude: point.longitude, heightMSL: nil, heightHAE: Self.ground)
        }
        frame.telemetry?.horizontalFieldOfView = nil
        let stated = try Self.placement().footprint(of: frame, gsd: 1).get()
        #expect(stated.method == .statedCorners)
        #expect(abs(stated.area / own.area - 1) < 0.001)
        let (a, b) = (try #require(stated.center), try #require(own.center))
        #expect(abs(a.gsd / b.gsd - 1) < 0.01)
        #expect(abs(a.obliquity - b.obliquity) < 0.1)
        let cut = try Self.placement().footprint(of: frame, gsd: b.gsd).get()
        #expect(cut.isCut)
        #expect(cut.area < stated.area)
    }

    @Test(arguments: [(60.0, 179.9995), (0, -179.9996), (-75, 180), (84, 10)])
    func `it is as large anywhere on earth`(latitude: Double, longitude: Double) throws {
        let here = try Self.placement().footprint(of: Self.frame(pitch: -50), gsd: 1).get()
        let frame = Self.frame(pitch: -50, latitude: latitude, longitude: longitude)
        let there = try Self.placement().footprint(of: frame, gsd: 1).get()
        #expect(abs(there.area / here.area - 1) < 0.002)
        var coverage = try #require(Coverage(for: there.rings[0]))
        let gained = coverage.add(there.rings[0])
        #expect(abs((gained ?? 0) / there.area - 1) < 0.01)
    }

    @Test func `over level terrain it is what it is over level ground`() throws {
        let terrain = WallTerrain(base: Self.ground, wall: nil)
        let over = try Self.placement { $0.terrain = terrain }.footprint(of: Self.frame(pitch: -40), gsd: 1).get()
        let level = try Self.placement().footprint(of: Self.frame(pitch: -40), gsd: 1).get()
        #expect(over.method == .rayTerrain)
        #expect(abs(over.area / level.area - 1) < 0.005)
        #expect(over.rings.count == 1 && !over.isCut)
    }

    @Test func `ground behind a ridge is not seen`() throws {
        // 60 m high, across the line of sight 150 m ahead of a camera 120 m up: hidden up to 300 m.
        let wall = WallTerrain(base: Self.ground, wall: (north: 150, height: 60))
        let frame = Self.frame(pitch: -30, yaw: 0)
        let over = try Self.placement { $0.terrain = wall }.footprint(of: frame, gsd: 2).get()
        #expect(over.isCut)
        let sensor = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0)
        func sees(_ north: Double) -> Bool {
            let point = sensor.moved(north: north, east: 0)
            return over.rings.contains { GroundShape(areas: [[$0]])?.contains(point) ?? false }
        }
        #expect(sees(140))
        #expect(!sees(200) && !sees(250) && !sees(280))
        #expect(sees(330) && sees(400))
    }

    @Test func `one frame a second is wanted, more when the picture moves, none when it stands`() throws {
        var pace = FootprintPace()
        var wanted = 0
        func frame(_ seconds: Double, north: Double, yaw: Double = 0) -> FrameMetadata {
            let place = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0).moved(north: north, east: 0)
            var frame = Self.frame(pitch: -90, yaw: yaw, latitude: place.latitude)
            frame.frame.time = .seconds(seconds)
            return frame
        }
        func run(_ speed: Double, _ turn: Double) throws -> Int {
            pace.restart()
            wanted = 0
            for index in 0..<300 {
                let seconds = Double(index) / 30
                let next = frame(seconds, north: seconds * speed, yaw: 1 + seconds * turn)
                guard pace.wantsFootprint(next) else { continue }
                wanted += 1
                pace.took(try Self.placement().footprint(of: next, gsd: 1).get())
            }
            return wanted
        }
        #expect(try run(10, 0) == 10)
        #expect(try run(0, 0) == 1)
        #expect((15...40).contains(try run(60, 0)))
        #expect((20...40).contains(try run(0, 30)))
    }
}

extension Result where Failure == PlacementRefusal {
    fileprivate var refusal: PlacementRefusal? {
        guard case .failure(let refusal) = self else { return nil }
        return refusal
    }
}

/// Level ground with a wall of no thickness from west to east, metres north of 28.9° N.
struct WallTerrain: Terrain {
    var base: Double
    var wall: (north: Double, height: Double)?
    let error = 1.0
    let words = "wall"

    func height(latitude: Double, longitude: Double) -> Double? { base }

    func intersect(_ ray: Ray, limit: Double) -> TerrainMeeting {
        guard let distance = ray.distance(toHeight: base), distance <= limit else { return .miss }
        let end = GeodeticPoint(ecef: ray.point(at: distance))
        if let wall {
            let start = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: base)
            let north = start.displacement(to: end).north
            if north > wall.north {
                let middle = GeodeticPoint(ecef: ray.point(at: distance * wall.north / north))
                if middle.height < base + wall.height {
                    return .ground(distance: distance * wall.north / north, point: middle)
                }
            }
        }
        return .ground(distance: distance, point: end)
    }
}
