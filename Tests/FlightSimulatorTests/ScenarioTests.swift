import LocatedYAML
import Testing

@testable import FlightSimulator

@Suite struct ScenarioTests {
    static let smallest = """
        name: small
        origin: {lat: 28.9, lon: 118.5, ground_hae_m: 92}
        path:
          - {at_s: 0, north_m: 0, east_m: 0, above_ground_m: 60}
          - {speed_mps: 5, north_m: 10, east_m: 0}
        camera: {hfov_deg: 50, pitch_deg: -60}
        """

    @Test func `fills in what a scenario leaves out`() throws {
        let scenario = try Scenario.parse(text: Self.smallest, file: "small.yaml")
        #expect(scenario.video == .init(width: 1280, height: 720, rate: 25, bitrate: 4000, groupOfPictures: 50))
        #expect(scenario.duration == 2)
        #expect(scenario.frameCount == 50)
        #expect(scenario.path[1].aboveGround == 60)
        #expect(scenario.path[0].yaw == .along)
        #expect(scenario.poseNoise == .init())
        #expect(scenario.stated.heightAboveEllipsoid && scenario.stated.heightAboveGeoid)
    }

    @Test(arguments: [
        ("speed: 3", "unknown key", "speed"),
        ("seed: -1", "whole number", "seed"),
        ("seed: 1.5", "whole number", "seed"),
        ("start_utc: yesterday", "RFC 3339", "start_utc"),
        ("duration_s: 0", "must be", "duration_s"),
        ("video: {width: 321}", "even", "width"),
        ("video: {codec: vp9}", "h264", "codec"),
        ("video: [1]", "mapping", ""),
        ("stated: {hae: maybe}", "true or false", "hae"),
        ("analyser: {miss_rate: 2}", "must be", "miss_rate"),
        ("analyser: {false_labels: car}", "list", "false_labels"),
        ("pose_noise: {white: {yaw: 1}}", "unknown key", "yaw"),
        ("ground: {patches: [{kind: lava, north_m: 0, east_m: 0, w_m: 1, l_m: 1}]}", "must not be", "kind"),
        ("objects: [{id: a, kind: pile, north_m: 0, east_m: 0}]", "must not be", "kind: pile"),
        ("objects: [{id: a, kind: house}]", "missing", ""),
        ("objects: [{id: a, kind: house, north_m: 0, east_m: 0, mask: true}]", "worker only", "mask"),
        ("objects: [{id: a, kind: house, north_m: 0, east_m: 0, color: red}]", "no color", "color"),
        ("objects: [{id: a, kind: house, north_m: 0, east_m: 0, scene_type: s}]", "label", "scene_type"),
        ("objects: [{id: a, kind: tree, north_m: .nan, east_m: 0}]", "number", "north_m"),
    ])
    func `complains of what it cannot take, where it stands`(added: String, message: String, place: String) throws {
        let text = Self.smallest + "\n" + added
        let error = try #require(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "bad.yaml") }
        let complaint = try #require(error.complaints.first)
        #expect(complaint.message.contains(message), "\(error)")
        #expect(complaint.line == 7)
        if let range = added.firstRange(of: place), !place.isEmpty {
            #expect(complaint.column >= added.distance(from: added.startIndex, to: range.lowerBound) + 1)
        }
        #expect(error.description.hasPrefix("bad.yaml:7:"))
    }

    @Test func `finds every fault in one reading`() throws {
        let text = "name: x\nfoo: 1\norigin: {lat: 99, lon: 0, ground_hae_m: 0}\ncamera: {pitch_deg: 3}\npath: []"
        let error = try #require(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "x") }
        #expect(error.complaints.count >= 4)
    }

    @Test(arguments: ["", "- a\n- b", "name: [", "just text", "path: {a: &x [*x]}"])
    func `refuses what is no scenario without trapping`(text: String) {
        #expect(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "x") }
    }

    @Test func `refuses waypoints that go back in time, and ids given twice`() throws {
        let text =
            Self.smallest.replacing("speed_mps: 5", with: "at_s: 0") + """

                objects:
                  - {id: a, kind: tree, north_m: 0, east_m: 0}
                  - {id: a, kind: tree, north_m: 9, east_m: 0}
                """
        let error = try #require(throws: ScenarioError.self) { try Scenario.parse(text: text, file: "x") }
        #expect(error.complaints.map(\.line) == [5, 9], "\(error)")
    }

    @Test(arguments: ["town", "tiny", "patrol", "town-three-flights"])
    func `the shipped scenarios are in order`(name: String) throws {
        let scenario = try Scenario.load(Shipped.path(name))
        #expect(scenario.name == name)
        #expect(scenario.objects.contains { $0.isMatter })
    }

    @Test func `says which file cannot be read`() throws {
        let error = try #require(throws: ScenarioError.self) { try Scenario.load("/nowhere/none.yaml") }
        #expect(error.description.hasPrefix("/nowhere/none.yaml: "))
    }
}
