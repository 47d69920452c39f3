import Testing

@testable import KLV

/// The pass that makes no list gives what the list gives: over the worked packets, the recorded ones, and damaged copies.
@Suite struct `The pass over a packet` {
    private static let worked = [
        WorkedExamples.dynamicOnly, WorkedExamples.dynamicAndConstant, WorkedExamples.syntheticDrone,
        WorkedExamples.dayFlight, WorkedExamples.legacyVMTI,
    ]

    /// Every KLV packet of the recordings, in their order.
    private static func recorded(_ name: String) -> [[UInt8]] {
        guard let stream = SampleFiles.bytes(name) else { return [] }
        var framer = KLVFramer()
        var packets: [[UInt8]] = []
        for pid in [0x42, 0x101, 0x102] {
            var payload: [UInt8] = []
            for start in stride(from: 0, to: stream.count - 187, by: 188)
            where Int(stream[start + 1] & 0x1F) << 8 | Int(stream[start + 2]) == pid {
                var place = start + 4
                if stream[start + 3] & 0x20 != 0 { place += 1 + Int(stream[start + 4]) }
                if place < start + 188 { payload += stream[place..<start + 188] }
            }
            framer.read(payload, time: nil) { packets.append($0.bytes) }
            framer.finish { packets.append($0.bytes) }
        }
        return packets
    }

    /// Decodes `bytes` both ways and compares everything that both tell.
    private func compare(_ bytes: [UInt8], _ full: inout PacketDecoder, _ quick: inout PacketDecoder) -> Bool {
        guard let packet = KLVPacket(bytes), packet.set == .st0601 else { return false }
        let decoded = full.decode(packet)
        var items: [ScannedItem] = []
        let report = quick.read(packet) { items.append($0) }
        var isSame =
            items.map(\.tag) == decoded.items.map(\.tag) && report.isComplete == decoded.isComplete
            && report.issues == decoded.issues && report.vmti == decoded.items.value(74)?.items
            && full.vmti == quick.vmti
        for (scanned, item) in zip(items, decoded.items) { isSame = isSame && same(scanned, item, packet) }
        return isSame
    }

    private func same(_ scanned: ScannedItem, _ item: LocalSetItem, _ packet: KLVPacket) -> Bool {
        guard scanned.value == .nested || scanned.issue == item.issue else { return false }
        switch (scanned.value, item.value) {
        case (.unknown, .unknown): return true
        case (.unsigned(let a), .unsigned(let b)): return a == b
        case (.signed(let a), .signed(let b)): return a == b
        case (.real(let a), .real(let b)): return a.bitPattern == b.bitPattern
        case (.special(let a), .special(let b)): return a == b
        case (.text, .text(let text)): return packet.text(scanned) == text
        case (.bytes, .raw(let bytes)): return packet.bytes[scanned.range].elementsEqual(bytes)
        case (.nested, .unsigned), (.nested, .signed), (.nested, .real), (.nested, .unknown): return false
        case (.nested, _): return true
        default: return false
        }
    }

    @Test func `agrees with the list over the worked packets`() {
        var full = PacketDecoder()
        var quick = PacketDecoder()
        for _ in 0..<2 {
            for packet in Self.worked { #expect(compare(packet, &full, &quick)) }
        }
    }

    @Test(arguments: ["osh_uas.ts", "h264_klv.ts", "synth_drone_klv.ts"])
    func `agrees with the list over recorded packets`(name: String) {
        let packets = Self.recorded(name)
        var full = PacketDecoder()
        var quick = PacketDecoder()
        #expect(packets.allSatisfy { compare($0, &full, &quick) })
        if !packets.isEmpty { print("\(packets.count) packets of \(name)") }
        #expect(packets.count >= 30 || SampleFiles.bytes(name) == nil)
    }

    @Test func `agrees with the list over damaged packets`() {
        var random = Xorshift(state: 0x9E37_79B9_7F4A_7C15)
        var full = PacketDecoder()
        var quick = PacketDecoder()
        var compared = 0
        for round in 0..<4000 {
            var bytes = Self.worked[round % Self.worked.count]
            for _ in 0...Int(random.next() % 6) {
                let place = 19 + Int(random.next() % UInt64(bytes.count - 19))
                bytes[place] = random.next() & 3 == 0 ? UInt8(random.next() & 7) : UInt8(random.next() & 0xFF)
            }
            if KLVPacket(bytes) != nil { compared += 1 }
            #expect(compare(bytes, &full, &quick) || KLVPacket(bytes)?.set != .st0601)
        }
        #expect(compared > 3500)
    }

    @Test func `has no items of other sets`() throws {
        let packet = try #require(KLVPacket((SetKind.st0102.universalKey ?? []) + [3, 1, 1, 1]))
        var seen = 0
        #expect(packet.scan { _ in seen += 1 } == ScanSummary())
        #expect(seen == 0)
    }

    @Test func `takes every length of a mapped item, and a tag of four bytes`() throws {
        let key = try #require(SetKind.st0601.universalKey)
        for length in 1...9 {
            let value = [UInt8](repeating: 0x21, count: length)
            let body: [UInt8] = [104, UInt8(length)] + value + [0x81, 0x80, 0x81, 0x00, 1, 7]
            var full = PacketDecoder()
            var quick = PacketDecoder()
            #expect(compare(key + [UInt8(body.count)] + body, &full, &quick))
        }
    }

    /// A packet may be handed out a changed ``KLVPacket/value``: nothing outside its bytes is read.
    @Test func `stays inside its bytes`() throws {
        var packet = try #require(KLVPacket(WorkedExamples.dynamicOnly))
        packet.value = 18..<packet.bytes.count + 50
        var last = 0
        _ = packet.scan { last = $0.range.upperBound }
        #expect(last <= packet.bytes.count)
    }
}

/// The same numbers each run.
private struct Xorshift {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
