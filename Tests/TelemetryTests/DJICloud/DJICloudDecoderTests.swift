import Geodesy
import Inspection
import Testing

@testable import Telemetry

@Suite struct DJICloudDecoderTests {
    static let start: Int64 = 1_793_000_000_000_000
    static let osd = "thing/product/UAV1/osd"

    /// A decoder with what it counted.
    final class Run {
        var decoder: DJICloudDecoder
        var tallies: [String: Int] = [:]

        init(_ change: (inout DJICloudOptions) -> Void = { _ in }) {
            var options = DJICloudOptions()
            change(&options)
            decoder = DJICloudDecoder(options: options)
        }

        /// `at` is seconds of this gateway's clock.
        func pose(_ text: String, _ topic: String? = osd, at seconds: Double = 0) -> DJICloudPose? {
            return decoder.pose(
                Array(text.utf8)[...], topic: topic,
                arrival: UTCTime(microseconds: start + Int64(seconds * 1e6))
            ) { self.tallies[$0, default: 0] += 1 }
        }

        func read(_ text: String, _ topic: String? = osd, at seconds: Double = 0) -> [MetadataReading] {
            return decoder.read(
                Array(text.utf8), topic: topic, arrival: UTCTime(microseconds: start + Int64(seconds * 1e6))
            ) { self.tallies[$0, default: 0] += 1 }
        }
    }

    static let full = """
        {"tid":"t","bid":"b","timestamp":1793000000123,"gateway":"DOCK1","data":{
        "53-0-0":{"gimbal_pitch":-45.5,"gimbal_roll":0.1,"gimbal_yaw":-77.7,"measure_target_altitude":31.5,
        "measure_target_distance":84.7,"measure_target_error_state":0,"measure_target_latitude":30.1001,
        "measure_target_longitude":120.2002,"payload_index":"53-0-0","zoom_factor":5.5},
        "attitude_head":-107.7,"attitude_pitch":-4.2,"attitude_roll":-0.2,"elevation":60.5,"height":75.25,
        "latitude":30.1,"longitude":120.2,"horizontal_speed":7.5,"vertical_speed":0,"mode_code":5,
        "position_state":{"gps_number":20,"is_fixed":2,"quality":5,"rtk_number":30},
        "battery":{"capacity_percent":80,"batteries":[{"sn":"x","voltage":24000}]},
        "cameras":[{"payload_index":"53-0-0","zoom_factor":2,"liveview_world_region":{"left":0.1}}]}}
        """

    @Test func `reads the properties of an aircraft`() throws {
        let run = Run()
        let pose = try #require(run.pose(Self.full))
        let sample = pose.sample
        #expect(pose.device == "UAV1")
        #expect(pose.payload == "53-0-0")
        #expect(sample.utc == UTCTime(microseconds: 1_793_000_000_123_000))
        #expect(sample.latitude == 30.1)
        #expect(sample.longitude == 120.2)
        #expect(sample.heightHAE == 75.25)
        #expect(sample.heightMSL == nil)
        #expect(sample.heightAboveTakeoff == 60.5)
        #expect(sample.hasFix)
        #expect(sample.platform.map { abs($0.yaw - 252.3) < 1e-9 && $0.pitch == -4.2 && $0.roll == -0.2 } == true)
        guard case .earth(let gimbal) = sample.camera else {
            Issue.record("no gimbal")
            return
        }
        #expect(abs(gimbal.yaw - 282.3) < 1e-9)
        #expect(gimbal.pitch == -45.5)
        #expect(gimbal.roll == 0.1)
        #expect(sample.groundSpeed == 7.5)
        #expect(sample.slantRange == 84.7)
        #expect(sample.frameCenter?.latitude == 30.1001)
        #expect(sample.frameCenter?.longitude == 120.2002)
        #expect(sample.horizontalFieldOfView == nil)
        // The payload's own object tells more than the list of cameras.
        #expect(pose.zoom == 5.5)
        #expect(pose.statesPosition)
        #expect(pose.positionAge == nil)
        #expect(run.tallies == ["dji_messages": 1])
        let reading = try #require(run.read(Self.full).first)
        #expect(reading.stream == "UAV1")
        #expect(reading.utc == sample.utc)
        #expect(reading.sample == sample)
    }

    @Test func `takes numbers that are written as texts`() throws {
        let run = Run()
        let pose = try #require(
            run.pose(
                """
                {"timestamp":"1793000000123","gateway":"D","data":{"latitude":"-30.5","longitude":"1.2e2",
                "height":"+75.5","elevation":"","attitude_head":"n/a","attitude_pitch":"nan","attitude_roll":"0x10",
                "67-0-0":{"gimbal_yaw":"-91.40","gimbal_pitch":"-90","gimbal_roll":"0"}}}
                """))
        #expect(pose.sample.utc?.microseconds == 1_793_000_000_123_000)
        #expect(pose.sample.latitude == -30.5)
        #expect(pose.sample.longitude == 120)
        #expect(pose.sample.heightHAE == 75.5)
        #expect(pose.sample.heightAboveTakeoff == nil)
        #expect(pose.sample.platform == nil)
        #expect(pose.heading == nil)
        #expect(pose.sample.camera == .earth(.init(yaw: 360 - 91.40, pitch: -90, roll: 0)))
    }

    @Test(arguments: [
        ("0", "0", "poses_without_fix"), ("0.0", "-0.0", "poses_without_fix"),
        ("113.44", "22.9", "positions_off_globe"),
        ("-90.001", "10", "positions_off_globe"), ("10", "180.5", "positions_off_globe"),
        ("10", "null", "positions_incomplete"),
    ])
    func `marks a position that is none`(_ latitude: String, _ longitude: String, _ counter: String) throws {
        let run = Run()
        _ = run.pose(Self.full)
        let reading = try #require(
            run.read(
                """
                {"timestamp":1793000002123,"gateway":"D","data":{"latitude":\(latitude),"longitude":\(longitude),
                "height":75,"attitude_head":1,"attitude_pitch":2,"attitude_roll":3}}
                """, at: 2
            ).first)
        let sample = try #require(reading.sample)
        #expect(!sample.hasFix)
        #expect(sample.latitude == nil && sample.longitude == nil)
        #expect(sample.platform == .init(yaw: 1, pitch: 2, roll: 3))
        #expect(run.tallies[counter] == 1)
        // The fix before it is not handed on.
        let later = try #require(run.pose(#"{"gateway":"D","data":{"attitude_head":4}}"#, at: 2.1))
        #expect(!later.sample.hasFix)
    }

    @Test func `a height that cannot be is left out`() throws {
        let run = Run()
        let pose = try #require(
            run.pose(#"{"gateway":"D","data":{"latitude":1,"longitude":2,"height":9999999.9,"elevation":12}}"#))
        #expect(pose.sample.heightHAE == nil)
        #expect(pose.sample.heightAboveTakeoff == 12)
        #expect(run.tallies["implausible_heights"] == 1)
    }

    @Test(arguments: [
        ("0", "implausible_times"), ("1793000000", "implausible_times"), ("-5", "implausible_times"),
        ("4102444800000", "implausible_times"), ("\"soon\"", "messages_without_time"),
        ("null", "messages_without_time"),
    ])
    func `a time that cannot be is unknown`(_ time: String, _ counter: String) throws {
        let run = Run()
        let reading = try #require(
            run.read("{\"timestamp\":\(time),\"gateway\":\"D\",\"data\":{\"latitude\":1,\"longitude\":2}}").first)
        #expect(reading.utc == nil)
        #expect(reading.sample?.utc == nil)
        #expect(reading.sample?.hasFix == true)
        #expect(run.tallies[counter] == 1)
    }

    @Test func `merges what comes in parts, and forgets what is not repeated`() throws {
        let run = Run { $0.staleLimit = 10 }
        _ = run.pose(Self.full)
        let turned = try #require(
            run.pose(#"{"timestamp":1793000001000,"gateway":"DOCK1","data":{"53-0-0":{"gimbal_yaw":10.0}}}"#, at: 1))
        #expect(turned.sample.camera == .earth(.init(yaw: 10, pitch: -45.5, roll: 0.1)))
        #expect(turned.sample.latitude == 30.1)
        #expect(!turned.statesPosition)
        #expect(turned.positionAge == 1)
        #expect(turned.line.ndjson.contains(#""position_age_s":1"#))
        #expect(turned.zoom == 5.5)
        // Not a place where the aircraft is now: nothing for a geotag.
        #expect(run.read(#"{"timestamp":1793000002000,"data":{"attitude_head":9}}"#, at: 2).isEmpty)
        let late = try #require(run.pose(#"{"timestamp":1793000012000,"data":{"attitude_head":9}}"#, at: 12))
        #expect(!late.sample.hasFix)
        #expect(late.sample.latitude == nil && late.sample.camera == nil && late.zoom == nil)
        #expect(late.heading == 9)
        #expect(late.sample.platform == nil)
        #expect(late.line.ndjson.contains(#""aircraft":{"yaw_deg":9}"#))
    }

    @Test func `nothing of a pose gives nothing`() {
        let run = Run()
        _ = run.pose(Self.full)
        let state = #"{"timestamp":1,"gateway":"DOCK1","data":{"home_latitude":30.0,"home_longitude":120.0}}"#
        #expect(run.pose(state, "thing/product/UAV1/state") == nil)
        #expect(run.pose(#"{"gateway":"DOCK1","data":{"battery":{"capacity_percent":5}}}"#) == nil)
        #expect(run.pose(#"{"gateway":"DOCK1","method":"services"}"#, "thing/product/DOCK1/services") == nil)
        #expect(run.tallies["messages_of_other_kinds"] == 1)
    }

    // MARK: Fast telemetry

    static func push(_ time: Int64, _ more: String = "") -> String {
        """
        {"method":"osd_info_push","seq":4392,"timestamp":\(time),"data":{"attitude_head":87.0,"latitude":30.2,
        "longitude":120.3,"height":100.25,"speed_x":3.0,"speed_y":4.0,"speed_z":1.0,"gimbal_pitch":-30.1,
        "gimbal_roll":1.5,"gimbal_yaw":87.36\(more)}}
        """
    }

    @Test func `reads what a gateway passes on of its aircraft`() throws {
        let run = Run()
        _ = run.pose(Self.full)
        let pose = try #require(run.pose(Self.push(1_793_000_000_900), "thing/product/DOCK1/drc/up", at: 0.8))
        #expect(pose.device == "UAV1")
        #expect(pose.sample.latitude == 30.2)
        #expect(pose.sample.heightHAE == 100.25)
        // The take-off point is 75.25 − 60.5 above the ellipsoid.
        #expect(pose.sample.heightAboveTakeoff == 85.5)
        #expect(pose.sample.groundSpeed == 5)
        #expect(pose.sample.camera == .earth(.init(yaw: 87.36, pitch: -30.1, roll: 1.5)))
        #expect(pose.sample.platform == .init(yaw: 87, pitch: -4.2, roll: -0.2))
        #expect(pose.payload == "53-0-0")
        #expect(pose.zoom == 5.5)
        #expect(pose.statesPosition)
        // The slow message that comes next is newer of the camera's own object.
        let slow = Self.full.replacing("1793000000123", with: "1793000002123")
        #expect(run.pose(slow, at: 2)?.sample.camera.map { "\($0)" }?.contains("282.3") == true)
    }

    @Test func `an unknown aircraft behind a gateway goes by the gateway's name`() throws {
        let run = Run()
        let pose = try #require(run.pose(Self.push(1_793_000_000_900), "thing/product/DOCK1/drc/up"))
        #expect(pose.device == "DOCK1")
        #expect(pose.sample.platform == nil)
        #expect(pose.heading == 87)
        #expect(pose.sample.heightAboveTakeoff == nil)
        let chosen = Run {
            $0.device = "UAV9"
            $0.gateway = "DOCK1"
        }
        #expect(chosen.pose(Self.push(1_793_000_000_900), "thing/product/DOCK1/drc/up")?.device == "UAV9")
        #expect(chosen.pose(Self.push(1_793_000_001_000), "thing/product/DOCK2/drc/up") == nil)
        #expect(chosen.pose(Self.full) == nil)
        #expect(chosen.tallies["messages_of_others"] == 2)
    }

    @Test func `one wanted aircraft keeps its name while its serial number is learnt`() {
        let run = Run { $0.gateway = "DOCK1" }
        let up = "thing/product/DOCK1/drc/up"
        #expect(run.read(Self.push(1_793_000_000_000), up).map(\.stream) == ["DOCK1"])
        #expect(run.read(Self.full).map(\.stream) == ["DOCK1"])
        #expect(run.pose(Self.push(1_793_000_000_900), up)?.device == "UAV1")
        #expect(run.read(Self.push(1_793_000_001_000), up).map(\.stream) == ["DOCK1"])
        #expect(run.read(Self.full.replacing("DOCK1", with: "DOCK2"), "thing/product/UAV2/osd").isEmpty)
        #expect(run.tallies["messages_of_others"] == 1)
    }

    @Test func `a camera's own push turns its gimbal and zooms it`() throws {
        let run = Run()
        _ = run.pose(Self.full)
        let zoomed = """
            {"method":"drc_camera_osd_info_push","seq":1,"data":{"payload_index":"53-0-0","gimbal_yaw":20,
            "gimbal_pitch":-10,"gimbal_roll":0,"zoom_lense":{"zoom_factor":6.999994214380596,"zoom_iso":8},
            "measure_target":{"measure_target_distance":0,"measure_target_error_state":1,
            "measure_target_latitude":22.9,"measure_target_longitude":113.7}}}
            """
        let pose = try #require(run.pose(zoomed, "thing/product/DOCK1/drc/up", at: 0.5))
        #expect(pose.zoom == 6.999994214380596)
        #expect(pose.sample.camera == .earth(.init(yaw: 20, pitch: -10, roll: 0)))
        #expect(pose.sample.frameCenter == nil && pose.sample.slantRange == nil)
        #expect(!pose.statesPosition)
    }

    // MARK: Which camera, which aircraft

    static let twoCameras = """
        {"gateway":"D","data":{"latitude":1,"longitude":2,"attitude_head":0,
        "42-0-0":{"gimbal_yaw":10,"gimbal_pitch":-10,"gimbal_roll":0,"zoom_factor":2},
        "61-0-1":{"gimbal_yaw":20,"gimbal_pitch":-20,"gimbal_roll":0,"zoom_factor":3},
        "39-0-7":{"payload_index":"39-0-7"}}}
        """

    @Test func `of several cameras the chosen one counts, and none without a choice`() throws {
        let run = Run()
        let undecided = try #require(run.pose(Self.twoCameras))
        #expect(undecided.payload == nil && undecided.sample.camera == nil && undecided.zoom == nil)
        #expect(run.tallies["poses_with_several_cameras"] == 1)
        let starboard = Run { $0.payload = "61-0-1" }
        let pose = try #require(starboard.pose(Self.twoCameras))
        #expect(pose.sample.camera == .earth(.init(yaw: 20, pitch: -20, roll: 0)))
        #expect(pose.zoom == 3)
        // The fast telemetry is of the main gimbal.
        let push = starboard.pose(Self.push(1_793_000_000_900), "thing/product/D/drc/up")
        #expect(push?.sample.camera == .earth(.init(yaw: 20, pitch: -20, roll: 0)))
        let port = Run { $0.payload = "42-0-0" }
        _ = port.pose(Self.twoCameras)
        let pushed = port.pose(Self.push(1_793_000_000_900), "thing/product/D/drc/up", at: 0.1)
        #expect(pushed?.sample.camera == .earth(.init(yaw: 87.36, pitch: -30.1, roll: 1.5)))
        let onboard = Run { $0.payload = "39-0-7" }
        #expect(try #require(onboard.pose(Self.twoCameras)).sample.camera == nil)
    }

    @Test func `a dock is no aircraft`() {
        let run = Run()
        let dock = """
            {"timestamp":1793000000123,"gateway":"DOCK1","data":{"latitude":30.1,"longitude":120.2,"height":20.5,
            "drone_in_dock":1,"sub_device":{"device_sn":"UAV1"},"wind_speed":2,"mode_code":0}}
            """
        #expect(run.pose(dock, "thing/product/DOCK1/osd") == nil)
        let remote = #"{"timestamp":1793000000123,"data":{"latitude":30.1,"longitude":120.2,"height":20.5}}"#
        #expect(run.pose(remote, "thing/product/RC1/osd") == nil)
        #expect(run.tallies["messages_of_gateways"] == 2)
    }

    @Test func `keeps aircraft apart`() throws {
        let run = Run()
        let other = Self.full.replacing("30.1,", with: "31.1,").replacing("DOCK1", with: "DOCK2")
        _ = run.pose(Self.full)
        _ = run.pose(other, "thing/product/UAV2/osd")
        let first = try #require(run.pose(#"{"gateway":"DOCK1","data":{"attitude_head":1}}"#, at: 0.1))
        #expect(first.sample.latitude == 30.1)
        let pushed = run.pose(Self.push(1_793_000_000_900), "thing/product/DOCK2/drc/up")
        #expect(pushed?.device == "UAV2")
    }

    @Test func `remembers a bounded number of aircraft`() {
        let run = Run()
        for number in 0..<300 {
            let text = Self.full.replacing("DOCK1", with: "DOCK\(number)")
            #expect(run.pose(text, "thing/product/UAV\(number)/osd", at: Double(number) / 100) != nil)
        }
    }

    // MARK: Order

    @Test func `a message that was overtaken is left out, a clock that was set is followed`() {
        let run = Run()
        func text(_ time: Int64) -> String { Self.full.replacing("1793000000123", with: "\(time)") }
        #expect(run.pose(text(1_793_000_100_000)) != nil)
        #expect(run.pose(text(1_793_000_098_000)) == nil)
        #expect(run.tallies["messages_out_of_order"] == 1)
        #expect(run.pose(text(1_793_000_100_000)) != nil)
        #expect(run.pose(text(1_793_000_000_000)) != nil)
        #expect(run.tallies["clock_steps"] == 1)
        #expect(run.pose(text(1_793_000_002_000)) != nil)
    }

    @Test func `a push without time that was overtaken is left out`() {
        let run = Run()
        _ = run.pose(Self.full)
        func push(_ sequence: Int) -> DJICloudPose? {
            run.pose(
                "{\"method\":\"drc_camera_osd_info_push\",\"seq\":\(sequence),\"data\":{\"payload_index\":\"53-0-0\","
                    + "\"gimbal_yaw\":\(sequence),\"gimbal_pitch\":0}}", "thing/product/DOCK1/drc/up")
        }
        #expect(push(100) != nil)
        #expect(push(99) == nil)
        #expect(push(101) != nil)
        #expect(push(1) != nil)
        #expect(run.tallies["messages_out_of_order"] == 1)
    }

    @Test func `a recording ages by its own time`() throws {
        let run = Run { $0.isRecorded = true }
        _ = run.pose(Self.full)
        let soon = try #require(run.pose(#"{"timestamp":1793000005123,"data":{"attitude_head":9}}"#))
        #expect(soon.positionAge == 5)
        let late = try #require(run.pose(#"{"timestamp":1793000015123,"data":{"attitude_head":9}}"#))
        #expect(!late.sample.hasFix)
    }

    // MARK: Forms of the message

    @Test func `reads properties that another platform wraps once more`() throws {
        let run = Run()
        let pose = try #require(
            run.pose(
                """
                {"biz_code":"device_osd","timestamp":1793000000123,"data":{"sn":"UAV7","host":{"latitude":30.1,
                "longitude":120.2,"attitude_head":0,"99-0-0":{"gimbal_yaw":1,"gimbal_pitch":-2,"gimbal_roll":0}}}}
                """))
        #expect(pose.device == "UAV7")
        #expect(pose.payload == "99-0-0")
        #expect(pose.sample.camera == .earth(.init(yaw: 1, pitch: -2, roll: 0)))
    }

    @Test func `reads the lines of a recording`() throws {
        let line = Array((Self.osd + " " + Self.full.replacing("\n", with: "")).utf8)[...]
        let split = try #require(DJICloudDecoder.split(line: line))
        #expect(split.topic == Self.osd)
        #expect(split.message.first == 123)
        let bare = try #require(DJICloudDecoder.split(line: Array(Self.full.utf8)[...]))
        #expect(bare.topic == nil)
        let run = Run()
        #expect(run.pose(String(decoding: bare.message, as: UTF8.self), nil)?.sample.latitude == 30.1)
        for other in [
            "", "{}", "plain", #"{"frame":1,"objects":[]}"#, "other/topic " + Self.full, #"{"data":{}}"#,
            #"{"timestamp":1,"data":{"unknown":1}}"#,
        ] {
            #expect(DJICloudDecoder.split(line: Array(other.utf8)[...]) == nil, "\(other)")
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{\"data\":", "{\"data\":{\"latitude\":1e999}}", "{\"data\":{\"latitude\":NaN}}",
        "{\"timestamp\":1}x", "\u{FEFF}", "{\"data\":" + String(repeating: "[", count: 100_000),
    ])
    func `counts a damaged message`(_ text: String) {
        let run = Run()
        #expect(run.pose(text) == nil)
        #expect(run.tallies["damaged_messages"] == 1)
    }

    @Test func `never traps, whatever is cut or changed`() {
        let whole = Array(Self.full.utf8)
        let run = Run()
        for end in whole.indices { _ = run.pose(String(decoding: whole[..<end], as: UTF8.self)) }
        var seed: UInt64 = 7
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<4 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(seed >> 33) % bytes.count] = UInt8(truncatingIfNeeded: seed >> 24)
            }
            _ = run.decoder.read(bytes, topic: Self.osd, arrival: UTCTime(microseconds: .max)) { _ in }
            _ = run.decoder.read(bytes, topic: Self.osd, arrival: UTCTime(microseconds: .min)) { _ in }
            _ = DJICloudDecoder.split(line: bytes[...])
        }
        for topic in [
            "", "/", "thing/product//osd", "thing/product/x", "x/thing/product/UAV1/osd", "thing/product/UAV1/osd/y",
        ] {
            _ = run.pose(Self.full, topic)
        }
    }

    @Test func `prints a pose as one line`() throws {
        let run = Run()
        let line = try #require(run.pose(Self.full)).line.ndjson
        #expect(
            line == """
                {"kind":"telemetry","dialect":"dji-osd","stream":"UAV1","utc":"2026-10-26T07:33:20.123000Z","lat":30.1,\
                "lon":120.2,"heights":{"hae_m":75.25,"above_takeoff_m":60.5},"aircraft":{"yaw_deg":252.3,\
                "pitch_deg":-4.2,"roll_deg":-0.2},"gimbal":{"yaw_deg":282.3,"pitch_deg":-45.5,"roll_deg":0.1,\
                "frame":"earth"},"camera":{"zoom":5.5},"speed_mps":7.5,"slant_range_m":84.7,\
                "frame_center":{"lat":30.1001,"lon":120.2002},"fix":true}
                """)
    }
}
