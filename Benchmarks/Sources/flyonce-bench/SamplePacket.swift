import Inspection
import KLV

/// A small real-life ST 0601 packet: 121 bytes, eighteen items, the pose of a multirotor looking down.
enum SamplePacket {
    static let size = 121
    static let itemCount = 18

    static func bytes(at time: UTCTime) throws -> [UInt8] {
        let bytes = try ST0601.encode([
            LocalSetItem(2, .unsigned(UInt64(max(time.microseconds, 0)))), LocalSetItem(3, .text("SYNTH-01")),
            LocalSetItem(10, .text("TESTDRONE")), LocalSetItem(11, .text("EO")), LocalSetItem(12, .text("WGS-84")),
            LocalSetItem(5, .real(10)), LocalSetItem(6, .real(-2)), LocalSetItem(7, .real(1)),
            LocalSetItem(13, .real(28.9)), LocalSetItem(14, .real(118.5)), LocalSetItem(15, .real(320)),
            LocalSetItem(16, .real(63.7)), LocalSetItem(17, .real(38.5)), LocalSetItem(18, .real(0)),
            LocalSetItem(19, .real(-60)), LocalSetItem(20, .real(0)),
        ])
        // Item 65 and the checksum come with every packet.
        try BenchError.check(bytes.count == size, "the sample packet has \(bytes.count) bytes, not \(size)")
        return bytes
    }

    /// Ten a second from `start`.
    static func stream(_ count: Int, from start: UTCTime) throws -> [[UInt8]] {
        try (0..<count).map { try bytes(at: start.advanced(byMicroseconds: Int64($0) * 100_000)) }
    }

    static let start = UTCTime(microseconds: 1_755_000_000_000_000)
}
