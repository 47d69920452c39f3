import Foundation
import GStreamer
import Geodesy
import Inspection
import KLV
import LocatedYAML
import Testing

@testable import FlightSimulator

@Suite struct SeveralFlightsTests {
    static let three = """
        name: weeks
        seed: 5
        start_utc: 2026-09-01T01:00:00Z
        video: {width: 320, height: 180, fps: 5, bitrate_kbps: 400}
        origin: {lat: 28.9, lon: 118.5, ground_hae_m: 92}
        path:
          - {at_s: 0, north_m: -40, east_m: 0, above_ground_m: 60}
          - {at_s: 2, north_m: -30, east_m: 0}
        camera: {hfov_deg: 50, pitch_deg: -60}
        pose_noise: {white: {yaw_deg: 0.1}, bias_sigma: {position_m: 1, yaw_deg: 0.5}}
        objects:
          - {id: a, kind: waste_pile, label: garbage, scene_type: waste.exposed, north_m: 0, east_m: 0}
          - {id: b, kind: waste_pile, label: garbage, scene_type: waste.exposed, north_m: 5, east_m: 12}
          - {id: h, kind: house, label: house, north_m: 8, east_m: -14}
        flights:
          - {name: first}
          - remove: [a, h]
            add: [{id: c, kind: illegal_structure, label: illegal_building, scene_type: structure.illegal, north_m: -2, east_m: 4}]
          - {start_utc: 2026-10-01T01:00:00Z, seed: 9, timing_offset_ms: 300, remove: [c], pose_noise: {bias: {height_m: 2}}}
        """

    static func flights() throws -> [SimulatedFlight] {
        Simulation(try Scenario.parse(text: three, file: "three.yaml")).flights
    }

    @Test func `a flight finds what the one before left, without what went and with what came`() throws {
        let flights = try Self.flights()
        let states = flights.map { flight in
            Dictionary(uniqueKeysWithValues: flight.truth().matters.map { ($0.id, $0.state) })
        }
        #expect(
            states == [
                ["a": .present, "b": .present], ["a": .removed, "b": .present, "c": .new],
                ["a": .removed, "b": .present, "c": .removed],
            ])
        #expect(flights[2].truth().matters.map(\.since) == [1, 1, 2])
        #expect(flights[2].truth().matters.map(\.until) == [2, nil, 3])
        #expect(flights[1].truth().clutter.map(\.state) == [.removed])
        #expect(flights.map(\.scenario.name) == ["first", "weeks-2", "weeks-3"])
        #expect(
            flights.map(\.scenario.start.rfc3339).map { $0.prefix(10) } == ["2026-09-01", "2026-09-08", "2026-10-01"])
        #expect(flights.map(\.scenario.timingOffset) == [0, 0, 300])
    }

    @Test func `what is gone is not reported, and the truth says that its place was seen`() throws {
        let flights = try Self.flights()
        let reported = flights.map { Set($0.sightings.looks.values.joined().compactMap(\.object)) }
        #expect(reported == [["a", "b", "h"], ["b", "c"], ["b"]])
        for flight in flights {
            for matter in flight.truth().matters { #expect(matter.frames > 0 && matter.passes == 1, "\(matter.id)") }
        }
        var away = try Scenario.parse(text: Self.three, file: "three.yaml")
        away.objects[0].east = 900
        let first = SimulatedFlight(away.flown[0]).truth()
        #expect(first.matters[0].frames == 0 && first.matters[0].passes == 0)
        #expect(
            String(decoding: first.geoJSON(), as: UTF8.self).contains(#""seen":false,"passes":0,"state":"present""#))
    }

    @Test func `what stays keeps its shape, though others go`() throws {
        let flights = try Self.flights()
        func extent(_ id: String, _ flight: Int) -> [Vector]? {
            flights[flight].things.first { $0.object.id == id }?.extent
        }
        #expect(extent("b", 0) == extent("b", 2))
        #expect(extent("c", 1) != nil && extent("c", 1) == extent("c", 2))
        let drawn = flights[1].renderer().things.map(\.object.id)
        #expect(drawn == ["b", "c"])
    }

    @Test func `each flight draws its own offset and noise, and the same again`() throws {
        let (flights, again) = (try Self.flights(), try Self.flights())
        #expect(Set(flights.map(\.error.offset.north)).count == 3)
        #expect(flights.map(\.error.offset) == again.map(\.error.offset))
        #expect(flights[0].error.offset.north != flights[0].error.offset.east)
        #expect(flights[2].error.offset == StatedPose.Offset(north: 0, east: 0, up: 2, yaw: 0, pitch: 0, roll: 0))
        let packets = try flights.map { try $0.metadata(ofFrame: 3) }
        #expect(Set(packets).count == 3)
        #expect(try packets == again.map { try $0.metadata(ofFrame: 3) })
        #expect(SimulatedFlight(try Shipped.tiny()).error.offset.yaw == 0)
    }

    @Test func `offsets have the sigma that is stated`() {
        var noise = Scenario.PoseNoise()
        noise.biasDeviation.yaw = 0.5
        noise.bias.yaw = 3
        let drawn = (0..<2000).map { StatedPose(noise: noise, seed: UInt64($0)).offset.yaw }
        let mean = drawn.reduce(0, +) / 2000
        let deviation = (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
        #expect(abs(mean - 3) < 0.05 && abs(deviation - 0.5) < 0.05)
    }

    @Test(arguments: [
        ("{name: x, speed: 3}", "unknown key"),
        ("{remove: [z]}", "does not lie there"),
        ("{add: [{id: a, kind: tree, north_m: 0, east_m: 0}]}", "is taken"),
        ("{start_utc: 2026-09-01T01:00:01Z}", "after the flight before"),
        ("{start_utc: soon}", "RFC 3339"),
        ("{path: []}", "at least one waypoint"),
        ("{path: [{at_s: 0, north_m: 0, east_m: 0, above_ground_m: 40}]}", "must last"),
        ("{seed: -1}", "whole number"),
        ("{timing_offset_ms: 6000}", "must be"),
        ("{pose_noise: {bias_sigma: {yaw: 1}}}", "unknown key"),
        ("{remove: [a, a]}", "does not lie there"),
    ])
    func `complains of a flight that cannot be`(flight: String, message: String) throws {
        let lines = Self.three.split(separator: "\n", omittingEmptySubsequences: false).prefix(15)
        let text = lines.joined(separator: "\n") + "\n  - {name: first}\n  - \(flight)\n"
        let error = try #require(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "bad.yaml") }
        #expect(error.complaints.contains { $0.message.contains(message) && $0.line == 17 }, "\(error)")
    }

    @Test func `refuses a list without flights`() {
        let text = ScenarioTests.smallest + "\nflights: []"
        #expect(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "x") }
    }

    @Test func `late metadata say an earlier pose; pictures and boxes stay`() throws {
        var scenario = try Shipped.exact("tiny")
        let prompt = SimulatedFlight(scenario)
        scenario.timingOffset = 500
        let late = SimulatedFlight(scenario)
        #expect(late.sightings.looks == prompt.sightings.looks)
        #expect(late.trueView(ofFrame: 9).center == prompt.trueView(ofFrame: 9).center)
        func number(_ flight: SimulatedFlight, _ frame: Int, _ tag: Int) throws -> Double {
            let packet = try #require(KLVPacket(flight.metadata(ofFrame: frame)))
            return try #require(Decoded.items(packet).value(tag)?.number)
        }
        for frame in [5, 12, 19] {
            for tag in [5, 13, 14, 19, 23, 24, 104] {
                #expect(try number(late, frame, tag) == number(prompt, frame - 5, tag), "item \(tag)")
            }
            #expect(try number(late, frame, 2) == number(prompt, frame, 2))
            // Seven metres a second.
            let lag = try (number(prompt, frame, 13) - number(late, frame, 13)) * 110_800
            #expect(abs(lag - 3.5) < 0.05)
        }
    }

    @Test func `writes each flight under its number, and a still picture changes no packet`() throws {
        guard StreamWriter.Encoder.allCases.contains(where: { Library.has($0.rawValue) }) else {
            print("skipped: no H.264 encoder is installed (gstreamer1.0-plugins-ugly)")
            return
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "flights-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: directory) }
        let simulation = Simulation(try Scenario.parse(text: Self.three, file: "three.yaml"))
        var parts: [Double] = []
        let summaries = try simulation.write(to: directory.path, pictures: .still) { parts.append($0) }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(
            names == (1...3).map { "flight-\($0).ts" } + (1...3).map { "scenario-\($0).json" }
                + (1...3).map { "truth-\($0).geojson" })
        #expect(parts == parts.sorted() && parts.last == 1)
        #expect(summaries.map(\.matters) == [2, 3, 3])
        let stream = try Demuxed(summaries[1].video)
        #expect(stream.packets.map(\.bytes) == (try (0..<10).map { try simulation.flights[1].metadata(ofFrame: $0) }))
        #expect(stream.pictures.count == 10 && stream.packets.map(\.time) == stream.pictures)
    }

    @Test func `the three flights show every place from lanes flown north and south`() throws {
        var scenario = try Scenario.load(Shipped.path("town-three-flights"))
        scenario.objects.removeAll { !$0.isMatter }
        scenario.video.rate = 1
        let flights = Simulation(scenario).flights
        #expect(flights.map { $0.truth().matters.count { $0.state != .removed } } == [35, 33, 30])
        #expect(flights.map { $0.truth().matters.count { $0.state == .new } } == [0, 3, 2])
        #expect(flights.map { $0.truth().matters.count } == [35, 38, 40])
        for flight in flights {
            #expect(flight.scenario.duration < 250)
            #expect(flight.truth().matters.allSatisfy { $0.frames > 0 })
            for matter in flight.truth().matters where matter.state != .removed {
                let headings = flight.sightings.looks.filter { $0.value.contains { $0.object == matter.id } }
                    .map { cosine(degrees: flight.path.pose(at: flight.scenario.seconds(ofFrame: $0.key)).camera.yaw) }
                #expect(headings.contains { $0 > 0.99 } && headings.contains { $0 < -0.99 }, "\(matter.id)")
            }
        }
        let places = try #require(flights.last).truth().matters
        let frame = LocalFrame(at: places[0].point)
        let pairs = places.indices.flatMap { a in
            places.indices.filter { b in
                b > a && places[a].sceneType == places[b].sceneType
                    && (frame.ned(of: places[a].point) - frame.ned(of: places[b].point)).length < 16
            }
        }
        #expect(pairs.count == 5)
    }
}
