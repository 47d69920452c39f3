/// One kind of damage done to a stream. Those from ``tables`` on know a transport stream from inside and do nothing to any
/// other file.
enum Damage: String, CaseIterable {
    case flippedBits, zeroedRun, lostPackets, repeatedPackets, swappedPackets, cutShort, insertedGarbage
    case metadataLengths, codedVideo, boxes
    case tables, packetHeaders, adaptationFields, pesHeaders, times

    /// Does it to `bytes`, at places that the generator chooses.
    func apply(to bytes: inout [UInt8], _ random: inout Generator) {
        guard bytes.count > 1024 else { return }
        let packets = TransportPackets(bytes)
        switch self {
        case .flippedBits:
            for _ in 0...random.below(64) { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
        case .zeroedRun:
            let at = random.below(bytes.count)
            let value: UInt8 = Bool.random(using: &random) ? 0 : 0xFF
            for index in at..<min(at + 1 + random.below(4000), bytes.count) { bytes[index] = value }
        case .lostPackets:
            let unit = packets?.stride ?? 1 + random.below(2000)
            for _ in 0...random.below(8) where bytes.count > 4 * unit {
                let at = start(bytes, unit, packets, &random)
                bytes.removeSubrange(at..<min(at + unit * (1 + random.below(4)), bytes.count))
            }
        case .repeatedPackets:
            let unit = packets?.stride ?? 1 + random.below(2000)
            for _ in 0...random.below(8) {
                let at = start(bytes, unit, packets, &random)
                bytes.insert(contentsOf: Array(bytes[at..<min(at + unit, bytes.count)]), at: at)
            }
        case .swappedPackets: swap(&bytes, packets, &random)
        case .cutShort:
            let keep = 1 + random.below(bytes.count)
            bytes = Bool.random(using: &random) ? Array(bytes.prefix(keep)) : Array(bytes.suffix(keep))
        case .insertedGarbage:
            let garbage = (0...random.below(1000)).map { _ in random.byte() }
            bytes.insert(contentsOf: garbage, at: random.below(bytes.count))
        case .metadataLengths: hit(&bytes, [0x06, 0x0E, 0x2B, 0x34], within: 16..<160, &random)
        case .codedVideo: hit(&bytes, [0, 0, 1], within: 3..<40, &random)
        case .boxes:
            let kinds = [
                "moov", "mvhd", "trak", "mdhd", "stsd", "avcC", "stts", "stsc", "stsz", "stco", "ctts", "mdat",
            ]
            let kind = kinds[random.below(kinds.count)]
            hit(&bytes, Array(kind.utf8), within: -4..<60, &random)
        case .tables, .packetHeaders, .adaptationFields, .pesHeaders, .times:
            packets?.damage(self, &bytes, &random)
        }
    }

    private func start(
        _ bytes: [UInt8], _ unit: Int, _ packets: TransportPackets?, _ random: inout Generator
    ) -> Int {
        guard let packets else { return random.below(bytes.count) }
        return min(packets.first + unit * random.below(bytes.count / unit), bytes.count - 1)
    }

    private func swap(_ bytes: inout [UInt8], _ packets: TransportPackets?, _ random: inout Generator) {
        let unit = packets?.stride ?? 500
        for _ in 0...random.below(8) {
            let one = start(bytes, unit, packets, &random)
            let other = start(bytes, unit, packets, &random)
            guard abs(one - other) >= unit, max(one, other) + unit <= bytes.count else { continue }
            let kept = Array(bytes[one..<one + unit])
            bytes.replaceSubrange(one..<one + unit, with: bytes[other..<other + unit])
            bytes.replaceSubrange(other..<other + unit, with: kept)
        }
    }

    /// Changes bytes near places where `pattern` stands.
    private func hit(
        _ bytes: inout [UInt8], _ pattern: [UInt8], within range: Range<Int>, _ random: inout Generator
    ) {
        var places: [Int] = []
        var index = 0
        while index + pattern.count <= bytes.count, places.count < 4096 {
            if bytes[index] == pattern[0], bytes[index..<index + pattern.count].elementsEqual(pattern) {
                places.append(index)
            }
            index += 1
        }
        guard !places.isEmpty else { return }
        for _ in 0...random.below(16) {
            let at = places[random.below(places.count)] + range.lowerBound + random.below(range.count)
            guard bytes.indices.contains(at) else { continue }
            let edges: [UInt8] = [0, 1, 0x7F, 0x80, 0x81, 0x84, 0x88, 0xFF]
            bytes[at] = Bool.random(using: &random) ? random.byte() : edges[random.below(edges.count)]
        }
    }
}
