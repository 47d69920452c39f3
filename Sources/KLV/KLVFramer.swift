/// Finds the packets in a stream of units: a packet may span units, a unit may hold several, and there may be anything
/// between them. Holds at most ``limit`` bytes and one unit.
public struct KLVFramer: Sendable {
    public struct Counters: Sendable, Hashable {
        public var packets: Int64 = 0
        /// Bytes that belong to no packet.
        public var garbageBytes: Int64 = 0
        /// Keys followed by an indefinite length, or one of more than eight bytes.
        public var badLengths: Int64 = 0
        public var oversizedPackets: Int64 = 0
        /// Packets that another packet or the end of the stream cut off.
        public var truncatedPackets: Int64 = 0
        public var badChecksums: Int64 = 0
        /// Packets of a set that should have a checksum and have none.
        public var missingChecksums: Int64 = 0

        public init() {}

        /// The faults, by reason, those that occurred.
        public var faults: [String: Int64] {
            let all: KeyValuePairs<String, Int64> = [
                "garbage_bytes": garbageBytes, "bad_lengths": badLengths, "oversized_packets": oversizedPackets,
                "truncated_packets": truncatedPackets, "bad_checksums": badChecksums,
                "missing_checksums": missingChecksums,
            ]
            return Dictionary(uniqueKeysWithValues: all.filter { $0.value > 0 }.map { ($0.key, $0.value) })
        }
    }

    public private(set) var counters = Counters()
    /// Largest length a packet may state.
    public let limit: Int

    private var buffer: [UInt8] = []
    /// Start of each unit in `buffer`, and its time. The first is at or before 0.
    private var marks: [(start: Int, time: Int64?)] = []

    /// `limit` in bytes; ST 0601 packets with VMTI and image chips stay well under the default.
    public init(limit: Int = 256 << 10) {
        self.limit = max(limit, 1)
    }

    /// Takes the next unit (a PES payload, a datagram, a stretch of a file). `time` is handed on in the packets that
    /// begin in it.
    public mutating func read(_ unit: [UInt8], time: Int64?, _ emit: (KLVPacket) -> Void) {
        // Nothing begins in it: its mark would stay for ever.
        guard !unit.isEmpty else { return }
        if !buffer.isEmpty, unit.starts(with: SetKind.prefix) {
            // A packet is never continued by a key: what waits lost its end.
            scan(isFinal: true, emit)
        }
        if buffer.isEmpty, let packet = sole(unit, time) {
            count(packet)
            emit(packet)
            return
        }
        marks.append((buffer.count, time))
        buffer.append(contentsOf: unit)
        scan(isFinal: false, emit)
    }

    /// The stream ended: what is left is no packet, but whole packets may hide in it.
    public mutating func finish(_ emit: (KLVPacket) -> Void) {
        scan(isFinal: true, emit)
    }

    /// The packet that a unit is, the whole of it and nothing else: what most carriers deliver.
    private func sole(_ unit: [UInt8], _ time: Int64?) -> KLVPacket? {
        guard unit.count > 16, unit[0] == 0x06, unit[1] == 0x0E, unit[2] == 0x2B, unit[3] == 0x34,
            let packet = KLVPacket(unit, at: 0, time: time, limit: limit), packet.value.upperBound == unit.count,
            packet.checksum == .ok || !packet.set.hasChecksum
        else { return nil }
        return packet
    }

    private enum Step {
        case packet(KLVPacket)
        case wait
        case badLength
        case oversized
    }

    private mutating func scan(isFinal: Bool, _ emit: (KLVPacket) -> Void) {
        var position = 0
        // Bytes of damaged packets that are looked into: such as lie in one another would cost the square of theirs.
        var budget = 16 * buffer.count
        scanning: while position < buffer.count {
            let key = nextKey(from: position, isFinal: isFinal)
            counters.garbageBytes += Int64(key - position)
            position = key
            guard position < buffer.count else { break }
            let step = step(at: position)
            switch step {
            case .packet(let packet):
                if packet.checksum != .ok, packet.set.hasChecksum, packet.bytes.count <= budget,
                    let inner = innerKey(in: position..<position + packet.bytes.count)
                {
                    budget -= packet.bytes.count
                    counters.truncatedPackets += 1
                    counters.garbageBytes += Int64(inner - position)
                    position = inner
                    continue
                }
                position += packet.bytes.count
                count(packet)
                emit(packet)
            case .wait:
                guard isFinal else { break scanning }
                if buffer.count - position >= 4 { counters.truncatedPackets += 1 }
                counters.garbageBytes += Int64(min(4, buffer.count - position))
                position = min(position + 4, buffer.count)
            case .badLength, .oversized:
                if case .badLength = step { counters.badLengths += 1 } else { counters.oversizedPackets += 1 }
                counters.garbageBytes += 4
                position += 4
            }
        }
        drop(position)
    }

    private mutating func count(_ packet: KLVPacket) {
        counters.packets += 1
        guard packet.set.hasChecksum else { return }
        if packet.checksum == .bad { counters.badChecksums += 1 }
        if packet.checksum == .none { counters.missingChecksums += 1 }
    }

    private func step(at position: Int) -> Step {
        guard buffer.count - position > 16 else { return .wait }
        let first = buffer[position + 16]
        if first == 0x80 || first > 0x80 + UInt8(BER.lengthBytes) { return .badLength }
        var cursor = ByteCursor(buffer, (position + 16)..<buffer.count)
        guard let length = cursor.length() else {
            let needed = first < 0x80 ? 0 : Int(first & 0x7F)
            // All there, and larger than any number here.
            return buffer.count - position > 16 + needed ? .oversized : .wait
        }
        guard length <= limit else { return .oversized }
        let time = marks.last { $0.start <= position }?.time
        guard let packet = KLVPacket(buffer, at: position, time: time, limit: limit) else { return .wait }
        return .packet(packet)
    }

    /// Index of the next key prefix; of a beginning of one at the end of the buffer, unless `isFinal`; else the end.
    private func nextKey(from start: Int, isFinal: Bool) -> Int {
        let prefix = SetKind.prefix
        var index = start
        while index < buffer.count {
            guard let candidate = buffer[index...].firstIndex(of: prefix[0]) else { return buffer.count }
            let count = min(4, buffer.count - candidate)
            if buffer[candidate..<candidate + count].elementsEqual(prefix[..<count]), count == 4 || !isFinal {
                return candidate
            }
            index = candidate + 1
        }
        return buffer.count
    }

    /// Index of a known key inside a packet whose checksum fails: bytes were lost, and it swallowed the next one.
    private func innerKey(in packet: Range<Int>) -> Int? {
        var index = packet.lowerBound + 16
        while index < packet.upperBound {
            guard let candidate = buffer[index..<packet.upperBound].firstIndex(of: SetKind.prefix[0]) else {
                return nil
            }
            if buffer[candidate...].starts(with: SetKind.prefix),
                candidate + 16 > buffer.count || SetKind(key: buffer.span, at: candidate) != .unknown
            {
                return candidate
            }
            index = candidate + 1
        }
        return nil
    }

    private mutating func drop(_ count: Int) {
        guard count > 0 else { return }
        buffer.removeFirst(min(count, buffer.count))
        let kept = marks.lastIndex { $0.start <= count } ?? 0
        marks.removeFirst(kept)
        for index in marks.indices { marks[index].start -= count }
        if buffer.isEmpty { marks.removeAll(keepingCapacity: true) }
    }
}
