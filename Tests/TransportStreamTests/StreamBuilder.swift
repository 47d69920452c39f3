@testable import TransportStream

/// Writes transport packets by the standard, for the reader to read.
struct StreamBuilder {
    var bytes: [UInt8] = []
    private var counters: [Int: UInt8] = [:]

    /// One packet with its own continuity counter. `payload` is at most 184 bytes, `flags` those of the adaptation field.
    mutating func packet(_ pid: Int, startsUnit: Bool, _ payload: [UInt8], flags: UInt8? = nil, control: UInt8 = 0) {
        let counter = counters[pid, default: 0]
        if !payload.isEmpty { counters[pid] = (counter + 1) & 15 }
        var stuffing = 184 - payload.count
        var packet: [UInt8] = [0x47, UInt8(pid >> 8) | (startsUnit ? 0x40 : 0), UInt8(pid & 0xFF)]
        if flags != nil { stuffing = max(stuffing, 2) }
        packet.append(counter | control | (stuffing > 0 ? 0x20 : 0) | (payload.isEmpty ? 0 : 0x10))
        if stuffing > 0 {
            packet.append(UInt8(stuffing - 1))
            if stuffing > 1 { packet.append(flags ?? 0) }
            packet += [UInt8](repeating: 0xFF, count: max(stuffing - 2, 0))
        }
        bytes += packet + payload
    }

    mutating func section(_ pid: Int, _ body: [UInt8]) {
        var section = body
        section[1] = 0xB0 | UInt8((body.count + 4 - 3) >> 8)
        section[2] = UInt8((body.count + 4 - 3) & 0xFF)
        let crc = CRC32.of(section)
        section += [UInt8(crc >> 24), UInt8(crc >> 16 & 255), UInt8(crc >> 8 & 255), UInt8(crc & 255)]
        var rest = [0] + section
        var isFirst = true
        while !rest.isEmpty {
            var part = Array(rest.prefix(184))
            rest.removeFirst(part.count)
            part += [UInt8](repeating: 0xFF, count: 184 - part.count)
            packet(pid, startsUnit: isFirst, part)
            isFirst = false
        }
    }

    mutating func association(_ programs: [(number: Int, pid: Int)], version: UInt8 = 0) {
        var body: [UInt8] = [0, 0, 0, 0, 1, 0xC1 | version << 1, 0, 0]
        for program in programs {
            body += [0, UInt8(program.number), 0xE0 | UInt8(program.pid >> 8), UInt8(program.pid & 255)]
        }
        section(0, body)
    }

    mutating func map(
        _ number: Int, _ pid: Int, _ streams: [(pid: Int, type: UInt8, descriptors: [UInt8])], version: UInt8 = 0
    ) {
        var body: [UInt8] = [2, 0, 0, 0, UInt8(number), 0xC1 | version << 1, 0, 0, 0xE1, 0, 0xF0, 0]
        for stream in streams {
            body += [stream.type, 0xE0 | UInt8(stream.pid >> 8), UInt8(stream.pid & 255)]
            body += [0xF0, UInt8(stream.descriptors.count)] + stream.descriptors
        }
        section(pid, body)
    }

    /// A PES packet of `payload`. Video says no length.
    mutating func pes(
        _ pid: Int, _ payload: [UInt8], pts: Int64?, dts: Int64? = nil, streamID: UInt8 = 0xBD, hasLength: Bool = true,
        flags: UInt8? = nil
    ) {
        var header: [UInt8] = []
        if let pts { header += Self.time(pts, dts == nil ? 2 : 3) }
        if let dts { header += Self.time(dts, 1) }
        let length = hasLength ? 3 + header.count + payload.count : 0
        var rest: [UInt8] = [0, 0, 1, streamID, UInt8(length >> 8 & 255), UInt8(length & 255), 0x80]
        rest += [pts == nil ? 0 : dts == nil ? 0x80 : 0xC0, UInt8(header.count)]
        rest += header + payload
        var isFirst = true
        while !rest.isEmpty {
            let part = Array(rest.prefix(isFirst && flags != nil ? 182 : 184))
            rest.removeFirst(part.count)
            packet(pid, startsUnit: isFirst, part, flags: isFirst ? flags : nil)
            isFirst = false
        }
    }

    /// The next packet of `pid` will look as if some before it were lost.
    mutating func skipCounter(_ pid: Int) { counters[pid, default: 0] = (counters[pid, default: 0] + 3) & 15 }

    private static func time(_ pts: Int64, _ mark: UInt8) -> [UInt8] {
        [
            mark << 4 | UInt8(pts >> 30 & 7) << 1 | 1, UInt8(pts >> 22 & 255), UInt8(pts >> 15 & 127) << 1 | 1,
            UInt8(pts >> 7 & 255), UInt8(pts & 127) << 1 | 1,
        ]
    }

    static let klva: [UInt8] = [5, 4, 0x4B, 0x4C, 0x56, 0x41]

    /// Program 1 with H.264 on 0x100 and KLV on 0x101.
    static func drone(type: UInt8 = 0x06, descriptors: [UInt8] = klva) -> StreamBuilder {
        var builder = StreamBuilder()
        builder.association([(1, 0x1000)])
        builder.map(1, 0x1000, [(0x100, 0x1B, []), (0x101, type, descriptors)])
        return builder
    }
}

struct Reading {
    var programs: [ProgramDescription] = []
    var units: [ElementaryUnit] = []
    var events: [TransportEvent] = []
    var counters = TransportCounters()

    init(_ bytes: [UInt8], sizes: [Int] = [], limits: TransportLimits = TransportLimits()) {
        var reader = TransportStreamReader(limits: limits)
        var events: [TransportEvent] = []
        var position = 0
        var turn = 0
        while position < bytes.count {
            let size = sizes.isEmpty ? bytes.count : sizes[turn % sizes.count]
            reader.read(Array(bytes[position..<min(position + size, bytes.count)])) { events.append($0) }
            position += size
            turn += 1
        }
        reader.finish { events.append($0) }
        counters = reader.counters
        self.events = events
        for event in events {
            switch event {
            case .program(let program): programs.append(program)
            case .unit(let unit): units.append(unit)
            }
        }
    }

    func units(of pid: Int) -> [ElementaryUnit] { units.filter { $0.pid == pid } }
}

/// A small generator, so that a failing run can be run again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
