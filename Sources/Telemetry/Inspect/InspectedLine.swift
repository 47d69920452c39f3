import Inspection
import KLV

/// What `flyonce inspect` prints a line of, whatever the dialect.
public enum InspectedLine: Sendable {
    case klv(InspectLine)
    case pose(TelemetryLine)
    case objects(ObjectsLine)
    case message(MAVLinkMessageLine)

    /// One JSON object, without the line's end.
    public var ndjson: String {
        switch self {
        case .klv(let line): line.ndjson
        case .pose(let line): line.ndjson
        case .objects(let line): line.ndjson
        case .message(let line): line.ndjson
        }
    }

    /// For people.
    public var text: String {
        switch self {
        case .klv(let line): line.text
        case .pose(let line): line.text
        case .objects(let line): line.text
        case .message(let line): line.text
        }
    }

    /// What it is one of: `klv st0601`, `telemetry mavlink 1`, `objects onvif`, …
    var series: String {
        switch self {
        case .klv(let line): "klv " + line.decoded.set.rawValue + (line.pid.map { " pid \($0)" } ?? "")
        case .pose(let line): "telemetry " + line.dialect + (line.stream.isEmpty ? "" : " " + line.stream)
        case .objects(let line): "objects " + line.dialect + (line.stream.isEmpty ? "" : " " + line.stream)
        case .message(let line): "mavlink " + line.name
        }
    }

    /// When it was: by its own clock, else on the time line of its carrier. Microseconds.
    var time: (microseconds: Int64, isUTC: Bool)? {
        switch self {
        case .klv(let line):
            if let time = line.decoded.items.value(2)?.count.flatMap({ Int64(exactly: $0) }), time > 631_152_000_000_000
            {
                return (time, true)
            }
            return line.ptsMicroseconds.map { ($0, false) }
        case .pose(let line):
            return line.sample.utc.map { ($0.microseconds, true) } ?? line.ptsMicroseconds.map { ($0, false) }
        case .objects(let line):
            return line.utc.map { ($0.microseconds, true) } ?? line.ptsMicroseconds.map { ($0, false) }
        case .message(let line): return line.frame.recorded.map { ($0.microseconds, true) }
        }
    }

    /// Poses without a fix; nil for what is no pose.
    var hasFix: Bool? {
        if case .pose(let line) = self, !line.isTimeOnly { line.sample.hasFix } else { nil }
    }
}

extension String {
    /// Question marks for the control characters (C0, DEL, C1) of a foreign text, which must not reach a terminal.
    var shown: String {
        String(unicodeScalars.map { $0.value < 32 || (0x7F...0x9F).contains($0.value) ? "?" : Character($0) })
    }
}
