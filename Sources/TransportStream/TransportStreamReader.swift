/// Reads an MPEG transport stream (ISO/IEC 13818-1) in stretches of any size: what it emits does not depend on how the
/// bytes were cut. Never fails: what cannot be read is skipped and counted. Holds at most one unit a stream within
/// ``TransportLimits``, and one unread packet.
public struct TransportStreamReader: Sendable {
    public internal(set) var counters = TransportCounters()
    /// The programs known now, in the order of the association table.
    public var programs: [ProgramDescription] { directory.programs }

    let limits: TransportLimits
    private var pending: [UInt8] = []
    private var sync = PacketSync()
    var directory: ProgramDirectory
    var association = SectionAssembler()
    var maps: [Int: SectionAssembler] = [:]
    var streams: [ElementaryStreamState] = []
    /// Index in `streams` by PID; −1 for none.
    var slots = [Int16](repeating: -1, count: 8192)
    /// Last continuity counter by PID; 0xFF for none.
    private var continuity = [UInt8](repeating: 0xFF, count: 8192)
    /// ``signature(_:_:)`` of the last payload by PID.
    private var signatures = [UInt64](repeating: 0, count: 8192)
    var clock = PTSUnwrapper()
    /// Bytes until the next packet, where a stride over 188 leads past the last read.
    private var gap = 0

    public init(limits: TransportLimits = TransportLimits()) {
        self.limits = limits
        directory = ProgramDirectory(limits: limits)
    }

    /// Takes the next bytes of the stream.
    public mutating func read(_ bytes: [UInt8], _ emit: (TransportEvent) -> Void) {
        guard !pending.isEmpty else { return process(bytes, isFinal: false, emit) }
        var joined = pending
        pending = []
        joined.append(contentsOf: bytes)
        process(joined, isFinal: false, emit)
    }

    /// The stream ended: emits what was being joined. Units cut off by the end are marked damaged.
    public mutating func finish(_ emit: (TransportEvent) -> Void) {
        let rest = pending
        pending = []
        process(rest, isFinal: true, emit)
        for index in streams.indices { flush(index, emit) }
        sync.lose()
        gap = 0
    }

    private mutating func process(_ bytes: [UInt8], isFinal: Bool, _ emit: (TransportEvent) -> Void) {
        var position = gap
        while position < bytes.count {
            guard let stride = sync.stride else {
                switch sync.search(bytes, from: position, isFinal: isFinal) {
                case .found(let start):
                    counters.skippedBytes += Int64(start - position)
                    position = start
                    continue
                case .undecided(let start):
                    counters.skippedBytes += Int64(start - position)
                    position = start
                }
                break
            }
            guard bytes[position] == 0x47 else {
                sync.lose()
                counters.syncLosses += 1
                for index in streams.indices { streams[index].pes.damage() }
                continue
            }
            guard bytes.count - position >= PacketSync.size else { break }
            counters.packets += 1
            packet(bytes, position, emit)
            position += stride
        }
        // With a stride over 188 the next packet may begin beyond these bytes.
        gap = max(position - bytes.count, 0)
        if isFinal {
            counters.skippedBytes += Int64(max(bytes.count - position, 0))
        } else if position < bytes.count {
            pending = Array(bytes[position...])
        }
    }

    private mutating func packet(_ bytes: [UInt8], _ at: Int, _ emit: (TransportEvent) -> Void) {
        let pid = Int(bytes[at + 1] & 0x1F) << 8 | Int(bytes[at + 2])
        let slot = Int(slots[pid])
        guard slot >= 0 || pid == 0 || maps[pid] != nil else { return }
        if bytes[at + 1] & 0x80 != 0 {
            counters.errorPackets += 1
            return
        }
        let control = bytes[at + 3]
        if control & 0xC0 != 0 {
            counters.scrambledPackets += 1
            return
        }
        let startsUnit = bytes[at + 1] & 0x40 != 0
        let end = at + PacketSync.size
        var payload = at + 4
        var flags: UInt8 = 0
        if control & 0x20 != 0 {
            let length = Int(bytes[payload])
            if length > 0 { flags = bytes[payload + 1] }
            payload += 1 + length
            guard payload <= end else {
                counters.malformedPackets += 1
                return
            }
        }
        if flags & 0x80 != 0 {
            continuity[pid] = 0xFF
            if slot >= 0 { streams[slot].pes.discontinuity() }
        }
        guard control & 0x10 != 0, payload < end else { return }
        switch follow(pid, control & 0x0F, Self.signature(bytes, payload..<end)) {
        case .duplicate: return
        case .gap:
            if slot >= 0 { streams[slot].pes.damage() } else { resetSections(pid) }
        case .next: break
        }
        if slot >= 0 {
            elementary(slot, bytes, payload..<end, startsUnit, isRandomAccess: flags & 0x40 != 0, emit)
        } else {
            sections(pid, bytes, payload..<end, startsUnit, emit)
        }
    }

    private enum Continuity { case next, duplicate, gap }

    private mutating func follow(_ pid: Int, _ counter: UInt8, _ signature: UInt64) -> Continuity {
        let last = continuity[pid]
        let lastSignature = signatures[pid]
        continuity[pid] = counter
        signatures[pid] = signature
        guard last != 0xFF, counter != (last + 1) & 0x0F else { return .next }
        // A repeated packet has its counter and its payload again; another payload under the same counter is what a
        // joined recording, or the loss of sixteen packets, looks like.
        if counter == last, signature == lastSignature {
            counters.duplicatePackets += 1
            return .duplicate
        }
        counters.continuityGaps += 1
        return .gap
    }

    /// Length, beginning and end of a payload: enough to tell a repeated packet from another.
    private static func signature(_ bytes: [UInt8], _ payload: Range<Int>) -> UInt64 {
        var value = UInt64(payload.count)
        for byte in bytes[payload.prefix(8)] { value = value &* 0x100_0000_01B3 ^ UInt64(byte) }
        for byte in bytes[payload.suffix(8)] { value = value &* 0x100_0000_01B3 ^ UInt64(byte) }
        return value
    }
}
