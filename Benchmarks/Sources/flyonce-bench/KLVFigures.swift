import KLV

/// Packets of 162 bytes, each a unit of its own: to typed values one by one, as a followed stream is read, and to lists of
/// items with names and units, as `flyonce inspect` prints them.
struct KLVFigures {
    static let packets = 2_000
    /// How often ours reads them all: as packets of a stream they are in the processor's memory when they are read.
    static let repetitions = 50
    /// The Python library is slower by orders; fewer packets give as steady a figure.
    static let anchorPackets = 2_000

    /// An interpreter that can import klvdata.
    var python: String?
    /// `klvdata_packets.py`.
    var script: String

    func figures() async throws -> [Figure] {
        let units = try SamplePacket.stream(Self.packets, from: SamplePacket.start)
        let anchor: (() async throws -> Double)? = python.map { python in { try klvdata(python) } }
        return [
            try await Turns.figure(
                "KLV: decode a packet", unit: "ns", against: anchorName,
                ours: { try Self.pass(units, repetitions: Self.repetitions) }, anchor: anchor),
            try await Turns.figure(
                "KLV: packet to a list", unit: "ns", against: anchorName, ours: { try Self.list(units) },
                anchor: anchor),
        ]
    }

    private var anchorName: String {
        python == nil ? "klvdata is not installed" : "klvdata 0.0.3 (Python), no checksum"
    }

    /// Framing, checksum, and every item to a number or a string.
    static func pass(_ units: [[UInt8]], repetitions: Int) throws -> Double {
        var items = 0
        var characters = 0
        var sound = 0
        var sum = 0.0
        let seconds = Turns.seconds {
            var framer = KLVFramer()
            for _ in 0..<repetitions {
                for unit in units {
                    framer.read(unit, time: nil) { packet in
                        if packet.checksum == .ok { sound &+= 1 }
                        let summary = packet.scan { item in
                            items &+= 1
                            if case .text = item.value {
                                characters &+= packet.text(item).utf8.count
                            } else {
                                sum += item.number ?? .nan
                            }
                        }
                        if !summary.isComplete { sum = .nan }
                    }
                }
            }
        }
        let count = units.count * repetitions
        try BenchError.check(
            items == count * SamplePacket.itemCount && sound == count && sum.isFinite
                && characters == count * SamplePacket.characters,
            "of \(count) packets \(sound) were sound, with \(items) items and \(characters) characters")
        return seconds / Double(count) * 1e9
    }

    static func list(_ units: [[UInt8]]) throws -> Double {
        var items = 0
        var sound = 0
        let seconds = Turns.seconds {
            var framer = KLVFramer()
            var decoder = PacketDecoder()
            for unit in units {
                framer.read(unit, time: nil) { packet in
                    let set = decoder.decode(packet)
                    items &+= set.items.count
                    if set.checksum == .ok { sound &+= 1 }
                }
            }
        }
        try BenchError.check(
            items == units.count * SamplePacket.itemCount && sound == units.count,
            "of \(units.count) packets \(sound) were sound, with \(items) items")
        return seconds / Double(units.count) * 1e9
    }

    private func klvdata(_ python: String) throws -> Double {
        let packet = try SamplePacket.bytes(at: SamplePacket.start)
        let hexadecimal = packet.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let words = try PythonAnchor.words(python, script, hexadecimal, String(Self.anchorPackets))
        return try PythonAnchor.nanoseconds(in: words, of: script)
    }
}
