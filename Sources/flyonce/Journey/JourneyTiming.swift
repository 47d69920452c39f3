import API
import Findings
import Inspection
import Logging
import Telemetry

/// By how much the metadata of one source are late: what was estimated or remembered, and is taken out of its poses. Used by the
/// journey's thread alone.
struct JourneyTiming {
    /// Seconds of stream time between two questions to the estimate of a flight that goes on.
    private static let interval = 15.0

    let records: (any TimingRecords)?
    /// The source of a recording once more, by its path, of which nothing is decoded; nil stands for the only one.
    let reread: (String?) -> (any VideoSource)?
    /// What gives the poses that ``choice`` is about.
    private(set) var origin: PoseOrigin?
    private(set) var choice = TimingChoice()
    private var means = FlightTiming.Means.flight
    private var answer = TimingEstimate.Answer.unknown(.tooFewMatters)
    /// Of the newest flight that told of it.
    private(set) var remembered: FlightTiming?
    /// True while a flight is to tell of it as it goes on.
    fileprivate(set) var isEstimating = false
    /// When the newest frame arrived that may have its pose by an offset that was put right since: those wait behind the
    /// analyser.
    fileprivate var doubtedUntil: UTCTime?
    private var askedAt: RunningTime?
    /// What is wrong with all poses of the recording at hand, beside their time.
    fileprivate(set) var commonErrors: CommonErrors?

    init(records: (any TimingRecords)?, reread: @escaping (String?) -> (any VideoSource)?) {
        self.records = records
        self.reread = reread
    }

    /// Begins with what is remembered of the source.
    mutating func resume(of source: Name, logger: Logger) {
        if remembered == nil, let records {
            do {
                remembered = try block { try await records.latestTiming(of: source) }
            } catch {
                logger.error("the timing of earlier flights is not known: \(error)", metadata: ["source": "\(source)"])
            }
        }
        origin = nil
        begin()
    }

    /// With what is remembered of the poses of ``origin``; while that is not known, of whichever they were.
    private mutating func begin() {
        choice = TimingChoice()
        answer = .unknown(.tooFewMatters)
        means = .flight
        guard let remembered, origin.map({ $0.text == remembered.origin && !$0.isConfigured }) ?? true else { return }
        if choice.take(.known(offset: -remembered.late, standardError: remembered.standardError)) {
            means = .remembered
        }
    }

    /// Another flight: what is taken is by an earlier one until this one tells of it.
    mutating func beginFlight() {
        guard isEstimating else { return }
        answer = .unknown(.tooFewMatters)
        if choice.offset != 0 { means = .remembered }
    }

    /// True when other metadata than before give the poses: what was learned is not about these.
    mutating func meets(_ origin: PoseOrigin?) -> Bool {
        guard let origin, origin != self.origin else { return false }
        self.origin = origin
        begin()
        return true
    }

    /// Whether it is time to ask a flight that goes on.
    mutating func isDue(at time: RunningTime) -> Bool {
        if let askedAt, abs(time.seconds(since: askedAt)) < Self.interval { return false }
        defer { askedAt = time }
        return askedAt != nil
    }

    /// True when this changes what is taken.
    mutating func take(_ answer: TimingEstimate.Answer, by means: FlightTiming.Means) -> Bool {
        guard case .known = answer else {
            if case .unknown = self.answer { self.answer = answer }
            return false
        }
        self.answer = answer
        // A whole recording knows itself best.
        if means == .recording { choice = TimingChoice() }
        let isChanged = choice.take(answer)
        self.means = means
        remembered = record
        return isChanged
    }

    /// True for a frame whose pose is by an offset that turned out to be another.
    func doubts(_ frame: Frame) -> Bool { doubtedUntil.map { frame.arrival <= $0 } ?? false }

    /// Why the flight does not tell itself what is taken of an earlier one; nil where it does, or nothing is taken.
    var unconfirmed: TimingEstimate.Doubt? {
        guard origin != nil, choice.offset != 0, means == .remembered, case .unknown(let doubt) = answer else {
            return nil
        }
        return doubt
    }

    /// What the aligner is told.
    var taken: PoseTiming? {
        guard choice.offset != 0, let name = origin?.text ?? remembered?.origin else { return nil }
        return PoseTiming(origin: name, seconds: choice.offset)
    }

    /// What the flight's record says; nil while nothing is known. What is taken, or, of what is too little to be taken, the
    /// estimate.
    var record: FlightTiming? {
        guard let origin, !origin.isConfigured else { return nil }
        if choice.offset != 0 {
            return FlightTiming(
                origin: origin.text, late: -choice.offset, standardError: choice.standardError, means: means)
        }
        guard case .known(let offset, let error) = answer else { return nil }
        return FlightTiming(origin: origin.text, late: -offset, standardError: error, means: means)
    }

    var status: GatewayStatus.TimingStatus {
        guard let origin else { return .init(state: .unknown) }
        if origin.isConfigured { return .init(state: .configured, poses: origin.text) }
        var status = GatewayStatus.TimingStatus(state: .unknown, poses: origin.text)
        guard let record else {
            if case .unknown(let doubt) = answer { status.doubt = doubt.rawValue }
            return status
        }
        status.state = choice.offset == 0 ? .inTime : .taken
        status.late = record.late
        status.standardError = record.standardError
        status.means = record.means
        return status
    }
}

extension Journey {
    /// What is remembered of a live source counts from its first frame.
    func resumeTiming() {
        guard poseTiming != nil else { return progress.set(timing: .init(state: .off)) }
        guard isLive else { return }
        poseTiming?.resume(of: name, logger: logger)
        stages.aligner.take(poseTiming?.taken)
        poseTiming?.isEstimating = true
        tellTiming()
    }

    /// Reads the metadata of a whole recording, and only these, before anything of it is placed: a matter that the offset
    /// would tear in two is never found twice.
    func learnTiming(of form: StreamDescription) {
        guard poseTiming != nil, !isLive else { return }
        poseTiming?.commonErrors = nil
        // Nothing of the recording before this one is about it.
        poseTiming?.isEstimating = false
        poseTiming?.resume(of: name, logger: logger)
        stages.aligner.take(nil)
        guard !isOfStills else { return tellTiming(isNew: false) }
        guard let source = poseTiming?.reread(form.path) else { return }
        var pass = TimingPass(stages, feeds: feeds?.rereading(), gateway: gateway, name: name, ids: ids)
        pass.read(source, form, stopping: stopping)
        _ = poseTiming?.meets(pass.origin)
        // Where something else than the recording tells what is seen in it, that is told as the pictures go by.
        poseTiming?.isEstimating = pass.matters == 0 && !(pass.origin?.isConfigured ?? false)
        if let answer = pass.answer { _ = poseTiming?.take(answer, by: .recording) }
        stages.aligner.take(poseTiming?.taken)
        tellTiming()
        learnErrors(pass)
        if !(poseTiming?.isEstimating ?? true) { warnOfUnconfirmedTiming() }
    }

    /// A camera that is turned against what it states tears matters apart as a wrong time does, and from what is known of them.
    private func learnErrors(_ pass: TimingPass) {
        // Of poses whose offset somebody stated only the beginning was read.
        guard !(pass.origin?.isConfigured ?? false) else { return }
        let errors = pass.commonErrors(taken: poseTiming?.taken?.seconds ?? 0, recall: memory?.recalling)
        poseTiming?.commonErrors = errors
        guard let errors else { return }
        logger.info(
            "all poses err alike, which is taken out of every place",
            metadata: [
                "source": "\(name)", "matters": "\(errors.matters)", "known": "\(errors.known)",
                "largest_move_m": "\(errors.largestMove.fixed(1))",
                "sigmas": "\(errors.sigmas.map { $0.fixed(2) }.joined(separator: " "))",
            ])
    }

    /// Once a flight: what is taken out of its places rests on an earlier one alone.
    private func warnOfUnconfirmedTiming() {
        guard let timing = poseTiming, let doubt = timing.unconfirmed, let record = timing.record else { return }
        logger.warning(
            "an earlier flight's timing is taken out of every place, and this flight could not confirm it",
            metadata: [
                "source": "\(name)", "poses": "\(record.origin)", "late_s": "\(record.late.fixed(3))",
                "standard_error_s": "\(record.standardError.fixed(3))", "reason": "\(doubt.rawValue)",
            ])
    }

    /// A flight begins: what it says of the timing is gathered where that is still to be known.
    func beginTiming() {
        poseTiming?.beginFlight()
        flight?.timing = poseTiming?.record
        joiner?.take(poseTiming?.commonErrors)
        guard poseTiming?.isEstimating ?? false else { return }
        joiner?.estimateTiming(taken: offsetTaken)
    }

    /// What is taken out of the poses that are estimated, be there any at this moment or not: none came yet, or the stream was
    /// interrupted.
    private var offsetTaken: Double { poseTiming?.choice.offset ?? 0 }

    /// Asks the flight that goes on, now and then, and at its end.
    func followTiming(isEnd: Bool = false) {
        guard poseTiming?.isEstimating ?? false, joiner != nil, isEnd || poseTiming?.isDue(at: newestFrame) ?? false
        else { return }
        defer { if isEnd { warnOfUnconfirmedTiming() } }
        let isOther = poseTiming?.origin != nil
        let known = offsetTaken
        if poseTiming?.meets(stages.aligner.poseOrigin) ?? false {
            stages.aligner.take(poseTiming?.taken)
            // Nothing that was placed by other poses is put right by what is known of these.
            if isOther || known != offsetTaken { beginTiming() }
            tellTiming()
        }
        let before = offsetTaken
        guard !(poseTiming?.origin?.isConfigured ?? true), let answer = joiner?.timingAnswer,
            poseTiming?.take(answer, by: .flight) ?? false
        else { return tellTiming(isNew: false) }
        stages.aligner.take(poseTiming?.taken)
        poseTiming?.doubtedUntil = newestArrival
        review?.doubtPoses()
        let events = joiner?.correctTiming(by: offsetTaken - before) ?? []
        progress.count("places_corrected", by: Int64(events.count))
        keep(events)
        tellTiming()
    }

    /// To the status, the flight's record, and, where it is new, the journal.
    private func tellTiming(isNew: Bool = true) {
        guard let timing = poseTiming else { return }
        flight?.timing = timing.record
        progress.set(timing: timing.status)
        guard isNew, let record = timing.record else { return }
        let side = record.late < 0 ? "early" : "late"
        let isTaken = timing.choice.offset != 0
        let what = !isTaken ? "which is too little to matter" : "which is taken out of every place"
        logger.log(
            level: isTaken ? .notice : .info,
            "metadata are \(abs(record.late).fixed(3)) s \(side) against the pictures, \(what)",
            metadata: [
                "source": "\(name)", "poses": "\(record.origin)",
                "standard_error_s": "\(record.standardError.fixed(3))",
                "from": "\(record.means.rawValue)",
            ])
    }
}
