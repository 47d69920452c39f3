public import Inspection

/// Reads ONVIF scene descriptions: the XML documents of a metadata stream, one after another.
public struct ONVIFReader: Sendable {
    /// Seconds that the frames of one packet lie apart at most; further ones get the packet's own time.
    private static let spread = 10.0
    /// Analytics modules whose times are followed.
    private static let sourceLimit = 16

    private var scanner = XMLScanner(roots: ["metadatastream"])
    private var scene = ONVIFScene()
    private var newest: [String: UTCTime] = [:]

    public init() {}

    /// One reading for each `tt:Frame` that ended in these bytes: empty ones too, which say that nothing is seen. A
    /// document may come in several pieces, and a piece may hold several. `time` is that of the packet, and goes to the
    /// newest frame in it; those before it are as much earlier as their UTC says. `isUnit`: a document may begin here.
    public mutating func read(
        _ bytes: [UInt8], time: RunningTime? = nil, isUnit: Bool = true, tally: (String) -> Void
    ) -> [MetadataReading] {
        var events: [XMLEvent] = []
        if isUnit { scanner.beginUnit(bytes) { events.append($0) } }
        scanner.read(bytes) { events.append($0) }
        return timed(events, time, tally)
    }

    /// There is nothing more: what began and did not end is counted. The objects of a frame that was cut are given as far as
    /// they ended.
    public mutating func finish(tally: (String) -> Void) -> [MetadataReading] {
        var events: [XMLEvent] = []
        scanner.finish { events.append($0) }
        let cut = scene.cutFrame(tally)
        if let cut { note(cut, tally) }
        return (cut.map { [$0] } ?? []) + timed(events, nil, tally)
    }

    private mutating func timed(
        _ events: [XMLEvent], _ time: RunningTime?, _ tally: (String) -> Void
    ) -> [MetadataReading] {
        var readings: [MetadataReading] = []
        for event in events {
            guard let reading = scene.take(event, tally) else { continue }
            note(reading, tally)
            readings.append(reading)
        }
        guard let time, !readings.isEmpty else { return readings }
        let last = readings.compactMap(\.utc).max()
        for index in readings.indices {
            var own = time
            if let last, let utc = readings[index].utc {
                let earlier = Double(last.microseconds(since: utc)) / 1e6
                if earlier <= Self.spread { own = time.advanced(by: -earlier) }
            }
            readings[index].time = own
        }
        return readings
    }

    private mutating func note(_ reading: MetadataReading, _ tally: (String) -> Void) {
        guard let utc = reading.utc else { return }
        if let before = newest[reading.stream], utc < before { tally("frames_out_of_order") }
        guard newest[reading.stream] != nil || newest.count < Self.sourceLimit else { return }
        newest[reading.stream] = utc
    }
}
