import Geodesy
import Inspection
import KLV
import Testing

@testable import Telemetry

@Suite struct `Frame alignment` {
    @Test func `interpolates the pose between its neighbours`() throws {
        var flight = Flight()
        try flight.pose(0, level([13: 28.0, 5: 350, 18: 10, 104: 100]))
        flight.frame(0.25)
        try flight.pose(1, level([13: 29.0, 5: 10, 18: 350, 104: 200]))
        let (frames, counters) = flight.aligned()
        let frame = try #require(frames.first)
        let telemetry = try #require(frame.telemetry)
        #expect(abs((telemetry.latitude ?? 0) - 28.25) < 1e-6)
        #expect(abs((telemetry.platform?.yaw ?? 0) - 355) < 0.01)
        guard case .body(let camera)? = telemetry.camera else {
            Issue.record("no camera")
            return
        }
        #expect(abs(camera.yaw - 5) < 0.01)
        #expect(abs((telemetry.heightHAE ?? 0) - 125) < 0.01)
        #expect(abs((telemetry.heightMSL ?? 0) - 300) < 0.2)
        #expect(abs((frame.poseAge ?? 9) - 0.25) < 1e-9)
        #expect(frame.provenance == .precisionTimeStamp)
        #expect(frame.utc.microseconds == Flight.start + 250_000)
        #expect(telemetry.hasFix)
        #expect(counters["frames"] == 1)
        #expect(counters["frames_without_pose"] == nil)
    }

    @Test func `crosses the antimeridian`() throws {
        var flight = Flight()
        try flight.pose(0, level([14: 179.9, 23: 10, 24: 179.95]))
        flight.frame(0.75)
        try flight.pose(1, level([14: -179.9, 23: 10, 24: -179.95]))
        let telemetry = try #require(flight.aligned().frames.first?.telemetry)
        #expect(abs((telemetry.longitude ?? 0) + 179.95) < 1e-6)
        #expect(abs((telemetry.frameCenter?.longitude ?? 0) + 179.975) < 1e-6)
    }

    @Test func `waits for the next packet, and no longer than it may`() throws {
        var aligner = FrameAligner()
        var flight = Flight()
        try flight.pose(0, level())
        flight.frame(0.1)
        flight.frame(0.5)
        flight.frame(0.7)
        var seen: [Int] = []
        for event in flight.events {
            switch event {
            case .packet(let packet): seen.append(aligner.add(packet).count)
            case .frame(let frame): seen.append(aligner.add(frame).count)
            }
        }
        #expect(seen == [0, 0, 0, 1])
        #expect(aligner.flush().count == 2)
        #expect(aligner.flush().isEmpty)
    }

    @Test func `gives no pose that is too old, and says how old it is`() throws {
        var flight = Flight()
        try flight.pose(0, level())
        flight.frame(0.9)
        flight.frame(1.5)
        flight.frame(40)
        let frames = flight.aligned().frames
        #expect(frames.map { $0.telemetry != nil } == [true, false, false])
        #expect(frames.map(\.poseAge) == [0.9, 1.5, 40])
        // The clock outlives the pose for a while.
        #expect(frames.map(\.provenance) == [.precisionTimeStamp, .precisionTimeStamp, .arrival])
        #expect(frames[1].utc.microseconds == Flight.start + 1_500_000)
        #expect(frames[2].utc == Flight.arrival)
    }

    @Test func `keeps an item that is left out, and clears one that is empty or special`() throws {
        var flight = Flight()
        try flight.pose(0, level([21: 500, 23: 28.9, 24: 118.5]))
        flight.frame(0)
        try flight.pose(1, [13: 28.95, 14: 118.5])
        flight.frame(1)
        flight.packet(
            try Flight.packet(
                2, [:],
                [
                    LocalSetItem(21, .unknown), LocalSetItem(23, .special(.offEarth)),
                    LocalSetItem(24, .special(.offEarth)), LocalSetItem(6, .special(.outOfRange)),
                ]), 2)
        flight.frame(2)
        let frames = flight.aligned().frames
        #expect(frames.map { $0.telemetry?.slantRange != nil } == [true, true, false])
        #expect(frames.map { $0.telemetry?.frameCenter != nil } == [true, true, false])
        #expect(frames.map { $0.telemetry?.platform != nil } == [true, true, false])
        #expect(frames[1].telemetry?.platform?.yaw == 0)
    }

    @Test func `forgets an item that is not repeated for thirty seconds`() throws {
        var flight = Flight()
        try flight.pose(0, level([21: 500]))
        for second in stride(from: 1.0, through: 32, by: 1) {
            try flight.pose(second, [13: 28.9, 14: 118.5])
            flight.frame(second)
        }
        let frames = flight.aligned().frames
        #expect(frames[28].telemetry?.slantRange != nil)
        #expect(frames[31].telemetry?.slantRange == nil)
        #expect(frames[31].telemetry?.platform == nil)
        #expect(frames[31].telemetry?.latitude != nil)
    }

    @Test func `prefers the fuller items`() throws {
        var flight = Flight()
        try flight.pose(
            0,
            level([
                15: 100, 75: 200, 104: 300, 6: 1, 90: 2, 7: 3, 91: 4, 23: 28.9, 24: 118.5, 25: 50, 78: 60, 26: 0.01,
                27: 0.01, 28: 0.01, 29: 0.01, 30: 0.01, 31: 0.01, 32: 0.01, 33: 0.01, 56: 12,
            ]))
        flight.frame(0)
        try flight.pose(1, (82...89).reduce(into: [:]) { $0[$1] = $1 % 2 == 0 ? 28.5 : 118.7 })
        flight.frame(1)
        let frames = flight.aligned().frames
        let first = try #require(frames[0].telemetry)
        #expect(abs((first.heightHAE ?? 0) - 300) < 0.01)
        #expect(abs((first.heightMSL ?? 0) - 100) < 0.2)
        #expect(abs((first.platform?.pitch ?? 0) - 2) < 1e-6)
        #expect(abs((first.platform?.roll ?? 0) - 4) < 1e-6)
        #expect(abs((first.frameCenter?.heightMSL ?? 0) - 50) < 0.2)
        #expect(abs((first.frameCenter?.heightHAE ?? 0) - 60) < 0.2)
        #expect(first.corners.count == 4)
        #expect(abs((first.corners.first?.latitude ?? 0) - 28.91) < 1e-5)
        #expect(first.groundSpeed == 12)
        #expect(abs((frames[1].telemetry?.corners.first?.latitude ?? 0) - 28.5) < 1e-6)
    }

    @Test(arguments: [[13: 0.0, 14: 0.0], [5: 10]])
    func `says no fix at 0,0 and without a position`(items: [Int: Double]) throws {
        var flight = Flight()
        try flight.pose(0, items.merging([18: 1, 19: -10]) { $1 })
        flight.frame(0)
        let (frames, counters) = flight.aligned()
        let telemetry = try #require(frames.first?.telemetry)
        #expect(!telemetry.hasFix)
        #expect(telemetry.latitude == nil)
        #expect(counters["poses_without_fix"] == 1)
    }

    @Test func `drops packets with bad checksums, or takes them when told to`() throws {
        var flight = Flight()
        var bytes = try Flight.packet(0, level())
        bytes[bytes.count - 1] ^= 0xFF
        flight.packet(bytes, 0)
        flight.frame(0)
        let strict = flight.aligned()
        #expect(strict.frames.first?.telemetry == nil)
        #expect(strict.counters["packets_dropped_by_checksum"] == 1)
        #expect(strict.counters["bad_checksums"] == 1)
        var options = AlignmentOptions()
        options.checksums = .lenient
        let lenient = flight.aligned(options)
        #expect(lenient.frames.first?.telemetry != nil)
        #expect(lenient.counters["bad_checksums"] == 1)
    }

    @Test func `subtracts leap seconds only where they are said`() throws {
        var flight = Flight()
        flight.packet(
            try Flight.packet(0, level(), [LocalSetItem(136, .signed(27)), LocalSetItem(137, .signed(500))]), 0)
        flight.frame(0)
        #expect(flight.aligned().frames.first?.utc.microseconds == Flight.start - 27_000_000 + 500)
    }

    @Test(arguments: [Int64.min, -1000, 1000, .max])
    func `subtracts no leap seconds that cannot be`(leap: Int64) throws {
        var flight = Flight()
        flight.packet(try Flight.packet(0, level(), [LocalSetItem(136, .signed(leap))]), 0)
        flight.frame(0)
        #expect(flight.aligned().frames.first?.utc.microseconds == Flight.start)
    }

    @Test(arguments: [UInt64(0), 631_151_999_999_999, 4_102_444_800_000_000, .max])
    func `refuses an implausible time`(time: UInt64) throws {
        var flight = Flight()
        flight.packet(
            try ST0601.encode([
                LocalSetItem(2, .unsigned(time)), LocalSetItem(13, .real(28)), LocalSetItem(14, .real(118)),
            ]), 0)
        flight.frame(0)
        let (frames, counters) = flight.aligned()
        #expect(frames.first?.provenance == .arrival)
        #expect(frames.first?.telemetry?.latitude != nil)
        #expect(counters["implausible_times"] == 1)
    }

    @Test func `aligns by the precision time where there is no presentation time`() throws {
        var flight = Flight()
        // Packets come 0 to 40 ms late.
        for step in 0..<40 {
            flight.frame(Double(step) * 0.1)
            let late = Double(step % 5) * 0.01
            try flight.pose(
                Double(step) * 0.1 - late, hasTime: false, level([13: 28 + (Double(step) * 0.1 - late) * 0.01]))
        }
        let frames = flight.aligned().frames
        #expect(frames.count == 40)
        for frame in frames.dropFirst(5).dropLast(5) {
            let expected = 28 + frame.frame.time.seconds * 0.01
            #expect(abs((frame.telemetry?.latitude ?? 0) - expected) < 0.01 * 0.05)
        }
    }

    @Test func `takes a false time far ahead for what it is`() throws {
        var flight = Flight()
        try flight.pose(0, level())
        flight.frame(0)
        flight.packet(try Flight.packet(0.1, level()), 90_000)
        flight.frame(0.1)
        let (frames, counters) = flight.aligned()
        #expect(frames.count == 2)
        #expect(counters["packets_far_ahead"] == 1)
    }

    @Test func `keeps to one metadata stream for the pose`() throws {
        var flight = Flight()
        try flight.pose(0, level())
        flight.packet(try Flight.packet(0, level([13: -50])), 0, pid: 0x202)
        flight.frame(0)
        let (frames, counters) = flight.aligned()
        #expect((frames.first?.telemetry?.latitude ?? 0) > 28)
        #expect(counters["poses_of_other_streams"] == 1)
    }

    @Test func `starts anew after an interruption`() throws {
        var aligner = FrameAligner()
        var flight = Flight()
        try flight.pose(100, level())
        flight.frame(100)
        flight.frame(100.04)
        for event in flight.events {
            if case .packet(let packet) = event { #expect(aligner.add(packet).isEmpty) }
            if case .frame(let frame) = event { _ = aligner.add(frame) }
        }
        #expect(aligner.restart().count == 1)
        var next = Flight()
        next.frame(0)
        if case .frame(let frame)? = next.events.first { _ = aligner.add(frame) }
        let frames = aligner.flush()
        #expect(frames.count == 1)
        #expect(frames.first?.telemetry == nil)
        #expect(aligner.counters["frames"] == 3)
    }

    @Test func `gives every frame once, in order, without any metadata`() {
        var flight = Flight()
        for step in 0..<600 { flight.frame(Double(step) * 0.001) }
        let frames = flight.aligned().frames
        #expect(frames.map(\.frame.index) == Array(0..<600))
        #expect(frames.allSatisfy { $0.telemetry == nil && $0.poseAge == nil && $0.provenance == .arrival })
    }

    @Test(arguments: 1...10)
    func `survives any bytes`(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        var flight = Flight()
        for step in 0..<60 {
            let seconds = Double(step) * 0.04
            var bytes = try Flight.packet(
                seconds, level([23: 28.9, 24: 118.5]), [ObjectTests.vmti([ObjectTests.target(1)])])
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            flight.packet(bytes, Bool.random(using: &random) ? seconds : nil)
            flight.frame(seconds)
        }
        var options = AlignmentOptions()
        options.checksums = .lenient
        let frames = flight.aligned(options).frames
        #expect(frames.map(\.frame.index) == Array(0..<60))
        for frame in frames {
            #expect(frame.telemetry?.latitude?.isNaN != true)
            #expect(frame.telemetry.map { $0.latitude == nil || abs($0.latitude ?? 0) <= 90 } ?? true)
        }
    }
}

/// A small generator, so that a failing run can be run again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
