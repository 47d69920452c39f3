import Foundation
import Ingest
import Inspection
import Telemetry

/// Reads one variant by every way that a stream takes through the gateway, and looks whether what came out keeps the
/// promises of the seams.
struct Trial {
    struct Outcome {
        var frames = 0
        var packets = 0
        var pictures = 0
        var breaches: [String] = []
    }

    private struct SystemClock: Clock {
        var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
        var monotonicNanoseconds: Int64 { Int64(clamping: DispatchTime.now().uptimeNanoseconds) }
    }

    /// Takes pictures and a clip too.
    var takesPictures: Bool
    /// Decodes every picture beside.
    var decodesAll: Bool

    func run(_ bytes: [UInt8], path: String, _ random: inout Generator) async -> Outcome {
        var outcome = Outcome()
        inspect(bytes, &random)
        let times = read(path, &outcome)
        guard takesPictures, let (source, times) = times, let first = times.first, let last = times.last else {
            return outcome
        }
        for time in [first, times[times.count / 2], last] {
            if let picture = try? await source.picture(at: time) {
                outcome.pictures += 1
                if !picture.bytes.starts(with: [0xFF, 0xD8]) { outcome.breaches.append("a picture that is no JPEG") }
            }
        }
        if let clip = try? await source.clip(from: first, to: last), clip.bytes.isEmpty {
            outcome.breaches.append("an empty clip")
        }
        return outcome
    }

    private func inspect(_ bytes: [UInt8], _ random: inout Generator) {
        var inspector = MetadataInspector()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + random.below(60_000))
            inspector.read(Array(piece)) { _ = $0.ndjson }
            rest = rest.dropFirst(piece.count)
        }
        inspector.finish { _ = $0.ndjson }
    }

    private func read(_ path: String, _ outcome: inout Outcome) -> ((any VideoSource), [RunningTime])? {
        var options = SourceOptions()
        options.captureSeconds = 5
        options.decode = decodesAll ? .all : .onDemand
        guard let name = Name("trial"),
            let source = try? makeSource(name: name, location: path, options: options, clock: SystemClock())
        else {
            outcome.breaches.append("no source was made")
            return nil
        }
        var aligner = FrameAligner()
        var times: [RunningTime] = []
        var aligned = 0
        var ends = 0
        var indexes = 0
        do {
            try source.run { event in
                switch event {
                case .frame(let frame):
                    if frame.index != indexes { outcome.breaches.append("frame \(frame.index) after \(indexes)") }
                    indexes = frame.index + 1
                    times.append(frame.time)
                    aligned += aligner.add(frame).count
                case .packet(let packet):
                    outcome.packets += 1
                    aligned += aligner.add(packet).count
                case .ended: ends += 1
                case .interrupted: outcome.breaches.append("a file was interrupted")
                default: break
                }
            }
            if ends != 1 { outcome.breaches.append("\(ends) ends") }
        } catch {
            if error.description.isEmpty { outcome.breaches.append("an error without a word") }
        }
        aligned += aligner.flush().count
        if aligned != times.count { outcome.breaches.append("\(aligned) of \(times.count) frames came out aligned") }
        outcome.frames = times.count
        return (source, times)
    }
}
