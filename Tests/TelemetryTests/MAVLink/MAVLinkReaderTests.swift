import Geodesy
import Inspection
import Testing

@testable import Telemetry

@Suite struct MAVLinkReaderTests {
    /// Degrees; the messages carry single precision.
    static let near = 1e-4

    static func read(
        _ bytes: [UInt8], options: MAVLinkOptions = MAVLinkOptions(), arrival: UTCTime? = nil,
        _ tally: (String) -> Void = { _ in }
    ) -> [MetadataReading] {
        var reader = MAVLinkReader(options: options)
        return reader.read(bytes, arrival: arrival, tally: tally) + reader.finish(tally: tally)
    }

    static func expect(_ found: Attitude?, _ yaw: Double, _ pitch: Double, _ roll: Double) {
        guard let found else {
            Issue.record("no attitude")
            return
        }
        let turn = (found.yaw - yaw).remainder(dividingBy: 360)
        #expect(abs(turn) < near && abs(found.pitch - pitch) < near && abs(found.roll - roll) < near, "\(found)")
    }

    static func earth(_ reading: MetadataReading?) -> Attitude? {
        if case .earth(let attitude) = reading?.sample?.camera { attitude } else { nil }
    }

    /// w, x, y, z of Z-Y-X angles in degrees, by the half-angle formulas.
    static func quaternion(_ yaw: Double, _ pitch: Double, _ roll: Double) -> MAVLinkBuilder.Value {
        func half(_ degrees: Double) -> (c: Double, s: Double) {
            (cosine(degrees * .pi / 360), sine(degrees * .pi / 360))
        }
        let (y, p, r) = (half(yaw), half(pitch), half(roll))
        return .numbers([
            r.c * p.c * y.c + r.s * p.s * y.s, r.s * p.c * y.c - r.c * p.s * y.s,
            r.c * p.s * y.c + r.s * p.c * y.s, r.c * p.c * y.s - r.s * p.s * y.c,
        ])
    }

    private static func sine(_ x: Double) -> Double {
        var (term, sum) = (x, x)
        for n in 1..<20 {
            term *= -x * x / Double(2 * n * (2 * n + 1))
            sum += term
        }
        return sum
    }

    private static func cosine(_ x: Double) -> Double { sine(x + .pi / 2) }

    @Test func `a position comes with heights, speed, attitude and the vehicle's own time`() throws {
        var builder = MAVLinkBuilder()
        var bytes = try builder.heartbeat()
        bytes += try builder.frame(
            2, ["time_unix_usec": .number(1_748_743_200_000_000), "time_boot_ms": .number(100_000)])
        bytes += try builder.attitude(boot: 100_100, yaw: -90, pitch: 5, roll: -3)
        bytes += try builder.position(boot: 100_250)
        let readings = Self.read(bytes)
        let sample = try #require(readings.first?.sample)
        #expect(readings.count == 1 && readings[0].stream == "1")
        #expect(readings[0].utc?.rfc3339 == "2025-06-01T02:00:00.250000Z")
        #expect(sample.latitude == 28.9 && sample.longitude == 118.5 && sample.hasFix)
        #expect(sample.heightMSL == 320.5 && sample.heightAboveTakeoff == 120.25 && sample.heightHAE == nil)
        #expect(sample.groundSpeed == 5)
        Self.expect(sample.platform, 270, 5, -3)
        #expect(sample.camera == nil)
    }

    @Test(arguments: [
        (0.0, 0.0, false), (91, 10, false), (10, 181, false), (0, 118.5, true), (28.9, 0, true), (-90, -180, true),
    ]) func `0,0 and what lies off the globe is no fix`(latitude: Double, longitude: Double, isFix: Bool) throws {
        var builder = MAVLinkBuilder()
        let reading = Self.read(try builder.position(boot: 1, latitude: latitude, longitude: longitude)).first
        #expect(reading?.sample?.hasFix == isFix)
        #expect((reading?.sample?.latitude != nil) == isFix)
        #expect((reading?.sample?.heightMSL != nil) == isFix)
    }

    @Test func `a receiver without a fix takes the fix from the position, until one has it`() throws {
        var builder = MAVLinkBuilder()
        for (first, second, isFix) in [(1.0, nil, false), (3, nil, true), (1, 3.0, true), (0, 1, false)] {
            var bytes = try builder.receiver(fix: first)
            if let second { bytes += try builder.receiver(id: 124, fix: second) }
            bytes += try builder.position(boot: 5)
            #expect(Self.read(bytes).first?.sample?.hasFix == isFix, "\(first) \(second as Double?)")
        }
    }

    @Test func `the receiver's two heights tell the height above the ellipsoid`() throws {
        for (ellipsoidal, height) in [(330_700.0, 330.7), (0, nil), (320_500, nil), (900_000, nil)] {
            var builder = MAVLinkBuilder()
            let bytes = try builder.receiver(ellipsoidal: ellipsoidal) + builder.position(boot: 5)
            #expect(Self.read(bytes).first?.sample?.heightHAE == height, "\(ellipsoidal)")
        }
    }

    @Test func `the receiver speaks where no fused positions come`() throws {
        var builder = MAVLinkBuilder()
        let one =
            try builder.frame(
                242, ["latitude": .number(289_000_000), "longitude": .number(1), "altitude": .number(200_500)])
            + builder.receiver(ellipsoidal: 330_700, time: 1_748_743_200_000_000)
        let alone = Self.read(one)
        #expect(alone.count == 1)
        #expect(alone[0].utc?.microseconds == 1_748_743_200_000_000)
        #expect(alone[0].sample?.heightMSL == 320.5 && alone[0].sample?.heightHAE == 330.7)
        #expect(alone[0].sample?.heightAboveTakeoff == 120 && alone[0].sample?.groundSpeed == 5)
        let mixed = try (0..<5).flatMap {
            try builder.receiver() + builder.position(boot: Double($0)) + builder.receiver()
        }
        #expect(Self.read(mixed).count == 5)
        var reader = MAVLinkReader()
        var counts: [Int] = []
        for _ in 0..<14 { counts.append(reader.read(try builder.receiver()) { _ in }.count) }
        #expect(counts == Array(repeating: 0, count: 10) + [11, 1, 1, 1])
        #expect(reader.read(try builder.position(boot: 1)) { _ in }.count == 1)
        #expect(reader.read(try builder.receiver()) { _ in }.isEmpty)
    }

    @Test func `a position of the receiver counts only when it is given`() throws {
        var builder = MAVLinkBuilder()
        var counts: [String: Int] = [:]
        let mixed = try (0..<5).flatMap { try builder.receiver(fix: 1) + builder.position(boot: Double($0)) }
        let readings = Self.read(mixed) { counts[$0, default: 0] += 1 }
        #expect(readings.count == 5)
        #expect(counts["poses_without_fix"] == 5 && counts["poses_without_time"] == 5)
        counts = [:]
        let alone = Self.read(try builder.receiver(fix: 1)) { counts[$0, default: 0] += 1 }
        #expect(alone.count == 1)
        #expect(counts["poses_without_fix"] == 1 && counts["poses_without_time"] == 1)
    }

    @Test(arguments: [(0.0, false, false), (1, false, false), (2, true, false), (3, true, true), (6, true, true)])
    func `a receiver's fix decides what it gives`(fix: Double, isFix: Bool, isHigh: Bool) throws {
        var builder = MAVLinkBuilder()
        let sample = Self.read(try builder.receiver(fix: fix)).first?.sample
        #expect(sample?.hasFix == isFix)
        #expect((sample?.heightMSL != nil) == isHigh)
    }

    @Test(arguments: [
        // flags, delta_yaw, yaw of the camera from north for a yaw of 20 in the message and a heading of 100
        (64.0, Double.nan, 20.0), (16, .nan, 20), (32, .nan, 120), (0, .nan, 120), (48, .nan, 120), (32, 90, 110),
        (44, -30, -10),
    ]) func `the yaw of a gimbal is from north or from the heading, as its flags say`(
        flags: Double, turn: Double, yaw: Double
    ) throws {
        var builder = MAVLinkBuilder()
        var gimbal = MAVLinkBuilder()
        gimbal.component = 154
        let bytes =
            try builder.attitude(boot: 10, yaw: 100, pitch: 7, roll: -8)
            + gimbal.frame(
                285,
                [
                    "time_boot_ms": .number(77), "q": Self.quaternion(20, -50, 4), "flags": .number(flags),
                    "delta_yaw": .number(turn * .pi / 180),
                ]) + builder.position(boot: 20)
        Self.expect(Self.earth(Self.read(bytes).first), yaw, -50, 4)
    }

    @Test func `a yaw from the heading gives no attitude while the heading is unknown`() throws {
        var builder = MAVLinkBuilder()
        let gimbal = try builder.frame(285, ["q": Self.quaternion(20, -50, 4), "flags": .number(32)])
        #expect(Self.read(try gimbal + builder.position(boot: 20)).first?.sample?.camera == nil)
        let known = Self.read(try gimbal + builder.position(boot: 20, heading: 10_000)).first
        Self.expect(Self.earth(known), 120, -50, 4)
    }

    @Test func `a quaternion of zeros or without numbers is no attitude`() throws {
        for q in [[0.0, 0, 0, 0], [.nan, 0, 0, 0], [1, .infinity, 0, 0]] {
            var builder = MAVLinkBuilder()
            let bytes =
                try builder.frame(285, ["q": .numbers(q), "flags": .number(64)])
                + builder.frame(
                    31, ["q1": .number(q[0]), "q2": .number(q[1]), "q3": .number(q[2]), "q4": .number(q[3])])
                + builder.position(boot: 20)
            var refused = 0
            let sample = Self.read(bytes) { if $0 == "implausible_angles" { refused += 1 } }.first?.sample
            #expect(sample?.camera == nil && sample?.platform == nil)
            #expect(refused == 1)
        }
    }

    @Test(arguments: [Double.nan, .infinity, 100])
    func `an attitude that is none is counted, and leaves the one before`(roll: Double) throws {
        var builder = MAVLinkBuilder()
        let bytes =
            try builder.frame(30, ["yaw": .number(1), "pitch": .number(0), "roll": .number(0)])
            + builder.frame(30, ["yaw": .number(2), "pitch": .number(0), "roll": .number(roll)])
            + builder.position(boot: 20)
        var names: [String] = []
        let sample = Self.read(bytes) { names.append($0) }.first?.sample
        Self.expect(sample?.platform, 180 / .pi, 0, 0)
        #expect(names.count { $0 == "implausible_angles" } == 1)
    }

    @Test func `an attitude may come as a quaternion`() throws {
        var builder = MAVLinkBuilder()
        guard case .numbers(let q) = Self.quaternion(200, 12, -20) else { return }
        let bytes =
            try builder.frame(
                31, ["q1": .number(q[0]), "q2": .number(q[1]), "q3": .number(q[2]), "q4": .number(q[3])])
            + builder.position(boot: 20)
        Self.expect(Self.read(bytes).first?.sample?.platform, 200, 12, -20)
    }

    @Test func `MOUNT_ORIENTATION is by the horizon, MOUNT_STATUS by the airframe`() throws {
        var builder = MAVLinkBuilder()
        let attitude = try builder.attitude(boot: 1, yaw: 100, pitch: 7, roll: 0)
        let absolute = try builder.frame(265, ["pitch": .number(-60), "yaw": .number(5), "yaw_absolute": .number(50)])
        let relative = try builder.frame(265, ["pitch": .number(-60), "yaw": .number(5)])
        let status = try builder.frame(158, ["pointing_a": .number(-4500), "pointing_c": .number(1000)])
        let position = try builder.position(boot: 2)
        Self.expect(Self.earth(Self.read(attitude + absolute + position).first), 50, -60, 0)
        Self.expect(Self.earth(Self.read(attitude + relative + position).first), 105, -60, 0)
        let sample = Self.read(attitude + status + position).first?.sample
        #expect(sample?.camera == .body(Attitude(yaw: 10, pitch: -45, roll: 0)))
    }

    @Test func `what a gimbal said is forgotten after some seconds`() throws {
        var builder = MAVLinkBuilder()
        var reader = MAVLinkReader()
        let start = UTCTime(microseconds: 1_748_743_200_000_000)
        let gimbal = try builder.frame(285, ["q": Self.quaternion(20, -50, 4), "flags": .number(64)])
        _ = reader.read(gimbal, arrival: start) { _ in }
        for (seconds, isHeld) in [(1.0, true), (2.9, true), (3.1, false)] {
            let arrival = start.advanced(byMicroseconds: Int64(seconds * 1e6))
            let reading = reader.read(try builder.position(boot: seconds * 1000), arrival: arrival) { _ in }.first
            #expect((reading?.sample?.camera != nil) == isHeld, "\(seconds)")
        }
    }

    @Test func `the field of view comes from the message about it, else from a lens that cannot zoom`() throws {
        for (flags, angle) in [(0.0, 67.38), (64, nil)] {
            var builder = MAVLinkBuilder()
            let information = try builder.frame(
                259,
                [
                    "focal_length": .number(9), "sensor_size_h": .number(12), "sensor_size_v": .number(9),
                    "flags": .number(flags),
                ])
            let found = Self.read(try information + builder.position(boot: 2)).first?.sample?.horizontalFieldOfView
            #expect(found.map { ($0 * 100).rounded() / 100 } == angle)
            let status = try builder.frame(
                271,
                [
                    "hfov": .number(60), "vfov": .number(40), "lat_image": .number(289_010_000),
                    "lon_image": .number(1_185_010_000), "alt_image": .number(200_000),
                    "q": Self.quaternion(30, -40, 0),
                ])
            let sample = try #require(Self.read(try information + status + builder.position(boot: 2)).first?.sample)
            #expect(sample.horizontalFieldOfView == 60 && sample.verticalFieldOfView == 40)
            #expect(
                sample.frameCenter
                    == TelemetrySample.StatedPoint(
                        latitude: 28.901, longitude: 118.501, heightMSL: 200, heightHAE: nil))
            if case .earth(let attitude) = sample.camera { Self.expect(attitude, 30, -40, 0) }
        }
    }

    @Test func `an unknown image centre and field of view are nil`() throws {
        var builder = MAVLinkBuilder()
        for unknown in [Double(Int32.max), Double(Int32.min)] {
            let status = try builder.frame(
                271,
                [
                    "hfov": .number(.nan), "lat_image": .number(unknown), "lon_image": .number(unknown),
                    "alt_image": .number(unknown),
                ])
            let sample = Self.read(try status + builder.position(boot: 2)).first?.sample
            #expect(sample?.frameCenter == nil && sample?.horizontalFieldOfView == nil && sample?.camera == nil)
        }
    }

    @Test func `a tracked rectangle is an object with a box in shares and its place`() throws {
        var builder = MAVLinkBuilder()
        var camera = MAVLinkBuilder()
        camera.component = 100
        let place = try camera.frame(
            276,
            [
                "lat": .number(289_010_000), "lon": .number(1_185_010_000), "alt": .number(200),
                "tracking_status": .number(1), "h_acc": .number(4), "v_acc": .number(6),
            ])
        let box = try camera.frame(
            275,
            [
                "tracking_status": .number(1), "tracking_mode": .number(2), "rec_top_x": .number(0.25),
                "rec_top_y": .number(0.5), "rec_bottom_x": .number(0.5), "rec_bottom_y": .number(0.75),
            ])
        let idle = try camera.frame(275, [:])
        let bytes = try builder.heartbeat() + builder.receiver(ellipsoidal: 330_700) + builder.position(boot: 1)
        let readings = Self.read(bytes + place + box + idle)
        #expect(readings.count == 4)
        let object = try #require(readings[2].objects.first)
        #expect(readings[2].reportsObjects && readings[2].boxUnit == .shares)
        #expect(object.box == FrameObject.Box(left: 0.25, top: 0.5, right: 0.5, bottom: 0.75))
        #expect(object.track == "camera-100" && object.label.isEmpty)
        let point = try #require(object.statedPosition)
        #expect(point.point.latitude == 28.901 && abs(point.point.height - 210.2) < 1e-9)
        #expect(point.sigma == SIMD3(4, 4, 6))
        #expect(readings[1].objects.first?.box == nil && readings[1].objects.first?.statedPosition != nil)
        #expect(readings[3].reportsObjects && readings[3].objects.isEmpty)
    }

    @Test func `a tracked point has a box of its radius where the picture's shape is known`() throws {
        var builder = MAVLinkBuilder()
        let size = try builder.frame(259, ["resolution_h": .number(1600), "resolution_v": .number(800)])
        let point = try builder.frame(
            275,
            [
                "tracking_status": .number(1), "tracking_mode": .number(1), "point_x": .number(0.5),
                "point_y": .number(0.5), "radius": .number(0.125),
            ])
        let start = try builder.heartbeat()
        #expect(
            Self.read(start + size + point).first?.objects.first?.box
                == FrameObject.Box(left: 0.375, top: 0.25, right: 0.625, bottom: 0.75))
        #expect(
            Self.read(start + point).first?.objects.first?.box
                == FrameObject.Box(left: 0.5, top: 0.5, right: 0.5, bottom: 0.5))
    }

    @Test func `the first autopilot is followed, or the one that is asked for, or all`() throws {
        var (station, first, second) = (MAVLinkBuilder(), MAVLinkBuilder(), MAVLinkBuilder())
        (station.system, station.component, first.system, second.system) = (255, 190, 7, 9)
        let bytes =
            try station.heartbeat(autopilot: 8, type: 6) + station.position(boot: 1) + first.heartbeat()
            + second.position(boot: 1) + first.position(boot: 2) + second.position(boot: 3)
        func streams(_ systems: MAVLinkOptions.Systems) -> [String] {
            var options = MAVLinkOptions()
            options.systems = systems
            return Self.read(bytes, options: options).map(\.stream)
        }
        #expect(streams(.first) == ["7"])
        #expect(streams(.only(9)) == ["9", "9"])
        #expect(streams(.all) == ["9", "7", "9"])
    }

    @Test func `a gimbal's attitude is not the airframe's`() throws {
        var (builder, gimbal) = (MAVLinkBuilder(), MAVLinkBuilder())
        gimbal.component = 154
        let bytes =
            try gimbal.attitude(boot: 1, yaw: 10, pitch: -80, roll: 0)
            + builder.attitude(boot: 1, yaw: 100, pitch: 1, roll: 2) + builder.position(boot: 2)
            + gimbal.attitude(boot: 3, yaw: 10, pitch: -80, roll: 0) + builder.position(boot: 4)
        let readings = Self.read(bytes)
        #expect(readings.count == 2)
        for reading in readings { Self.expect(reading.sample?.platform, 100, 1, 2) }
    }

    @Test func `late, repeated and lost messages are counted, and late positions give no pose`() throws {
        var builder = MAVLinkBuilder()
        var counts: [String: Int] = [:]
        let early = try builder.position(boot: 1000)
        let late = try builder.position(boot: 1200)
        builder.sequence = 5
        let bytes = try early + builder.position(boot: 1400) + late + builder.position(boot: 1600)
        let readings = Self.read(bytes + bytes.suffix(12) + []) { counts[$0, default: 0] += 1 }
        #expect(readings.count == 3)
        #expect(counts["poses_late"] == 1 && counts["messages_out_of_order"] == 1 && counts["messages_lost"] == 8)
    }

    @Test func `time counts on over its wrap, and starts anew with the vehicle`() throws {
        var builder = MAVLinkBuilder()
        let wrap = Double(UInt32.max)
        let bytes =
            try builder.frame(
                2, ["time_unix_usec": .number(1_748_743_200_000_000), "time_boot_ms": .number(wrap - 999)])
            + builder.position(boot: wrap - 499) + builder.position(boot: 500)
            + builder.frame(
                2, ["time_unix_usec": .number(1_748_743_300_000_000), "time_boot_ms": .number(100_000)])
            + builder.position(boot: 100_500) + builder.position(boot: 400)
        #expect(
            Self.read(bytes).map { $0.utc?.microseconds } == [
                1_748_743_200_500_000, 1_748_743_201_500_000, 1_748_743_300_500_000, nil,
            ])
    }

    @Test(arguments: [0.0, 45_000_000, 600_000_000_000_000, 4_200_000_000_000_000])
    func `a time that cannot be is none`(unix: Double) throws {
        var builder = MAVLinkBuilder()
        let bytes =
            try builder.frame(2, ["time_unix_usec": .number(unix), "time_boot_ms": .number(1)])
            + builder.position(boot: 5)
        let reading = try #require(Self.read(bytes).first)
        #expect(reading.utc == nil && reading.sample?.utc == nil)
    }
}
