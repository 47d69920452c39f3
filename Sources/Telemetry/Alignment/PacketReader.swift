import Inspection

/// One stream of metadata packets, decoded by the dialect they are of, each in the light of those before.
struct PacketReader: Sendable {
    private enum Decoder: Sendable {
        case klv(MetadataStream)
        /// A link, or a log, which its first bytes tell.
        case mavlink(MAVLinkReader?)
        case djiCloud(DJICloudDecoder)
        case subtitle(DJISubtitleDecoder)
        case analysis(AnalysisReader)
        case onvif(ONVIFReader)
        /// At work.
        case taken
    }

    private var decoder: Decoder

    private let feed: FeedOptions?

    /// Of the newest packet.
    private var time: RunningTime?
    private var arrival = UTCTime(microseconds: 0)

    /// Nil for a dialect that is not read here.
    init?(_ dialect: MetadataPacket.Dialect, _ feed: FeedOptions?, _ options: AlignmentOptions) {
        self.feed = feed
        switch dialect {
        case .klv: decoder = .klv(MetadataStream())
        case .mavlink: decoder = .mavlink(nil)
        case .djiCloud:
            var options = feed?.djiCloud ?? DJICloudOptions()
            options.isRecorded = feed?.isRecorded ?? false
            decoder = .djiCloud(DJICloudDecoder(options: options))
        case .subtitle: decoder = .subtitle(DJISubtitleDecoder(options: options.subtitles))
        case .onvif: decoder = .onvif(ONVIFReader())
        case .analysis, .analysisAuto, .gvametaconvert, .nvmsgconv, .frigate, .mark:
            decoder = .analysis(AnalysisReader(options: Self.analysis(dialect, feed, options)))
        case .jpeg: return nil
        }
    }

    private static func analysis(
        _ dialect: MetadataPacket.Dialect, _ feed: FeedOptions?, _ source: AlignmentOptions
    ) -> AnalysisOptions {
        var options = feed?.analysis ?? AnalysisOptions()
        if options.declares == nil, !source.declares.isEmpty { options.declares = source.declares }
        options.dialect = AnalysisDialect(of: dialect) ?? .flyonce
        options.isRecorded = feed?.isRecorded ?? false
        options.areMarks = dialect == .mark
        return options
    }

    /// What was damaged in the packets, since the start.
    var faults: [String: Int64] {
        switch decoder {
        case .klv(let stream): stream.faults
        case .mavlink(let reader): reader?.faults ?? [:]
        case .djiCloud, .subtitle, .analysis, .onvif, .taken: [:]
        }
    }

    /// Of an analyser's messages: why the newest that was refused was, and what is odd of the newest `hello`; for people.
    var saying: (refusal: String?, remark: String?) {
        if case .analysis(let reader) = decoder { (reader.refusal, reader.remark) } else { (nil, nil) }
    }

    /// `tally` adds to a counter by name.
    mutating func read(
        _ packet: MetadataPacket, _ options: AlignmentOptions, _ tally: (String) -> Void
    ) -> [PacketReading] {
        time = packet.time
        arrival = packet.arrival
        switch take() {
        case .klv(var stream):
            let readings = stream.read(packet, options, tally)
            decoder = .klv(stream)
            return readings.map { PacketReading($0, declared: options.declares, arrival: packet.arrival) }
        case .mavlink(let known):
            var reader = known ?? mavlink(packet)
            let arrival = feed?.isRecorded ?? false ? nil : packet.arrival
            let readings = reader.read(packet.bytes, arrival: arrival) { tally("mavlink_" + $0) }
            decoder = .mavlink(reader)
            return placed(readings)
        case .djiCloud(var reader):
            let readings = reader.read(packet.bytes, topic: packet.channel, arrival: packet.arrival, tally: tally)
            decoder = .djiCloud(reader)
            return placed(readings)
        case .subtitle(var reader):
            let readings = reader.read(packet.bytes, at: packet.time, tally: tally)
            decoder = .subtitle(reader)
            return placed(readings)
        case .analysis(var reader):
            let readings = reader.read(packet.bytes, from: packet.channel) { tally("analysis_" + $0) }
            decoder = .analysis(reader)
            return placed(readings)
        case .onvif(var reader):
            let readings = reader.read(packet.bytes, time: packet.time) { tally("onvif_" + $0) }
            decoder = .onvif(reader)
            return placed(readings, declared: options.declares)
        case .taken: return []
        }
    }

    /// No more packets come: what was waited with, at the time of the newest packet where it says none.
    mutating func finish(_ options: AlignmentOptions, _ tally: (String) -> Void) -> [PacketReading] {
        switch take() {
        case .klv(var stream):
            let readings = stream.finish(options, tally)
            decoder = .klv(stream)
            return readings.map { PacketReading($0, declared: options.declares, arrival: arrival) }
        case .mavlink(var reader):
            let readings = reader?.finish { tally("mavlink_" + $0) } ?? []
            decoder = .mavlink(reader)
            return placed(readings)
        case .onvif(var reader):
            let readings = reader.finish { tally("onvif_" + $0) }
            decoder = .onvif(reader)
            // A frame that was cut does not tell all that was seen.
            return placed(readings)
        case let whole:
            decoder = whole
            return []
        }
    }

    /// Held by nobody else while it works, so that nothing is copied.
    private mutating func take() -> Decoder {
        defer { decoder = .taken }
        return decoder
    }

    private func mavlink(_ packet: MetadataPacket) -> MAVLinkReader {
        let form = feed?.isRecorded ?? false ? MAVLinkFramer.form(of: packet.bytes) : nil
        return MAVLinkReader(form: form ?? .stream, options: feed?.mavlink ?? MAVLinkOptions())
    }

    private func placed(_ readings: [MetadataReading], declared: [String] = []) -> [PacketReading] {
        readings.map { reading in
            var placed = PacketReading(reading, arrival: arrival)
            if reading.reportsObjects, !declared.isEmpty { placed.declared = declared }
            placed.time = reading.time ?? time
            return placed
        }
    }
}
