public import Inspection
import KLV

/// Decodes the metadata packets of a source or a feed for `flyonce inspect`, each by its dialect.
public struct PacketInspector: Sendable {
    private enum Decoder: Sendable {
        case klv(KLVFramer, PacketDecoder, PacketFaults)
        case mavlink(MAVLinkInspector)
        case djiCloud(DJICloudDecoder)
        case subtitle(DJISubtitleDecoder)
        case onvif(ONVIFReader)
        case analysis(AnalysisReader)
    }

    private static let decoderLimit = 64

    private let givesMessages: Bool
    private let isRecorded: Bool
    private let subtitles: DJISubtitleOptions
    private var decoders: [ReaderID: Decoder] = [:]
    private var tallies: [String: Int64] = [:]

    /// With `givesMessages` each MAVLink message is a line. `isRecorded`: the packets are of a file, and none arrives.
    public init(
        givesMessages: Bool = false, isRecorded: Bool = false, subtitles: DJISubtitleOptions = DJISubtitleOptions()
    ) {
        self.givesMessages = givesMessages
        self.subtitles = subtitles
        self.isRecorded = isRecorded
    }

    /// `packets`, and what was wrong in them.
    public var counters: [String: Int64] {
        decoders.values.reduce(into: tallies) { all, decoder in
            switch decoder {
            case .klv(let framer, _, let faults):
                all.merge(framer.counters.faults, uniquingKeysWith: +)
                all.merge(faults.counters, uniquingKeysWith: +)
            case .mavlink(let inspector): all.merge(inspector.counters, uniquingKeysWith: +)
            default: break
            }
        }
    }

    /// Of the analysers' messages: why the newest that was refused was, and what is odd of the newest `hello`.
    var saying: (refusal: String?, remark: String?) {
        for case .analysis(let reader) in decoders.values { return (reader.refusal, reader.remark) }
        return (nil, nil)
    }

    public mutating func read(_ packet: MetadataPacket, emit: (InspectedLine) -> Void) {
        tallies["packets", default: 0] += 1
        let id = ReaderID(feed: nil, dialect: packet.dialect, pid: packet.pid)
        guard decoders[id] != nil || decoders.count < Self.decoderLimit else {
            tallies["packets_of_unfollowed_streams", default: 0] += 1
            return
        }
        guard let decoder = decoders[id] ?? decoder(packet.dialect) else {
            tallies["packets_of_other_dialects", default: 0] += 1
            return
        }
        decoders[id] = nil
        var names: [String: Int64] = [:]
        decoders[id] = read(packet, decoder, { names[$0, default: 0] += 1 }, emit)
        tallies.merge(names, uniquingKeysWith: +)
    }

    private func decoder(_ dialect: MetadataPacket.Dialect) -> Decoder? {
        switch dialect {
        case .klv: return .klv(KLVFramer(), PacketDecoder(), PacketFaults())
        case .mavlink: return .mavlink(MAVLinkInspector(form: .stream, givesMessages: givesMessages))
        case .djiCloud:
            var options = DJICloudOptions()
            options.isRecorded = isRecorded
            return .djiCloud(DJICloudDecoder(options: options))
        case .subtitle: return .subtitle(DJISubtitleDecoder(options: subtitles))
        case .onvif: return .onvif(ONVIFReader())
        case .jpeg: return nil
        case .analysis, .analysisAuto, .gvametaconvert, .nvmsgconv, .frigate, .mark:
            var options = AnalysisOptions()
            options.dialect = AnalysisDialect(of: dialect) ?? .flyonce
            options.isRecorded = isRecorded
            return .analysis(AnalysisReader(options: options))
        }
    }

    /// The decoder after the packet.
    private func read(
        _ packet: MetadataPacket, _ decoder: Decoder, _ tally: (String) -> Void, _ emit: (InspectedLine) -> Void
    ) -> Decoder {
        let pts = packet.ptsMicroseconds ?? packet.time.map { $0.nanoseconds / 1000 }
        switch decoder {
        case .klv(var framer, var decoder, var faults):
            var packets: [KLVPacket] = []
            framer.read(packet.bytes, time: pts) { packets.append($0) }
            for found in packets {
                let decoded = decoder.decode(found)
                faults.note(decoded)
                emit(.klv(InspectLine(pid: packet.pid, ptsMicroseconds: found.time, decoded: decoded)))
            }
            return .klv(framer, decoder, faults)
        case .mavlink(var inspector):
            inspector.read(packet.bytes, arrival: packet.arrival) { Self.give($0, emit) }
            return .mavlink(inspector)
        case .djiCloud(var decoder):
            let pose = decoder.pose(packet.bytes[...], topic: packet.channel, arrival: packet.arrival, tally: tally)
            if let pose { emit(.pose(pose.line)) }
            return .djiCloud(decoder)
        case .subtitle(var decoder):
            if let said = decoder.decode(packet.bytes, at: packet.time, tally: tally) {
                emit(.pose(TelemetryLine(said, at: packet.time)))
            }
            return .subtitle(decoder)
        case .onvif(var reader):
            for reading in reader.read(packet.bytes, time: packet.time, tally: tally) {
                let time = reading.time.map { $0.nanoseconds / 1000 }
                if let line = ObjectsLine(dialect: "onvif", reading, ptsMicroseconds: time) { emit(.objects(line)) }
            }
            return .onvif(reader)
        case .analysis(var reader):
            for reading in reader.read(packet.bytes, tally: tally) {
                let time = reading.ptsMicroseconds ?? reading.time.map { $0.nanoseconds / 1000 } ?? pts
                let dialect = reader.dialect?.rawValue ?? "analysis"
                let line = ObjectsLine(dialect: dialect, reading, ptsMicroseconds: time)
                if let line { emit(.objects(line)) }
            }
            return .analysis(reader)
        }
    }

    static func give(_ line: MAVLinkInspector.Line, _ emit: (InspectedLine) -> Void) {
        switch line {
        case .pose(let line): emit(.pose(line))
        case .message(let line): emit(.message(line))
        case .objects(let reading):
            if let line = ObjectsLine(dialect: "mavlink", reading) { emit(.objects(line)) }
        }
    }
}

extension AnalysisDialect {
    /// Nil for packets that are no analyser's.
    init?(of dialect: MetadataPacket.Dialect) {
        switch dialect {
        case .analysis, .mark: self = .flyonce
        case .analysisAuto: self = .auto
        case .gvametaconvert: self = .gvametaconvert
        case .nvmsgconv: self = .nvmsgconv
        case .frigate: self = .frigate
        case .klv, .jpeg, .djiCloud, .subtitle, .mavlink, .onvif: return nil
        }
    }
}
