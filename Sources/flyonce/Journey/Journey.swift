import API
import Findings
import Foundation
import Inspection
import Logging
import Rules
import Telemetry

/// One source's way through the stages, in the order of the journey: frames and packets → frame metadata → place → rules →
/// detection → finding → evidence → store. It runs on the source's own thread; what has to wait (pictures, disk) is done by
/// ``FindingKeeper``, one matter at a time. A file waits for it, so that nothing is overrun; a live stream goes on.
final class Journey {
    let source: any VideoSource
    let name: Name
    let gateway: Name
    let isLive: Bool
    let timing: Timing
    let keeper: FindingKeeper
    let ids: any IDs
    let clock: any Inspection.Clock
    let logger: Logger
    let progress: JourneyProgress

    var stages: Stages
    var joiner: FindingJoiner?
    var flight: Flight?
    /// What is being read.
    var form: StreamDescription?
    var content: String? { form?.content }
    private var flightSavedAt: Int64 = 0
    /// Monotonic nanoseconds at which the newest frame came through the stages, and at which it had arrived.
    var lastFrameAt: Int64 = 0
    var lastArrivalAt: Int64 = 0
    var newestFrame = RunningTime(nanoseconds: 0)
    /// When it arrived.
    var newestArrival: UTCTime?
    private var clips = JourneyClips()
    let line: JobLine
    /// Raised when the journey is told to stop before its source ends by itself.
    let stopping: OneWayFlag
    /// New rules, picked up before the next frame.
    let pendingClassifier = Pickup<@Sendable () -> any Classifier>()
    var alreadyDone = false

    init(
        source: any VideoSource, name: Name, gateway: Name, isLive: Bool, stages: Stages, timing: Timing,
        keeper: FindingKeeper, ids: any IDs, clock: any Inspection.Clock, logger: Logger,
        progress: JourneyProgress, stopping: OneWayFlag = OneWayFlag()
    ) {
        self.source = source
        self.name = name
        self.gateway = gateway
        self.isLive = isLive
        self.stages = stages
        self.timing = timing
        self.keeper = keeper
        self.ids = ids
        self.clock = clock
        self.logger = logger
        self.progress = progress
        self.stopping = stopping
        line = JobLine(limit: 64)
    }

    /// The user's analyser, where there is one. Set before ``run()``.
    var analysis: FrameAnalysis?

    /// What persons mark on the live picture.
    private(set) var marks = JourneyMarks()

    /// Metadata beside the video. Set before ``run()``.
    var feeds: JourneyFeeds?
    private var tracker = ObjectTracker()

    /// Keeps from the journey what must not be recorded. Set before ``run()``.
    var watch: RecordWatch?

    /// What earlier flights know; nil where every flight finds anew. Set before ``run()``.
    var memory: FindingMemory?

    /// What flights see of the ground; nil where it is not kept. Set before ``run()``.
    var survey: FlightSurvey?

    /// What becomes of what earlier flights found; nil where nothing is looked at again. Set before ``run()``.
    var review: FlightReview?
    let afterPictures = AfterPictures()

    /// The log of frame metadata, where one is kept. Set before ``run()``.
    var recorder: MetadataRecorder?

    /// Nil where nothing is to be estimated. Set before ``run()``.
    var poseTiming: JourneyTiming?

    /// Budgets of the day, where they outlive a restart. Set before ``run()``.
    var spending: JourneySpending?

    private var packs: [MetadataLogHeader.Pack] { (stages.classifier as? RuleClassifier)?.packsInForce ?? [] }

    /// Frames past the analyser: those that are complete.
    func analysed(_ frames: [FrameMetadata], isLast: Bool = false) -> [FrameMetadata] {
        guard let analysis else { return frames }
        let complete = analysis.take(frames)
        let rest = isLast ? analysis.flush() : []
        progress.set(analysis: analysis.counters)
        return complete + rest
    }

    /// Blocks until the source ends or is stopped.
    func run() throws(SourceError) {
        progress.set(.connecting)
        resumeSpending()
        resumeTiming()
        analysis?.start()
        defer { analysis?.stop() }
        feeds?.start()
        defer { feeds?.stop() }
        defer { marks.inbox.close() }
        do {
            try source.run { event in receive(event) }
        } catch {
            progress.fail(error)
            line.finish()
            throw error
        }
        line.finish()
        progress.set(.ended)
    }

    private func receive(_ event: SourceEvent) {
        if let waiting = feeds?.drain(into: &stages.aligner), !waiting.isEmpty { take(analysed(waiting)) }
        takeMarks()
        switch event {
        case .began(let description):
            let isNew = description.content != content || form == nil
            if form != description {
                say(description)
            } else if progress.read().state == .backingOff {
                logger.notice("video is back", metadata: ["source": "\(name)"])
            }
            form = description
            progress.set(.live)
            if isNew {
                keeper.redaction?.begin(isOfStills: isOfStills)
                begin(file: description)
            }
        case .packet(let packet):
            guard !alreadyDone else { return }
            progress.packetArrived(at: clock.monotonicNanoseconds)
            take(analysed(stages.aligner.add(packet)))
        case .frame(let frame):
            guard !alreadyDone else { return }
            progress.frameArrived()
            (newestFrame, newestArrival) = (frame.time, frame.arrival)
            take(analysed(stages.aligner.add(frame)))
            if let read = feeds?.read(to: frame.time, into: &stages.aligner), !read.isEmpty { take(analysed(read)) }
            // What must not be recorded is known only when a frame's metadata is.
            orderDueClips(at: watch?.clipTime(at: frame.time) ?? frame.time)
        case .interrupted(let error):
            progress.interrupted(error)
            take(analysed(stages.aligner.restart(), isLast: true))
            orderWaitingClips()
            marks.forget()
            logger.warning("stream interrupted: \(error.description)", metadata: ["source": "\(name)"])
        case .waiting(let address):
            progress.set(.connecting)
            logger.notice("waiting for a caller at \(address)", metadata: ["source": "\(name)"])
        case .callersRefused(let address, let count):
            logger.warning(
                "\(counted(count, "caller")) refused at \(address): a wrong passphrase, or another caller is served",
                metadata: ["source": "\(name)"])
        case .fileEnded(let error): endFile(error)
        case .idle where !isLive: progress.isWatching()
        case .idle:
            // Frames that still wait for metadata have waited long enough.
            if flight != nil, secondsWithoutFrame > 1 { take(analysed(stages.aligner.flush(), isLast: true)) }
            if flight != nil, isQuiet, secondsWithoutFrame > timing.flightGap { endFlight() }
        case .ended:
            end()
        }
    }

    func take(_ frames: [FrameMetadata]) {
        if let makeClassifier = pendingClassifier.take() {
            stages.takeOver(makeClassifier())
            recorder?.take(packs)
        }
        for var metadata in frames {
            if watch?.withholds(metadata, placement: stages.placement) == true {
                progress.count("frames_not_recorded")
                // The stream goes on: its flight does not end for it.
                passed(arrival(of: metadata.frame))
                continue
            }
            follow(metadata)
            tracker.follow(&metadata)
            marks.follow(metadata)
            keeper.redaction?.note(metadata)
            recorder?.record(metadata)
            surveyed(metadata)
            let detections = stages.classifier.classify(metadata, placement: stages.placement)
            progress.counted(metadata: metadata, detections: detections)
            let events = joiner?.observe(
                detections, at: metadata.frame.time, utc: metadata.utc, objects: metadata.objects)
            guard let events else { continue }
            keep(events)
            review(metadata, events)
        }
        followTiming()
        progress.set(alignment: stages.aligner.counters)
        let reports = stages.aligner.feeds
        progress.set(feeds: reports)
        feeds?.report(stages.aligner, reports)
        if let rules = stages.classifier as? RuleClassifier {
            progress.set(rules: rules.counters)
            keepSpending()
            if rules.hasNotices { tellNotices() }
        }
    }

    private func takeMarks() {
        marks.drain(now: clock.monotonicNanoseconds) { order, frame in
            let detection = Detection(order.mark, of: order.sceneType, in: frame, placement: stages.placement)
            guard let events = joiner?.mark(detection) else { return order.reply.give(.frameNotHeld(.noPictures)) }
            progress.count("marks")
            keep(events, answering: order.reply)
        }
    }

    /// The last of the events is what `reply` waits for.
    func keep(_ events: [FindingEvent], answering reply: MarkInbox.Reply? = nil) {
        for (index, event) in events.enumerated() {
            let keeper = keeper
            let source = source
            let best = event.best
            let reply = index == events.count - 1 ? reply : nil
            line.submit {
                let isKept = await keeper.keep(event, from: source)
                reply?.give(isKept ? .kept(event.finding.id) : .notKept)
            }
            switch event {
            case .recognized:
                progress.count("recognized")
                if event.finding.status == .dismissed { continue }
            case .opened, .improved, .marked, .updated, .corrected: break
            }
            switch event {
            case .opened, .recognized, .improved: break
            // A marked one has its clip, or will have it.
            case .marked, .updated, .corrected: continue
            }
            if isOfStills { continue }
            clips.note(
                FindingKeeper.ClipOrder(
                    finding: event.finding.id,
                    start: best.frame.time.advanced(by: -timing.clipBefore),
                    end: best.frame.time.advanced(by: timing.clipAfter), frame: best.frame.time, frameUTC: best.utc))
        }
        if !isLive, !events.isEmpty { line.waitUntilIdle() }
    }

    private func orderDueClips(at time: RunningTime) {
        let due = clips.takeDue(at: time)
        if !due.isEmpty { order(due) }
    }

    private func orderWaitingClips() { order(clips.takeRest(endingAt: newestFrame)) }

    private func order(_ due: [FindingKeeper.ClipOrder]) {
        let keeper = keeper
        let source = source
        for order in due.map({ watch?.allowed($0) ?? $0 }) { line.submit { await keeper.clip(order, from: source) } }
        if !isLive { line.waitUntilIdle() }
    }

    // MARK: Flights

    /// Begins, continues or ends the flight that this frame belongs to.
    private func follow(_ metadata: FrameMetadata) {
        let now = clock.monotonicNanoseconds
        let arrival = arrival(of: metadata.frame)
        if isLive, flight != nil, Double(arrival - lastArrivalAt) / 1e9 > timing.flightGap { endFlight() }
        passed(arrival)
        if flight == nil { beginFlight(metadata) }
        if let last = flight?.lastFrame, last < metadata.utc { flight?.lastFrame = metadata.utc }
        flight?.lastArrival = clock.utc
        guard isLive, now - flightSavedAt > 5_000_000_000, let flight else { return }
        save(flight)
    }

    func save(_ coverage: FlightCoverage?) {
        guard let coverage, let store = survey?.store else { return }
        let keeper = keeper
        line.submit { await keeper.save(coverage, in: store) }
    }

    private func save(_ flight: Flight) {
        flightSavedAt = clock.monotonicNanoseconds
        let keeper = keeper
        line.submit { await keeper.save(flight) }
    }

    private func beginFlight(_ metadata: FrameMetadata) {
        if isLive, let resumed = resumedFlight() {
            return begin(resumed.flight, restoring: resumed.findings)
        }
        let content = isLive ? "live/\(name)/\(metadata.utc.microseconds)" : content ?? "unknown"
        let id = ids.uuid(at: metadata.utc, of: ["flight", gateway.text, content])
        begin(
            Flight(
                id: id, source: name, firstFrame: metadata.utc, lastFrame: metadata.utc, lastArrival: clock.utc,
                content: content, ended: false),
            restoring: [])
    }

    private func begin(_ flight: Flight, restoring findings: [Finding]) {
        self.flight = flight
        var joining = stages.joining
        if isOfStills {
            // Each still picture is a view that somebody chose, and often the only one.
            joining.openAfterSightings = 1
            joining.openAfterSeconds = 0
        }
        joiner = FindingJoiner(
            flight: flight, gateway: gateway, ids: ids, options: joining, recall: memory?.recalling)
        joiner?.restore(findings)
        beginTiming()
        recorder?.begin(
            flight, gateway: gateway,
            joining: .init(openAfterSightings: joining.openAfterSightings, joinRadius: joining.joinRadius),
            rules: packs)
        beginReview(flight)
        let kept = isLive ? keptCoverage(of: flight) : nil
        survey?.begin(flight, kept: kept, now: clock.monotonicNanoseconds)
        tracker.reset()
        progress.began(flight)
        logger.info(
            findings.isEmpty ? "flight begins" : "flight goes on",
            metadata: ["source": "\(name)", "flight": "\(flight.id)", "findings": "\(findings.count)"])
        save(flight)
    }

    func endFlight() {
        followTiming(isEnd: true)
        guard var flight else { return }
        if let events = joiner?.finish() { keep(events) }
        endReview(at: flight.lastFrame)
        orderWaitingClips()
        recorder?.end()
        endSurvey()
        feeds?.end()
        tellNotices(isEnd: true)
        flight.ended = true
        save(flight)
        logger.info("flight ends", metadata: ["source": "\(name)", "flight": "\(flight.id)"])
        self.flight = nil
        joiner = nil
        marks.forget()
    }

    private func end() {
        guard !alreadyDone else { return }
        take(analysed(stages.aligner.finish(), isLast: true))
        if stopping.isRaised {
            // A live flight may go on after a restart; a file will be read again from its start.
            if isLive, let events = joiner?.finish() { keep(events) }
            orderWaitingClips()
            recorder?.end()
            if isLive { save(survey?.end(at: clock.monotonicNanoseconds)) }
            if isLive { keepSpending(isEnd: true) }
            if isLive, let flight { save(flight) }
        } else {
            let ended = flight
            endFlight()
            markDone(ended)
        }
        line.waitUntilIdle()
    }
}
