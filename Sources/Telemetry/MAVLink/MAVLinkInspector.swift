public import Inspection

/// Decodes a file of MAVLink, a telemetry log or bare frames, for `flyonce inspect`: every vehicle in it.
public struct MAVLinkInspector: Sendable {
    public enum Line: Sendable {
        case pose(TelemetryLine)
        /// Objects, and no pose.
        case objects(MetadataReading)
        case message(MAVLinkMessageLine)

        /// One JSON object; nil for objects, which their own line prints.
        public var ndjson: String? {
            switch self {
            case .pose(let line): line.ndjson
            case .message(let line): line.ndjson
            case .objects: nil
            }
        }
    }

    private let givesMessages: Bool
    private var framer: MAVLinkFramer
    private var reader: MAVLinkReader
    private var tallies: [String: Int64] = [:]

    /// With `givesMessages` each message is a line, and no poses are.
    public init(form: MAVLinkFramer.Form, givesMessages: Bool = false) {
        self.givesMessages = givesMessages
        framer = MAVLinkFramer(form: form)
        var options = MAVLinkOptions()
        options.systems = .all
        options.givesLatePositions = true
        reader = MAVLinkReader(form: form, options: options)
    }

    /// Nil when the bytes that a file begins with (4096, or all of them) are no MAVLink.
    public init?(header: [UInt8], givesMessages: Bool = false) {
        guard let form = MAVLinkFramer.form(of: header) else { return nil }
        self.init(form: form, givesMessages: givesMessages)
    }

    /// `messages`, `messages_lost`, `poses`, `bad_checksums`, `garbage_bytes`, …
    public var counters: [String: Int64] { tallies.merging(framer.faults, uniquingKeysWith: +) }

    /// `arrival` as in ``MAVLinkReader/read(_:arrival:tally:)``.
    public mutating func read(_ bytes: [UInt8], arrival: UTCTime? = nil, emit: (Line) -> Void) {
        var frames: [MAVLinkFrame] = []
        framer.read(bytes) { frames.append($0) }
        for frame in frames { take(frame, arrival, emit) }
    }

    public mutating func finish(emit: (Line) -> Void) {
        var frames: [MAVLinkFrame] = []
        framer.finish { frames.append($0) }
        for frame in frames { take(frame, nil, emit) }
        var names: [String] = []
        let readings = reader.finish { names.append($0) }
        for name in names { tallies[name, default: 0] += 1 }
        for reading in readings { give(reading, emit) }
    }

    private mutating func take(_ frame: MAVLinkFrame, _ arrival: UTCTime?, _ emit: (Line) -> Void) {
        var tallies = tallies
        self.tallies = [:]
        let readings = reader.take(frame, arrival: arrival) { tallies[$0, default: 0] += 1 }
        self.tallies = tallies
        if givesMessages { emit(.message(MAVLinkMessageLine(frame))) }
        for reading in readings { give(reading, emit) }
    }

    private mutating func give(_ reading: MetadataReading, _ emit: (Line) -> Void) {
        if let sample = reading.sample {
            tallies["poses", default: 0] += 1
            guard !givesMessages else { return }
            var line = TelemetryLine(dialect: "mavlink", ptsMicroseconds: nil, sample: sample)
            line.stream = reading.stream
            emit(.pose(line))
        } else if reading.reportsObjects {
            tallies["object_reports", default: 0] += 1
            if !givesMessages { emit(.objects(reading)) }
        }
    }
}
