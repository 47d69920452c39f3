import Foundation
import KLV

/// Packets of 121 bytes, each a unit of its own, to typed items with names and units.
struct KLVFigures {
    static let packets = 50_000
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
                "KLV: decode a packet", unit: "ns",
                against: anchor == nil ? "klvdata is not installed" : "klvdata 0.0.3 (Python), no checksum",
                ours: { try decode(units) }, anchor: anchor)
        ]
    }

    private func decode(_ units: [[UInt8]]) throws -> Double {
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
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = [script, hexadecimal, String(Self.anchorPackets)]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0,
            let value = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw BenchError("\(script) failed") }
        return value
    }
}
