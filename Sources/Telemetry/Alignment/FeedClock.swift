import Inspection

/// Puts the readings of one feed, which have a clock of their own, on the video's time line. What it can tell of that clock
/// is how much later than stated its readings arrive: the difference of the clocks and the feed's own delay together, never
/// one of them alone.
struct FeedClock: Sendable {
    /// Readings whose arrival is remembered.
    static let window = 151
    /// Stated and arrival times farther apart than this are no offset between clocks, microseconds: a day.
    private static let limit: UInt64 = 86_400_000_000

    private let options: FeedOptions
    private var differences: [Int64] = []
    private var next = 0
    /// UTC of the first reading of a file.
    private var first: UTCTime?

    init(_ options: FeedOptions) { self.options = options }

    /// Median of arrival minus stated UTC over the last readings, seconds; nil before the first, and for a file.
    var difference: Double? { median.map { Double($0) / 1e6 } }

    private var median: Int64? {
        differences.isEmpty ? nil : differences.sorted()[differences.count / 2]
    }

    /// A reading came.
    mutating func note(_ reading: PacketReading) {
        guard let utc = reading.utc else { return }
        if first == nil { first = utc }
        guard !options.isRecorded else { return }
        let difference = reading.arrival.microseconds(since: utc)
        if differences.count < Self.window {
            differences.append(difference)
        } else {
            differences[next] = difference
            next = (next + 1) % Self.window
        }
    }

    /// Nil when the reading says no time that could be believed, or no frame has come. `start` is the first frame's.
    func time(of reading: PacketReading, on video: VideoClock, start: RunningTime?) -> RunningTime? {
        if let stated = reading.time {
            // Of a file that counts from its own start.
            guard let start else { return nil }
            let step = stated.seconds
            if case .seconds(let offset) = options.offset { return start.advanced(by: step + offset) }
            return start.advanced(by: step)
        }
        guard let utc = reading.utc else {
            return options.isRecorded ? nil : video.time(ofArrival: shifted(reading.arrival))
        }
        if options.join == .start {
            guard let first, let start else { return nil }
            return start.advanced(by: Double(shifted(utc).microseconds(since: first)) / 1e6)
        }
        guard options.offset == .auto, !options.isRecorded else { return video.time(of: shifted(utc)) }
        guard let median, median.magnitude <= Self.limit else { return video.time(ofArrival: reading.arrival) }
        return video.time(ofArrival: utc.advanced(byMicroseconds: median))
    }

    private func shifted(_ utc: UTCTime) -> UTCTime {
        guard case .seconds(let seconds) = options.offset else { return utc }
        return utc.advanced(byMicroseconds: Int64(exactly: (seconds * 1e6).rounded()) ?? 0)
    }
}
