import Inspection

/// What is known of one feed beside the video.
public struct FeedReport: Sendable, Hashable {
    public var name: String
    /// Packets, poses and object reports it gave, and readings that came when their frames had gone.
    public var packets: Int64
    public var poses: Int64
    public var objects: Int64
    public var late: Int64
    /// Seconds of stream time from its newest reading to the newest frame: negative when it is ahead. Nil before one was
    /// placed.
    public var lag: Double?
    /// Median of arrival minus stated UTC, seconds; nil for a file, or when it says no UTC.
    public var clockDifference: Double?
    /// Its poses are the ones that count.
    public var givesPoses: Bool
    /// Set when messages came and none could be read: how many, and why not the first.
    public var wholeRefusal: String?
    /// Labels that its analyser says it can see, by its newest reading that says any.
    public var declared: [String] = []
    /// The first message that is of another form than its dialect's, or a `hello` with something odd: which, and what is wrong.
    public var remark: String?
}

struct FeedState: Sendable {
    let options: FeedOptions
    var clock: FeedClock
    var packets: Int64 = 0
    var poses: Int64 = 0
    var objects: Int64 = 0
    var late: Int64 = 0
    /// Of an analyser.
    private var messages = 0
    private var refused = 0
    private var refusal: String?
    private var declared: [String] = []
    private var remark: String?
    /// On the stream's time line.
    var newest: RunningTime?

    init(_ options: FeedOptions) {
        self.options = options
        clock = FeedClock(options)
    }

    mutating func note(_ reading: PacketReading) {
        clock.note(reading)
        if reading.sample?.hasPose ?? false { poses += 1 }
        if reading.reportsObjects { objects += 1 }
        if !reading.declared.isEmpty { declared = reading.declared }
    }

    /// What its reader counted of a packet.
    mutating func note(_ names: [String: Int]) {
        messages += names["analysis_messages"] ?? 0
        refused += names["analysis_bad_messages"] ?? 0
        guard refusal == nil, names["analysis_bad_messages"] != nil else { return }
        refusal = names.keys.sorted().map { $0.replacing("analysis_", with: "") }
            .first { AnalysisFault.Reason(rawValue: $0) != nil || $0 == "messages_too_long" }
    }

    /// After a packet.
    mutating func note(_ saying: (refusal: String?, remark: String?)) {
        guard remark == nil else { return }
        if let refusal = saying.refusal, self.refusal == AnalysisFault.Reason.form.rawValue {
            remark = "message \(packets) is of another form than its dialect's (bad_form): \(refusal)"
        } else if let odd = saying.remark {
            remark = "message \(packets): \(odd)"
        }
    }

    private var wholeRefusal: String? {
        guard refused > 0, refused >= messages else { return nil }
        return "every message was refused (\(refused), the first by \(refusal ?? "bad_messages"))"
    }

    func report(now: RunningTime?, givesPoses: Bool) -> FeedReport {
        FeedReport(
            name: options.name, packets: packets, poses: poses, objects: objects, late: late,
            lag: now.flatMap { now in newest.map { now.seconds(since: $0) } }, clockDifference: clock.difference,
            givesPoses: givesPoses, wholeRefusal: wholeRefusal, declared: declared, remark: remark)
    }
}
