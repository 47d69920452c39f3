import Findings
import Inspection
import Telemetry

/// Reads a recording for what it says of the time between its metadata and its pictures and of what else all its poses have wrong,
/// and for nothing else: no picture is decoded, nothing is kept, and what was found is forgotten.
struct TimingPass {
    private var stages: Journey.Stages
    private let feeds: JourneyFeeds?
    private var joiner: FindingJoiner
    private var tracker = ObjectTracker()
    private(set) var origin: PoseOrigin?
    /// Other metadata gave the poses later on.
    private var hasManyOrigins = false

    /// `stages` as they are before the recording's first frame.
    init(_ stages: Journey.Stages, feeds: JourneyFeeds?, gateway: Name, name: Name, ids: any IDs) {
        self.stages = stages
        self.feeds = feeds
        let start = UTCTime(microseconds: 0)
        let flight = Flight(
            id: ids.uuid(at: start, of: ["timing"]), source: name, firstFrame: start, lastFrame: start,
            lastArrival: start, content: "timing", ended: false)
        joiner = FindingJoiner(flight: flight, gateway: gateway, ids: ids, options: stages.joining)
        joiner.estimateTiming()
        joiner.estimateCommonErrors()
    }

    /// Things that told of it.
    var matters: Int { joiner.timedMatters }

    /// Nil where somebody stated the offset.
    var answer: TimingEstimate.Answer? { origin?.isConfigured ?? false ? nil : joiner.timingAnswer }

    /// What is wrong with all poses of the recording once `taken` seconds are taken out of them; nil where some of them are another
    /// one's.
    func commonErrors(taken: Double, recall: (@Sendable (KnownFindings.Query) -> KnownFindings)?) -> CommonErrors? {
        hasManyOrigins ? nil : joiner.commonErrorsAnswer(taken: taken, recall: recall)
    }

    /// A recording that cannot be read to its end says what its part says.
    mutating func read(_ source: any VideoSource, _ form: StreamDescription, stopping: OneWayFlag) {
        _ = feeds?.begin(form, &stages.aligner)
        try? source.run { event in
            if stopping.isRaised || origin?.isConfigured ?? false { return source.stop() }
            switch event {
            case .packet(let packet): take(stages.aligner.add(packet))
            case .frame(let frame):
                take(stages.aligner.add(frame))
                if let feeds { take(feeds.read(to: frame.time, into: &stages.aligner)) }
            case .began, .interrupted, .waiting, .callersRefused, .fileEnded, .idle, .ended: break
            }
        }
        take(stages.aligner.finish())
    }

    private mutating func take(_ frames: [FrameMetadata]) {
        for var metadata in frames {
            if let now = stages.aligner.poseOrigin, now != origin {
                hasManyOrigins = hasManyOrigins || origin != nil
                origin = now
                // What other metadata gave the poses of is not about these.
                joiner.estimateTiming()
                joiner.estimateCommonErrors()
            }
            tracker.follow(&metadata)
            let detections = stages.classifier.classify(metadata, placement: stages.placement)
            _ = joiner.observe(detections, at: metadata.frame.time, utc: metadata.utc)
        }
    }
}
