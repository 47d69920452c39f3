import Geodesy
import Inspection
import KLV
import Testing

@testable import FlightSimulator

@Suite struct SimulatedFlightTests {
    private func packets(_ flight: SimulatedFlight) throws -> [[UInt8]] {
        try (0..<flight.scenario.frameCount).map { try flight.metadata(ofFrame: $0) }
    }

    @Test func `the same seed gives the same metadata and truth, another seed other metadata`() throws {
        let scenario = try Shipped.tiny()
        let (first, second) = (SimulatedFlight(scenario), SimulatedFlight(scenario))
        #expect(try packets(first) == packets(second))
        #expect(first.truth().geoJSON() == second.truth().geoJSON())
        var other = scenario
        other.seed &+= 1
        let third = SimulatedFlight(other)
        #expect(try packets(first) != packets(third))
        #expect(try packets(third).allSatisfy { !$0.isEmpty })
    }

    @Test func `states the true pose when it has no noise, and the angles compose to the camera's`() throws {
        let flight = SimulatedFlight(try Shipped.exact("tiny"))
        for frame in stride(from: 0, to: flight.scenario.frameCount, by: 3) {
            let packet = try #require(KLVPacket(flight.metadata(ofFrame: frame)))
            #expect(packet.checksum == .ok)
            let items = Decoded.items(packet)
            func number(_ tag: Int) throws -> Double { try #require(items.value(tag)?.number) }
            let pose = flight.path.pose(at: flight.scenario.seconds(ofFrame: frame))
            let stated = GeodeticPoint(
                latitude: try number(13), longitude: try number(14), height: try number(104))
            #expect((stated.ecef - pose.sensor.ecef).length < 0.02)
            #expect(abs(try number(75) - pose.sensor.height) < 0.16)
            #expect(abs(try number(15) - (pose.sensor.height - 4.08)) < 0.16)
            #expect(try number(2) == Double(flight.scenario.start.microseconds) + Double(frame) * 100_000)
            let airframe = Rotation(Attitude(yaw: try number(5), pitch: try number(90), roll: try number(91)))
            let gimbal = Rotation(Attitude(yaw: try number(18), pitch: try number(19), roll: try number(20)))
            let composed = airframe * gimbal * Vector(1, 0, 0)
            let wanted = Rotation(pose.camera) * Vector(1, 0, 0)
            #expect((composed - wanted).length < 1e-4)
            #expect(abs(pose.airframe.pitch) > 0.1)
        }
    }

    @Test func `frame centre, corners and slant range follow from the stated pose`() throws {
        let flight = SimulatedFlight(try Shipped.tiny())
        let items = Decoded.items(try #require(KLVPacket(flight.metadata(ofFrame: 4))))
        func number(_ tag: Int) throws -> Double { try #require(items.value(tag)?.number) }
        let sensor = GeodeticPoint(latitude: try number(13), longitude: try number(14), height: try number(104))
        let airframe = Rotation(Attitude(yaw: try number(5), pitch: try number(90), roll: try number(91)))
        let gimbal = Rotation(Attitude(yaw: try number(18), pitch: try number(19), roll: try number(20)))
        let (tanX, tanY) = (tangent(degrees: try number(16) / 2), tangent(degrees: try number(17) / 2))
        let frame = LocalFrame(at: sensor)
        for (x, y, tag) in [(0.0, 0.0, 23), (-1, -1, 82), (1, -1, 84), (1, 1, 86), (-1, 1, 88)] {
            let direction = frame.ecef(ned: airframe * (gimbal * Vector(1, x * tanX, y * tanY)))
            let ray = try #require(Ray(origin: sensor.ecef, direction: direction))
            let range = try #require(ray.distance(toHeight: 92))
            let stated = GeodeticPoint(latitude: try number(tag), longitude: try number(tag + 1), height: 92)
            #expect((stated.ecef - ray.point(at: range)).length < 0.1, "item \(tag)")
            if tag == 23 { #expect(abs(try number(21) - range) < 0.02) }
        }
        #expect(abs(try number(78) - 92) < 0.16)
    }

    @Test func `the foot of a standing thing's box lies on its place, the middle of a flat one's too`() throws {
        var scenario = try Shipped.exact("town")
        scenario.objects.removeAll { $0.kind != .worker && $0.kind != .wastePile }
        let flight = SimulatedFlight(scenario)
        var checked: Set<String> = []
        for frame in stride(from: 0, to: scenario.frameCount, by: 25) {
            let (view, time) = (flight.trueView(ofFrame: frame), scenario.seconds(ofFrame: frame))
            for thing in flight.things where thing.object.kind == .worker || thing.object.kind == .wastePile {
                let placement = thing.placement(at: time, site: flight.site)
                guard let box = thing.box(in: view, placement),
                    box.shareInside(width: view.camera.width, height: view.camera.height) == 1
                else { continue }
                let isFlat = thing.object.kind == .wastePile
                let v = isFlat ? (box.top + box.bottom) / 2 : box.bottom
                let ground = try #require(view.ground(u: (box.left + box.right) / 2, v: v))
                let error = (flight.site.local(ground.point) - placement.base).length
                #expect(error < (isFlat ? 0.8 : 0.3), "\(thing.object.id) in frame \(frame)")
                checked.insert(thing.object.id)
            }
        }
        #expect(checked.isSuperset(of: ["heap-west", "heap-east", "worker-west", "worker-east", "masked-1"]))
    }

    @Test func `projecting a ground point and casting its pixel back is exact`() throws {
        let flight = SimulatedFlight(try Shipped.exact("tiny"))
        let view = flight.trueView(ofFrame: 12)
        for (u, v) in [(0.5, 0.5), (160, 90), (319.5, 12), (77, 179.5)] {
            let ground = try #require(view.ground(u: u, v: v))
            let pixel = try #require(view.project(flight.site.local(ground.point)))
            #expect(abs(pixel.u - u) < 1e-3 && abs(pixel.v - v) < 1e-3)
        }
    }

    @Test func `reports every thing in view with its own label and box, and none that is not`() throws {
        let flight = SimulatedFlight(try Shipped.exact("tiny"))
        var seen: Set<String> = []
        for frame in 0..<flight.scenario.frameCount {
            let items = Decoded.items(try #require(KLVPacket(flight.metadata(ofFrame: frame))))
            guard let vmti = items.value(74)?.items else { continue }
            #expect(frame % 2 == 0)
            let targets = vmti.value(101)?.elements ?? []
            #expect(vmti.value(6)?.count == UInt64(targets.count))
            let look = try #require(flight.sightings.looks[frame])
            #expect(look.count == targets.count)
            for (target, sighting) in zip(targets, look) {
                #expect(target.id == sighting.target)
                let label = try #require(Decoded.label(of: target, in: vmti))
                #expect(label == sighting.label)
                seen.insert(label)
                let topLeft = try #require(target.items.value(2)?.count) - 1
                let bottomRight = try #require(target.items.value(3)?.count) - 1
                #expect(abs(Double(topLeft % 320) - sighting.box.left) <= 1)
                #expect(abs(Double(topLeft / 320) - sighting.box.top) <= 1)
                #expect(abs(Double(bottomRight % 320) + 1 - sighting.box.right) <= 1)
                #expect(abs(Double(bottomRight / 320) + 1 - sighting.box.bottom) <= 1)
            }
        }
        #expect(seen == ["garbage", "illegal_building", "no_mask", "house"])
    }

    @Test func `a thing keeps its target id while it stays in view, and every look has a new one without tracks`()
        throws
    {
        var scenario = try Shipped.exact("tiny")
        let tracked = SimulatedFlight(scenario).sightings.looks.values.joined()
        for object in Set(tracked.compactMap(\.object)) {
            #expect(Set(tracked.filter { $0.object == object }.map(\.target)).count == 1)
        }
        scenario.analyser.tracks = false
        let loose = Array(SimulatedFlight(scenario).sightings.looks.values.joined())
        #expect(Set(loose.map(\.target)).count == loose.count)
    }

    @Test func `misses, wrong labels and ghosts come at their rates`() throws {
        var scenario = try Shipped.exact("town")
        scenario.duration = 30
        scenario.objects.removeAll { $0.kind == .tree }
        let all = SimulatedFlight(scenario).sightings.looks.values.joined().count
        scenario.analyser.missRate = 0.5
        scenario.analyser.falsePositivesPerMinute = 60
        let worse = SimulatedFlight(scenario).sightings.looks.values.joined()
        let real = worse.count { $0.object != nil }
        #expect(real > all * 4 / 10 && real < all * 6 / 10)
        let ghosts = Set(worse.filter { $0.object == nil }.map(\.target)).count
        #expect(ghosts > 15 && ghosts < 50)
        scenario.analyser.missRate = 1
        scenario.analyser.falsePositivesPerMinute = 0
        #expect(SimulatedFlight(scenario).sightings.looks.values.joined().isEmpty)
    }

    @Test func `a bias moves the stated position by that much, and a timing offset by the way flown`() throws {
        var scenario = try Shipped.exact("tiny")
        scenario.poseNoise.bias.height = 5
        scenario.poseNoise.bias.position = 3
        var flight = SimulatedFlight(scenario)
        let truth = flight.path.pose(at: 1)
        let moved = LocalFrame(at: truth.sensor).ned(of: flight.statedPose(ofFrame: 10).sensor)
        #expect((moved - Vector(3, 3, -5)).length < 0.001)
        scenario.poseNoise = .init()
        scenario.timingOffset = 500
        flight = SimulatedFlight(scenario)
        #expect(flight.statedPose(ofFrame: 10).sensor == flight.path.pose(at: 0.5).sensor)
    }

    @Test func `a lower metadata rate leaves frames without a packet`() throws {
        var scenario = try Shipped.exact("tiny")
        scenario.metadataRate = 2
        scenario.analyser.rate = 0
        let flight = SimulatedFlight(scenario)
        let stated = try packets(flight).indices.filter { try !flight.metadata(ofFrame: $0).isEmpty }
        #expect(stated == [0, 5, 10, 15])
        #expect(try flight.metadata(ofFrame: -1).isEmpty && flight.metadata(ofFrame: 20).isEmpty)
    }

    @Test func `heights are stated only as told`() throws {
        var scenario = try Shipped.exact("tiny")
        scenario.stated.heightAboveEllipsoid = false
        let tags = Decoded.items(try #require(KLVPacket(SimulatedFlight(scenario).metadata(ofFrame: 0)))).map(\.tag)
        #expect(tags.contains(15) && tags.contains(25))
        #expect(Set(tags).isDisjoint(with: [75, 78, 104]))
        #expect(tags.first == 2 && tags.contains(48) && tags.contains(65))
    }

    @Test func `the town shows every true matter long enough to be found`() throws {
        let flight = SimulatedFlight(try Scenario.load(Shipped.path("town")))
        let truth = flight.truth()
        #expect(truth.matters.count >= 8)
        for matter in truth.matters {
            #expect(matter.frames >= 50, "\(matter.id)")
            let reported = flight.sightings.looks.values.joined().filter { $0.object == matter.id }
            #expect(reported.count { $0.label == matter.label } >= 8, "\(matter.id)")
            let tallest = reported.map { max($0.box.width, $0.box.height) }.max() ?? 0
            #expect(tallest >= (matter.kind == .worker ? 20 : 24), "\(matter.id)")
        }
        #expect(truth.clutter.contains { $0.label == "mask" })
    }
}
