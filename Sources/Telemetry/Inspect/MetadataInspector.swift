import KLV
import TransportStream

/// Decodes the metadata of a recording: an MPEG transport stream, or bare KLV packets one after another. Which it is, is
/// told by the bytes.
public struct MetadataInspector: Sendable {
    private enum Form: Sendable { case undecided, transport, bare }

    /// Bytes looked at before the form is settled.
    private static let probe = 4096

    private var form = Form.undecided
    private var pending: [UInt8] = []
    private var transport = TransportStreamReader()
    private var streams: [Int?: Stream] = [:]
    private var linesEmitted: Int64 = 0

    private struct Stream: Sendable {
        var framer = KLVFramer()
        var decoder = PacketDecoder()
        var faults = PacketFaults()
    }

    public init() {}

    public mutating func read(_ bytes: [UInt8], emit: (InspectLine) -> Void) {
        guard form == .undecided else { return process(bytes, emit) }
        pending.append(contentsOf: bytes)
        guard pending.count >= Self.probe else { return }
        decide(emit)
    }

    public mutating func finish(emit: (InspectLine) -> Void) {
        readEmbedded(emit)
        if form == .undecided { decide(emit) }
        if form == .transport {
            var units: [ElementaryUnit] = []
            transport.finish { if case .unit(let unit) = $0 { units.append(unit) } }
            for unit in units where unit.kind.isKLV { read(unit, emit) }
        }
        for pid in streams.keys.sorted(by: { ($0 ?? -1) < ($1 ?? -1) }) {
            guard var stream = streams[pid] else { continue }
            var packets: [KLVPacket] = []
            stream.framer.finish { packets.append($0) }
            streams[pid] = stream
            for packet in packets { decode(packet, pid, emit) }
        }
    }

    /// What was read and what was wrong with it: `packets`, `bad_checksums`, `garbage_bytes`, `items_unknown_tag`, …
    public var counters: [String: Int64] {
        var all = transport.counters.faults
        for stream in streams.values {
            all.merge(stream.framer.counters.faults, uniquingKeysWith: +)
            all.merge(stream.faults.counters, uniquingKeysWith: +)
        }
        all["packets"] = linesEmitted
        return all
    }

    /// True when the bytes were a transport stream or held at least one packet, or the key of one.
    public var isRecognised: Bool {
        linesEmitted > 0 || transport.counters.packets > 0
            || streams.values.contains { stream in
                let found = stream.framer.counters
                return found.truncatedPackets + found.badLengths + found.oversizedPackets > 0
            }
    }

    private mutating func decide(_ emit: (InspectLine) -> Void) {
        form = Self.isTransport(pending) ? .transport : .bare
        let bytes = pending
        pending = []
        process(bytes, emit)
    }

    /// A file that is nothing but the items of a VMTI set, without a key.
    private mutating func readEmbedded(_ emit: (InspectLine) -> Void) {
        guard form == .undecided, let packet = KLVPacket(embeddedVMTI: pending) else { return }
        form = .bare
        pending = []
        decode(packet, nil, emit)
    }

    /// Three sync bytes one packet apart among the first; two, or one, where there are no more bytes.
    private static func isTransport(_ bytes: [UInt8]) -> Bool {
        for start in 0..<min(bytes.count, 204) where bytes[start] == 0x47 && start + 188 <= bytes.count {
            for stride in [188, 192, 204] {
                let places = [start + stride, start + 2 * stride].filter { $0 < bytes.count }
                if places.allSatisfy({ bytes[$0] == 0x47 }), places.count == 2 || start <= 4 { return true }
            }
        }
        return false
    }

    private mutating func process(_ bytes: [UInt8], _ emit: (InspectLine) -> Void) {
        guard form == .transport else { return feed(bytes, pid: nil, time: nil, emit) }
        var units: [ElementaryUnit] = []
        transport.read(bytes) { event in
            if case .unit(let unit) = event, unit.kind.isKLV { units.append(unit) }
        }
        for unit in units { read(unit, emit) }
    }

    private mutating func read(_ unit: ElementaryUnit, _ emit: (InspectLine) -> Void) {
        feed(unit.bytes, pid: unit.pid, time: unit.ptsMicroseconds, emit)
    }

    private mutating func feed(_ bytes: [UInt8], pid: Int?, time: Int64?, _ emit: (InspectLine) -> Void) {
        var packets: [KLVPacket] = []
        streams[pid, default: Stream()].framer.read(bytes, time: time) { packets.append($0) }
        for packet in packets { decode(packet, pid, emit) }
    }

    private mutating func decode(_ packet: KLVPacket, _ pid: Int?, _ emit: (InspectLine) -> Void) {
        let decoded = streams[pid, default: Stream()].decoder.decode(packet)
        linesEmitted += 1
        streams[pid, default: Stream()].faults.note(decoded)
        emit(InspectLine(pid: pid, ptsMicroseconds: packet.time, decoded: decoded))
    }
}
