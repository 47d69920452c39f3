import Inspection
import KLV

/// A real-life ST 0601 packet: 162 bytes, 24 items, the pose of a multirotor looking down and what it looks at.
enum SamplePacket {
    static let size = 162
    static let itemCount = 24
    /// Of its four texts.
    static let characters = 35

    static func bytes(at time: UTCTime) throws -> [UInt8] {
        let bytes = try ST0601.encode([
            LocalSetItem(2, .unsigned(UInt64(max(time.microseconds, 0)))), LocalSetItem(3, .text("SYNTH-01")),
            LocalSetItem(10, .text("TESTDRONE-0001")), LocalSetItem(11, .text("EO Wide")),
            LocalSetItem(12, .text("WGS-84")),
            LocalSetItem(5, .real(10)), LocalSetItem(6, .real(-2)), LocalSetItem(7, .real(1)),
            LocalSetItem(13, .real(28.9)), LocalSetItem(14, .real(118.5)), LocalSetItem(15, .real(320)),
            LocalSetItem(16, .real(63.7)), LocalSetItem(17, .real(38.5)), LocalSetItem(18, .real(0)),
            LocalSetItem(19, .real(-60)), LocalSetItem(20, .real(0)), LocalSetItem(21, .real(378)),
            LocalSetItem(22, .real(400)), LocalSetItem(23, .real(28.9008)), LocalSetItem(24, .real(118.5)),
            LocalSetItem(25, .real(12)), LocalSetItem(75, .real(332)),
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
