import Inspection
import KLV
import Telemetry
import TransportStream

/// Every decoder of bytes that come from outside, each as one function of any bytes: what the fuzzer drives, and what the
/// tests replay the corpora through. A decoder must come back from all of them, whatever they are.
public enum FuzzedDecoder: String, CaseIterable, Sendable {
    case klv
    case transportStream = "transport-stream"
    case subtitle
    case mavlink
    case onvif
    case analysis
    case djiCloud = "dji-cloud"
    case still
    case metadataLog = "metadata-log"

    /// Takes `bytes` as one input. The first byte decides how the rest is cut into pieces, where pieces matter.
    public func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        let step = first < 0x80 ? max(rest.count, 1) : Int(first & 0x7F) + 1
        switch self {
        case .klv: Self.klv(Self.pieces(rest, step))
        case .transportStream: Self.transportStream(Self.pieces(rest, step))
        case .subtitle: Self.subtitle(rest, step)
        case .mavlink: Self.mavlink(rest, step)
        case .onvif: Self.onvif(Self.pieces(rest, step))
        case .analysis: Self.analysis(rest, step)
        case .djiCloud: Self.djiCloud(rest)
        case .still: Self.still(rest)
        case .metadataLog: Self.metadataLog(Self.pieces(rest, step))
        }
    }

    private static func pieces(_ bytes: [UInt8], _ step: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: step).map { Array(bytes[$0..<min($0 + step, bytes.count)]) }
    }

    /// Framed, decoded both ways, and aligned to frames.
    private static func klv(_ pieces: [[UInt8]]) {
        var framer = KLVFramer(limit: 4096)
        var decoder = PacketDecoder()
        var follower = PacketDecoder()
        let take = { (packet: KLVPacket) in
            let decoded = decoder.decode(packet)
            if packet.set == .st0601 {
                var tags: [Int] = []
                let report = follower.read(packet) { tags.append($0.tag) }
                precondition(tags == decoded.items.map(\.tag), "both passes see the same items")
                precondition(report.issues == decoded.issues, "and the same faults")
            } else {
                _ = follower.decode(packet)
            }
            _ = InspectLine(pid: 1, ptsMicroseconds: packet.time, decoded: decoded).ndjson
        }
        for piece in pieces { framer.read(piece, time: 1, take) }
        framer.finish(take)
        var options = AlignmentOptions()
        options.checksums = .lenient
        var aligner = FrameAligner(options: options)
        for (index, piece) in pieces.prefix(64).enumerated() {
            let arrival = UTCTime(microseconds: 1_750_000_000_000_000)
            let time = RunningTime.seconds(Double(index) * 0.04)
            var packet = MetadataPacket(
                dialect: .klv, bytes: piece, time: time, ptsMicroseconds: nil, pid: index & 1, arrival: arrival)
            if index & 2 == 2 { packet.time = nil }
            _ = aligner.add(packet)
            let frame = Frame(
                index: index, time: time, ptsMicroseconds: nil, width: 640, height: 480, isKey: true, arrival: arrival)
            _ = aligner.add(frame)
        }
        _ = aligner.flush()
    }

    private static func transportStream(_ pieces: [[UInt8]]) {
        var reader = TransportStreamReader()
        var units = 0
        for piece in pieces { reader.read(piece) { if case .unit = $0 { units &+= 1 } } }
        reader.finish { if case .unit = $0 { units &+= 1 } }
        for kind in [StreamKind.h264, .h265, .mpeg2] { _ = PrecisionTimeStamp(pieces.first ?? [], kind) }
    }

    private static func subtitle(_ bytes: [UInt8], _ step: Int) {
        var inspector = DJISubtitleInspector()
        for piece in pieces(bytes, step) { inspector.read(piece) { _ = $0.ndjson } }
        inspector.finish { _ = $0.ndjson }
        var decoder = DJISubtitleDecoder()
        _ = decoder.read(bytes, at: .seconds(1)) { _ in }
    }

    private static func mavlink(_ bytes: [UInt8], _ step: Int) {
        for form in [MAVLinkFramer.Form.stream, .log] {
            var inspector = MAVLinkInspector(form: form, givesMessages: true)
            for piece in pieces(bytes, step) { inspector.read(piece) { _ in } }
            inspector.finish { _ in }
            var reader = MAVLinkReader(form: form)
            for piece in pieces(bytes, step) { _ = reader.read(piece) { _ in } }
            _ = reader.finish { _ in }
        }
    }

    private static func onvif(_ pieces: [[UInt8]]) {
        var reader = ONVIFReader()
        for piece in pieces { _ = reader.read(piece, time: .seconds(1)) { _ in } }
        _ = reader.finish { _ in }
    }

    /// As the project's own line, and as a message of each dialect.
    private static func analysis(_ bytes: [UInt8], _ step: Int) {
        _ = try? AnalysisLine(bytes[...])
        for dialect in AnalysisDialect.allCases {
            var options = AnalysisOptions()
            options.dialect = dialect
            var reader = AnalysisReader(options: options)
            for piece in pieces(bytes, step) { _ = reader.read(piece) { _ in } }
        }
    }

    /// Whatever was read can be written and read again.
    private static func metadataLog(_ pieces: [[UInt8]]) {
        for trustsChecksums in [true, false] {
            var decoder = MetadataLogDecoder(trustsChecksums: trustsChecksums)
            var again = MetadataLogDecoder()
            var encoder = MetadataLogEncoder()
            again.add(MetadataLogEncoder.start)
            for piece in pieces {
                decoder.add(piece)
                while let entry = decoder.next() {
                    var bytes: [UInt8] = []
                    switch entry {
                    case .header(let header): encoder.append(header, to: &bytes)
                    case .frame(let frame): guard encoder.append(frame, to: &bytes) else { continue }
                    }
                    again.add(bytes)
                    precondition(again.next() != nil && again.damagedRecords == 0, "what is written can be read")
                }
            }
        }
    }

    private static func djiCloud(_ bytes: [UInt8]) {
        var decoder = DJICloudDecoder()
        let arrival = UTCTime(microseconds: 1_750_000_000_000_000)
        for topic in ["thing/product/1ZNDH/osd", "thing/product/1ZNDH/state", "thing/product/1ZNDH/drc/up"] {
            _ = decoder.read(bytes, topic: topic, arrival: arrival) { _ in }
        }
        _ = decoder.read(bytes, topic: nil, arrival: arrival) { _ in }
    }

    /// As a header of a JPEG, and with one in front of it.
    private static func still(_ bytes: [UInt8]) {
        for header in [bytes, [0xFF, 0xD8] + bytes] {
            guard let still = StillMetadata(header: header) else { continue }
            _ = StillLine(file: "still.jpg", still).ndjson
            _ = still.time
        }
    }
}
