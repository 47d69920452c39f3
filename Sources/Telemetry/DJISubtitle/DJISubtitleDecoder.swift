public import Inspection

/// Subtitles of DJI aircraft to readings: one stream of them, of which the order of coordinates is remembered. Any bytes in;
/// what is no telemetry is counted.
public struct DJISubtitleDecoder: Sendable {
    private let options: DJISubtitleOptions
    private var memory = DJIPositionPair.Memory()
    private var newest: RunningTime?
    private var newestClock: LocalTime?

    public init(options: DJISubtitleOptions = DJISubtitleOptions()) { self.options = options }

    /// What the text of one subtitle says; nil when it is no telemetry, or cut. `tally` adds to a counter by name:
    /// `subtitles_cut`, `subtitles_without_telemetry`, `poses_without_fix`, `positions_off_the_globe`, …
    public mutating func decode(_ text: [UInt8], tally: (String) -> Void) -> DJISubtitle? {
        let plain = DJISubtitleText(text)
        guard !plain.isCut else {
            tally("subtitles_cut")
            return nil
        }
        let subtitle = DJISubtitle(plain, options: options, memory: &memory)
        guard subtitle.isTelemetry else {
            tally("subtitles_without_telemetry")
            return nil
        }
        for fault in subtitle.faults { tally(fault) }
        if !subtitle.sample.hasFix { tally("poses_without_fix") }
        return subtitle
    }

    /// As ``decode(_:tally:)``, of one that is shown from `time`, the video's own: `subtitles_out_of_order` counts those that go
    /// back in time, `wall_clocks_put_back` clocks that do, which give no UTC.
    public mutating func decode(_ text: [UInt8], at time: RunningTime?, tally: (String) -> Void) -> DJISubtitle? {
        guard var subtitle = decode(text, tally: tally) else { return nil }
        if let time, let newest, time < newest {
            tally("subtitles_out_of_order")
            subtitle.isOutOfOrder = true
            return subtitle
        }
        newest = time ?? newest
        if let clock = subtitle.localTime {
            // By a clock that was put back, or of another file.
            if subtitle.sample.utc != nil, let last = newestClock, clock < last {
                tally("wall_clocks_put_back")
                subtitle.sample.utc = nil
            }
            newestClock = max(newestClock ?? clock, clock)
        }
        return subtitle
    }

    /// The readings of one subtitle that is shown from `time`, the video's own. One that goes back in time, as where two
    /// files were put together, gives none.
    public mutating func read(
        _ text: [UInt8], at time: RunningTime?, tally: (String) -> Void
    ) -> [MetadataReading] {
        guard let subtitle = decode(text, at: time, tally: tally), !subtitle.isOutOfOrder else { return [] }
        return [MetadataReading(time: time, utc: subtitle.sample.utc, sample: subtitle.sample)]
    }
}
