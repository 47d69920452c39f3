import GStreamer
import Inspection

/// Subtitles out of a track beside the video, put in order with its frames: the same on every run, however the threads of the
/// demultiplexer took turns. It gives a subtitle out before any frame that is decoded after the subtitle's time.
struct SubtitleTrack {
    /// Subtitles held at most: a file may have more of them than a video.
    static let limit = 4096
    /// As many where nothing but subtitles is read, which come out at the end: two hours of 30 a second.
    static let limitAlone = 1 << 18

    private let limit: Int
    private var held: [Subtitle] = []
    private(set) var dropped: Int64 = 0

    init(isAlone: Bool = false) { limit = isAlone ? Self.limitAlone : Self.limit }

    var isEmpty: Bool { held.isEmpty }

    mutating func hold(_ sample: Sample) {
        guard let time = sample.runningTime, sample.buffer.count > 0 else { return }
        guard held.count < limit else {
            dropped += 1
            return
        }
        let text = sample.buffer.withBytes { bytes in
            (0..<min(bytes.count, SubtitleReader.textLimit)).map { bytes[$0] }
        }
        held.append(Subtitle(start: RunningTime(nanoseconds: time), text: text))
    }

    /// Those whose place is before this frame.
    mutating func due(before frame: Sample) -> [Subtitle] {
        guard !held.isEmpty, let shown = frame.runningTime else { return [] }
        var decoded = shown
        if let pts = frame.buffer.pts, let dts = frame.buffer.dts, dts < pts {
            decoded = shown &- Int64(clamping: pts - dts)
        }
        let count = held.firstIndex { ($0.start?.nanoseconds ?? 0) >= decoded } ?? held.count
        defer { held.removeFirst(count) }
        return Array(held[..<count])
    }

    mutating func rest() -> [Subtitle] {
        defer { held = [] }
        return held
    }
}
