import Testing

@testable import KLV

@Suite struct `Framing` {
    private let packets = [WorkedExamples.dynamicOnly, WorkedExamples.syntheticDrone, WorkedExamples.dayFlight]

    private func frame(_ units: [([UInt8], Int64?)], limit: Int = 256 << 10) -> ([KLVPacket], KLVFramer.Counters) {
        var framer = KLVFramer(limit: limit)
        var packets: [KLVPacket] = []
        for unit in units { framer.read(unit.0, time: unit.1) { packets.append($0) } }
        framer.finish { packets.append($0) }
        return (packets, framer.counters)
    }

    @Test(arguments: [1, 2, 3, 15, 16, 17, 18, 100, 700, 5000])
    func `finds packets in units of any size, with garbage between`(size: Int) {
        let stream = [0x06, 0x0E, 1, 2] + packets[0] + [0x06, 0x0E, 0x2B, 9] + packets[1] + packets[2] + [0x06, 0x0E]
        let units = stride(from: 0, to: stream.count, by: size).map {
            (Array(stream[$0..<min($0 + size, stream.count)]), Int64?.some(Int64($0)))
        }
        let (found, counters) = frame(units)
        #expect(found.map(\.bytes) == packets)
        #expect(counters.garbageBytes == 10)
        #expect(counters.packets == 3)
        let starts = [4, 8 + packets[0].count, 8 + packets[0].count + packets[1].count]
        #expect(found.map(\.time) == starts.map { Int64($0 / size * size) })
    }

    @Test func `gives a packet the time of the unit of its first byte`() {
        let both = packets[0] + packets[1]
        let (found, _) = frame([(Array(both[..<200]), 10), (Array(both[200...]), nil), (packets[2], 30)])
        #expect(found.map(\.time) == [10, 10, 30])
    }

    @Test func `keeps nothing of empty units`() {
        var framer = KLVFramer()
        for _ in 0..<100 { framer.read([], time: 1) { _ in } }
        #expect("\(framer)" == "\(KLVFramer())")
    }

    @Test func `drops a packet that a new one cuts off`() {
        let (found, counters) = frame([(Array(packets[1].dropLast(5)), 1), (packets[0], 2)])
        #expect(found.map(\.bytes) == [packets[0]])
        #expect(found.map(\.time) == [2])
        #expect(counters.truncatedPackets == 1)
    }

    @Test func `frees a packet that a damaged one swallowed`() {
        // Ten bytes are missing from the first: its length reaches into the second.
        var damaged = packets[1]
        damaged.removeSubrange(300..<310)
        let stream = damaged + packets[0] + packets[2]
        let (found, counters) = frame([(stream, 1)])
        #expect(found.map(\.bytes) == [packets[0], packets[2]])
        #expect(counters.truncatedPackets == 1)
    }

    @Test func `gives up looking into packets that lie in one another`() {
        let key = SetKind.st0601.universalKey ?? []
        let count = 2000
        var stream: [UInt8] = []
        for index in 0..<count {
            // Each reaches to the end.
            let length = (count - 1 - index) * 20
            stream += key
            stream += [0x83, 0, UInt8(length >> 8), UInt8(length & 0xFF)]
        }
        let (found, counters) = frame([(stream, 1)])
        #expect(found.count == 1)
        #expect(counters.truncatedPackets == 16)
    }

    @Test(arguments: ["80", "89", "FF", "8400050000", "847FFFFFFF", "88FFFFFFFFFFFFFFFF"])
    func `refuses lengths that cannot be, and goes on`(length: String) {
        let key = SetKind.st0601.universalKey ?? []
        let (found, counters) = frame([(key + WorkedExamples.bytes(length) + packets[0], 1)])
        #expect(found.map(\.bytes) == [packets[0]])
        #expect(counters.badLengths + counters.oversizedPackets == 1)
    }

    @Test(arguments: ["68", "8168", "820068", "83000068", "8400000068"])
    func `accepts long forms that are longer than they need be`(length: String) throws {
        let key = try #require(SetKind.unknown.universalKey ?? SetKind.st0601.universalKey)
        let bytes = key + WorkedExamples.bytes(length) + [UInt8](repeating: 0, count: 0x68)
        let (found, _) = frame([(bytes, nil)])
        #expect(found.map(\.value.count) == [0x68])
    }

    @Test func `counts checksums that fail or are missing`() {
        var bad = packets[0]
        bad[40] ^= 1
        let key = SetKind.st0601.universalKey ?? []
        let (found, counters) = frame([(bad, 1), (key + [3, 5, 1, 1], 2), (packets[0], 3)])
        #expect(found.map(\.checksum) == [.bad, .none, .ok])
        #expect(counters.badChecksums == 1)
        #expect(counters.missingChecksums == 1)
        #expect(counters.faults == ["bad_checksums": 1, "missing_checksums": 1])
    }

    @Test func `frames sets it does not decode`() {
        let eg0104 = (SetKind.eg0104.universalKey ?? []) + [2, 9, 9]
        let strange = SetKind.prefix + [UInt8](repeating: 1, count: 12) + [1, 7]
        let (found, _) = frame([(eg0104 + strange, nil)])
        #expect(found.map(\.set) == [.eg0104, .unknown])
    }

    @Test func `holds no more than its limit`() {
        let key = SetKind.st0601.universalKey ?? []
        let (found, counters) = frame([(key + [0x82, 0x10, 0x01] + packets[0], 1)], limit: 4096)
        #expect(found.map(\.bytes) == [packets[0]])
        #expect(counters.oversizedPackets == 1)
    }
}
