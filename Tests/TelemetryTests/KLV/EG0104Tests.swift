import Geodesy
import Inspection
import KLV
import Testing

@testable import Telemetry

/// Older aircraft, which send the Predator universal set.
@Suite struct `Poses of EG 0104` {
    private static let time: UInt64 = 1_112_256_292_000_000

    private static func item(_ key: String, _ bytes: [UInt8]) -> [UInt8] {
        [0x06, 0x0E, 0x2B, 0x34, 0x01, 0x01, 0x01] + hex(key) + [UInt8(bytes.count)] + bytes
    }

    private static func hex(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8).map { $0 <= 57 ? $0 - 48 : $0 - 55 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func float(_ value: Float) -> [UInt8] { big(UInt64(value.bitPattern), 4) }
    private static func double(_ value: Double) -> [UInt8] { big(value.bitPattern, 8) }
    private static func big(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }

    /// An aircraft heading 20° that looks 49.4° from north and 21.33° down.
    private static func packet(
        latitude: Double = -34.8381, longitude: Double = 138.568, obliquity: Float = 201.33, time: UInt64 = time
    ) -> [UInt8] {
        var items = item("010702010101050000", big(time, 8))
        items += item("010701020102040200", double(latitude)) + item("010701020102060200", double(longitude))
        items += item("010701020102020000", float(3233.5)) + item("010701100106000000", float(20.01))
        items += item("010701100105000000", float(1.5)) + item("010701100104000000", float(-2.5))
        items += item("010701100102000000", float(49.4135)) + item("010701100103000000", float(obliquity))
        items += item("010701100101000000", float(-1.4454)) + item("010420020101080000", float(0.75))
        items += item("0104200201010A0100", float(0.42)) + item("010701080101000000", float(9142))
        items += item("010701020103020000", double(-34.7897)) + item("010701020103040000", double(138.6367))
        items += item("010701020103160000", float(1001.7))
        for (index, key) in ["07", "08", "09", "0A"].enumerated() {
            items += item("010701020103\(key)0100", double(-34.79 + Double(index) * 1e-3))
        }
        for (index, key) in ["0B", "0C", "0D", "0E"].enumerated() {
            items += item("010701020103\(key)0100", double(138.63 + Double(index) * 1e-3))
        }
        let key = hex("060E2B34020101010E01010201010000")
        return key + [0x82] + big(UInt64(items.count), 2) + items
    }

    private func pose(_ bytes: [UInt8]) throws -> (frame: FrameMetadata, counters: [String: Int64]) {
        var flight = Flight()
        flight.frame(0)
        flight.packet(bytes, 0)
        flight.frame(0.04)
        var options = AlignmentOptions()
        options.isRecording = true
        let (frames, counters) = flight.aligned(options)
        return (try #require(frames.first), counters)
    }

    @Test func `gives position, attitude and the line of sight`() throws {
        let (frame, counters) = try pose(Self.packet())
        let sample = try #require(frame.telemetry)
        #expect(sample.hasFix)
        #expect(sample.latitude == -34.8381)
        #expect(sample.longitude == 138.568)
        #expect(sample.heightMSL == 3233.5)
        #expect(sample.heightHAE == nil)
        #expect(near(sample.platform?.yaw, 20.01))
        #expect(near(sample.platform?.pitch, 1.5))
        #expect(near(sample.platform?.roll, -2.5))
        guard case .earth(let camera)? = sample.camera else {
            Issue.record("the line of sight is already in the local frame")
            return
        }
        #expect(near(camera.yaw, 49.4135))
        #expect(near(camera.pitch, -21.33))
        #expect(camera.roll == 0)
        #expect(near(sample.horizontalFieldOfView, 0.75))
        #expect(near(sample.verticalFieldOfView, 0.42))
        #expect(near(sample.slantRange, 9142))
        #expect(sample.frameCenter?.latitude == -34.7897)
        #expect(near(sample.frameCenter?.heightMSL, 1001.7))
        #expect(sample.corners.map(\.latitude) == [-34.79, -34.79 + 1e-3, -34.79 + 2e-3, -34.79 + 3e-3])
        #expect(frame.provenance == .precisionTimeStamp)
        #expect(frame.utc.microseconds == Int64(Self.time))
        #expect(counters["packets_of_other_sets"] == nil)
    }

    @Test(arguments: [(0.0, 0.0), (91, 10), (10, 181), (.nan, 10), (.infinity, 0)])
    func `keeps a false position out`(latitude: Double, longitude: Double) throws {
        let (frame, counters) = try pose(Self.packet(latitude: latitude, longitude: longitude))
        #expect(frame.telemetry?.hasFix != true)
        #expect(frame.telemetry?.latitude == nil)
        #expect((counters["poses_without_fix"] ?? 0) > 0)
    }

    @Test(arguments: [(Float(270), -90.0), (180, 0), (225, -45), (90, 90)])
    func `turns obliquity into elevation`(obliquity: Float, pitch: Double) throws {
        let sample = try pose(Self.packet(obliquity: obliquity)).frame.telemetry
        guard case .earth(let camera)? = sample?.camera else {
            Issue.record("no line of sight")
            return
        }
        #expect(camera.pitch == pitch)
    }

    @Test(arguments: [Float(300), 45, .nan, 400, -1000])
    func `has no camera for an obliquity that cannot be`(obliquity: Float) throws {
        #expect(try pose(Self.packet(obliquity: obliquity)).frame.telemetry?.camera == nil)
    }

    @Test func `does not believe a time of 1970`() throws {
        let (frame, counters) = try pose(Self.packet(time: 1_000_000))
        #expect(frame.provenance != .precisionTimeStamp)
        #expect(counters["implausible_times"] == 1)
    }

    private func near(_ value: Double?, _ expected: Double) -> Bool { abs((value ?? .nan) - expected) < 1e-3 }
}
