import Inspection
import LocatedYAML

/// How much a rule may say in a day before a person looks first at what it says. A thing counts once: the detections of one
/// track, and those of a rule about the frame that follow one another. A thing without a track counts at every detection.
/// Bounded: nothing is remembered beyond the things that the budget admits.
struct DailyBudget: Sendable {
    struct Options: Sendable, Hashable {
        /// Things, of one source, in one day.
        var perDay: Int
        /// Of the day's midnight, seconds ahead of UTC.
        var utcOffsetSeconds = 0

        static func decode(_ mapping: YAMLMapping) -> Options {
            if !mapping.has("per_day") { mapping.missing("per_day") }
            return Options(perDay: mapping.int("per_day", default: 1, in: 1...10_000))
        }
    }

    enum Answer: Hashable {
        case within
        /// `isFirst` once a day.
        case over(isFirst: Bool)
    }

    /// Detections of the frame as a whole that are not further apart are of one thing, seconds.
    static let frameGap = 60.0

    private(set) var options: Options
    private(set) var spent = 0
    /// Days since 1970-01-01 by the rule's wall clock.
    private var day: Int64?
    private var admitted: Set<String> = []
    private var saidOver = false
    private var lastOfFrame: (seconds: Double, isWithin: Bool)?

    init(_ options: Options) { self.options = options }

    /// Goes on where `earlier` stands, under other options perhaps.
    init(_ options: Options, after earlier: DailyBudget) {
        self = earlier
        self.options = options
        if options.perDay != earlier.options.perDay { saidOver = false }
    }

    /// What was spent of the newest day; nil before the first.
    var spending: (day: Int64, spent: Int)? { day.map { ($0, spent) } }

    /// Goes on after a restart: with what was spent of that day, and none of its tracks.
    mutating func resume(day: Int64, spent: Int) {
        self = DailyBudget(options)
        self.day = day
        self.spent = max(spent, 0)
    }

    /// Tracks begin anew with another run of the source; what was spent stays spent.
    mutating func beginRun() {
        admitted = []
        lastOfFrame = nil
    }

    /// Of one detection. `track` is nil where there is none, `seconds` running time.
    mutating func admit(track: String?, isOfFrame: Bool, at utc: UTCTime, seconds: Double) -> Answer {
        turn(to: utc)
        if isOfFrame, let last = lastOfFrame, abs(seconds - last.seconds) <= Self.frameGap {
            lastOfFrame = (seconds, last.isWithin)
            return last.isWithin ? .within : over()
        }
        if let track, admitted.contains(track) { return .within }
        let isWithin = spent < options.perDay
        if isOfFrame { lastOfFrame = (seconds, isWithin) }
        guard isWithin else { return over() }
        spent += 1
        if let track { admitted.insert(track) }
        return .within
    }

    private mutating func over() -> Answer {
        defer { saidOver = true }
        return .over(isFirst: !saidOver)
    }

    /// A frame that comes late from before midnight begins no day.
    private mutating func turn(to utc: UTCTime) {
        let length: Int64 = 86_400_000_000
        let local = utc.microseconds &+ Int64(options.utcOffsetSeconds) &* 1_000_000
        let day = local / length - (local % length < 0 ? 1 : 0)
        if let known = self.day, day == known || day == known &- 1 { return }
        self.day = day
        spent = 0
        admitted = []
        saidOver = false
        lastOfFrame = nil
    }
}
