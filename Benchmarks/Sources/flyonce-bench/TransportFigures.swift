import Foundation
import TransportStream

/// A transport stream from memory to elementary units, against copying the same bytes once: what no reader that hands units
/// on can be cheaper than.
struct TransportFigures {
    static let chunk = 1 << 20
    /// Bytes read in one turn, at least.
    static let volume = 256 << 20

    /// The file of the stream.
    var stream: String

    func figures() async throws -> [Figure] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: stream)))
        try BenchError.check(!bytes.isEmpty, "\(stream) is empty")
        let chunks = stride(from: 0, to: bytes.count, by: Self.chunk).map {
            [UInt8](bytes[$0..<min($0 + Self.chunk, bytes.count)])
        }
        let passes = max(Self.volume / bytes.count, 1)
        let gigabytes = Double(bytes.count * passes) / 1e9
        return [
            try await Turns.figure(
                "TS: read to units", unit: "GB/s", better: .more, against: "one memcpy of the same bytes",
                ours: { gigabytes / (try read(chunks, passes: passes)) },
                anchor: { gigabytes / (try copy(chunks, passes: passes, size: bytes.count)) })
        ]
    }

    private func read(_ chunks: [[UInt8]], passes: Int) throws -> Double {
        var units = 0
        let seconds = Turns.seconds {
            for _ in 0..<passes {
                var reader = TransportStreamReader()
                let emit: (TransportEvent) -> Void = { if case .unit = $0 { units &+= 1 } }
                for chunk in chunks { reader.read(chunk, emit) }
                reader.finish(emit)
            }
        }
        try BenchError.check(units > passes, "only \(units) units in \(passes) passes over \(stream)")
        return seconds
    }

    private func copy(_ chunks: [[UInt8]], passes: Int, size: Int) throws -> Double {
        var target: [UInt8] = []
        target.reserveCapacity(size)
        var copied = 0
        let seconds = Turns.seconds {
            for _ in 0..<passes {
                target.removeAll(keepingCapacity: true)
                for chunk in chunks { target.append(contentsOf: chunk) }
                copied &+= target.count
            }
        }
        try BenchError.check(copied == size * passes, "copied \(copied) bytes")
        return seconds
    }
}
