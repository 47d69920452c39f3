public import Inspection

/// Decodes a subtitle file of a DJI aircraft, for `flyonce inspect`: a line for each subtitle that is telemetry.
public struct DJISubtitleInspector: Sendable {
    private var reader = SubtitleReader()
    private var decoder: DJISubtitleDecoder
    private var tallies: [String: Int64] = [:]

    public init(options: DJISubtitleOptions = DJISubtitleOptions()) { decoder = DJISubtitleDecoder(options: options) }

    /// Nil when the bytes that a file begins with (4096, or all of them) are of no subtitles.
    public init?(header: [UInt8], options: DJISubtitleOptions = DJISubtitleOptions()) {
        guard SubtitleReader.recognises(header) else { return nil }
        self.init(options: options)
    }

    /// `subtitles`, `poses`, `poses_without_fix`, `subtitles_cut`, …
    public var counters: [String: Int64] { tallies.merging(reader.counters, uniquingKeysWith: +) }

    public mutating func read(_ bytes: [UInt8], emit: (TelemetryLine) -> Void) {
        var found: [Subtitle] = []
        reader.read(bytes) { found.append($0) }
        for subtitle in found { take(subtitle, emit) }
    }

    public mutating func finish(emit: (TelemetryLine) -> Void) {
        var found: [Subtitle] = []
        reader.finish { found.append($0) }
        for subtitle in found { take(subtitle, emit) }
    }

    private mutating func take(_ subtitle: Subtitle, _ emit: (TelemetryLine) -> Void) {
        var names: [String] = []
        let said = decoder.decode(subtitle.text, at: subtitle.start) { names.append($0) }
        for name in names { tallies[name, default: 0] += 1 }
        guard let said else { return }
        tallies["poses", default: 0] += 1
        emit(TelemetryLine(said, at: subtitle.start))
    }
}

extension TelemetryLine {
    /// One subtitle that is shown from `start`.
    public init(_ subtitle: DJISubtitle, at start: RunningTime?) {
        self.init(
            dialect: "dji-srt", ptsMicroseconds: start.map { $0.nanoseconds / 1000 }, sample: subtitle.sample,
            zoom: subtitle.zoom)
        localTime = subtitle.localTime
    }
}
