import Inspection
import TransportStream

/// Finds the times that coded pictures carry within themselves (ST 0604) in a bare stream of H.264 or H.265 (Annex B).
struct PictureTimeInspector: Sendable {
    /// A unit longer than this is no message with a time.
    private static let unitLimit = 4096

    private var unit: [UInt8] = []
    private var zeros = 0
    private(set) var counters: [String: Int64] = [:]

    /// True for bytes that begin with a start code and a unit of either coding.
    static func isCoded(_ header: [UInt8]) -> Bool {
        guard let one = header.prefix(8).firstIndex(of: 1), one >= 2, header[..<one].allSatisfy({ $0 == 0 }),
            one + 1 < header.count
        else { return false }
        // No packet of a transport stream and no MPEG-2 header begins so: units that come first, forbidden bit unset.
        let first = header[one + 1]
        return [6, 7, 8, 9].contains(first & 0x9F) || [32, 33, 34, 35, 39].contains(first >> 1)
    }

    mutating func read(_ bytes: [UInt8], emit: (TelemetryLine) -> Void) {
        for byte in bytes {
            if byte == 1, zeros >= 2 {
                finish(emit: emit)
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            if unit.count < Self.unitLimit { unit.append(byte) }
        }
    }

    mutating func finish(emit: (TelemetryLine) -> Void) {
        defer { unit.removeAll(keepingCapacity: true) }
        guard let first = unit.first else { return }
        let kind: StreamKind
        switch (first & 0x9F, first >> 1) {
        case (6, _): kind = .h264
        case (_, 39): kind = .h265
        default: return
        }
        counters["messages", default: 0] += 1
        guard let stamp = PrecisionTimeStamp([0, 0, 1] + unit, kind) else { return }
        counters["picture_times", default: 0] += 1
        if !stamp.isLocked { counters["picture_times_unlocked", default: 0] += 1 }
        var sample = TelemetrySample()
        sample.utc = UTCTime(microseconds: stamp.microseconds)
        var line = TelemetryLine(dialect: "st0604", ptsMicroseconds: nil, sample: sample)
        line.isTimeOnly = true
        emit(line)
    }
}
