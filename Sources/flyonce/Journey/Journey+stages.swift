import API
import Findings
import Inspection
import Logging
import Rules
import Telemetry

extension Journey {
    struct Stages {
        var aligner: FrameAligner
        var classifier: any Classifier
        var placement: any Placement
        var joining: FindingJoiner.Options
    }

    struct Timing {
        /// Seconds without a frame after which the next one begins a new flight.
        var flightGap: Double
        /// Seconds of clip before and after the best detection.
        var clipBefore: Double
        var clipAfter: Double
    }

    var secondsWithoutFrame: Double { Double(clock.monotonicNanoseconds - lastFrameAt) / 1e9 }

    /// The stream was found silent, and gave out the frames that it held back: what comes now is new.
    var isQuiet: Bool { progress.read().state != .live }

    /// Monotonic nanoseconds at which a frame arrived: what was held back belongs to the flight in which it came.
    func arrival(of frame: Frame) -> Int64 {
        // No longer than a day, whatever became of the clock meanwhile.
        let held = min(max(clock.utc.microseconds(since: frame.arrival), 0), 86_400_000_000)
        return clock.monotonicNanoseconds - held * 1000
    }

    /// A frame came through that arrived at `arrival`.
    func passed(_ arrival: Int64) {
        lastFrameAt = clock.monotonicNanoseconds
        lastArrivalAt = max(lastArrivalAt, arrival)
    }

    /// What is new of the rules; at the end of a flight also what waited for it.
    func tellNotices(isEnd: Bool = false) {
        guard var rules = stages.classifier as? RuleClassifier else { return }
        if isEnd { rules.endFlight() }
        for notice in rules.takeNotices() {
            logger.log(level: notice.isMinor ? .info : .warning, "\(notice)", metadata: ["source": "\(name)"])
        }
        stages.classifier = rules
    }

    func say(_ form: StreamDescription) {
        logger.info(
            "video begins",
            metadata: [
                "source": "\(name)", "codec": "\(form.codec)", "size": "\(form.width)x\(form.height)",
                "decoder": "\(form.decoder ?? "none")",
            ])
    }

    /// A live stream that stood still for less than the gap, this daemon's own restart included, goes on with its flight.
    func resumedFlight() -> (flight: Flight, findings: [Finding])? {
        let store = keeper.store
        let name = name
        let gap = timing.flightGap
        let now = clock.utc
        return try? block {
            guard let flight = try await store.latestFlight(of: name), !flight.ended,
                abs(Double(now.microseconds(since: flight.lastArrival))) / 1e6 <= gap
            else { return nil }
            return (flight, try await store.findings(of: flight.id).map(\.finding))
        }
    }

    /// Adds what a frame saw of the ground.
    func surveyed(_ metadata: FrameMetadata) {
        guard survey != nil else { return }
        if let gained = survey?.observe(metadata), gained > 0 { progress.count("covered_square_meters", by: gained) }
        if isLive { save(survey?.due(at: clock.monotonicNanoseconds)) }
    }

    /// The last word on what a flight saw of the ground.
    func endSurvey() {
        let last = survey?.end(at: clock.monotonicNanoseconds)
        save(last)
        if let complaint = survey?.takeComplaint() {
            logger.notice(
                "\(complaint)", metadata: ["source": "\(name)", "flight": "\(flight?.id.description ?? "")"])
        }
    }

    /// What an earlier life kept of a flight that may go on.
    func keptCoverage(of flight: Flight) -> FlightCoverage? {
        guard let store = survey?.store else { return nil }
        return (try? block { try await store.coverage(of: flight.id) }) ?? nil
    }
}
