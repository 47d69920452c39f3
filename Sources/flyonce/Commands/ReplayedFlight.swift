import Evidence
import Findings
import Inspection
import Rules

/// One flight on its way through two versions of rules, to findings.
struct ReplayedFlight {
    let header: MetadataLogHeader
    var placement: any Placement
    private var before: Way
    private var after: Way

    private struct Way {
        var classifier: RuleClassifier
        var joiner: FindingJoiner
        /// As they were last told.
        var findings: [FindingID: Finding] = [:]

        mutating func take(_ events: [FindingEvent]) {
            for event in events { findings[event.finding.id] = event.finding }
        }
    }

    init(_ header: MetadataLogHeader, before: RuleClassifier, after: RuleClassifier, placement: any Placement) {
        self.header = header
        self.placement = placement
        var options = FindingJoiner.Options(header.joining)
        if options.openAfterSightings <= 1 { options.openAfterSeconds = 0 }
        let flight = Flight(
            id: header.flight, source: header.source, firstFrame: header.writtenAt, lastFrame: header.writtenAt,
            lastArrival: header.writtenAt, content: header.content, ended: false)
        let joiner = FindingJoiner(flight: flight, gateway: header.gateway, ids: ContentIDs(), options: options)
        self.before = Way(classifier: before, joiner: joiner)
        self.after = Way(classifier: after, joiner: joiner)
    }

    mutating func take(_ metadata: FrameMetadata) -> (before: [Detection], after: [Detection]) {
        let old = before.classifier.classify(metadata, placement: placement)
        before.take(before.joiner.observe(old, at: metadata.frame.time, utc: metadata.utc, objects: metadata.objects))
        let new = after.classifier.classify(metadata, placement: placement)
        after.take(after.joiner.observe(new, at: metadata.frame.time, utc: metadata.utc, objects: metadata.objects))
        return (old, new)
    }

    var counters: (before: [RuleClassifier.Counters], after: [RuleClassifier.Counters]) {
        (before.classifier.counters, after.classifier.counters)
    }

    mutating func finish() -> (before: [Finding], after: [Finding]) {
        before.take(before.joiner.finish())
        after.take(after.joiner.finish())
        func sorted(_ findings: [FindingID: Finding]) -> [Finding] { findings.values.sorted { $0.id < $1.id } }
        return (sorted(before.findings), sorted(after.findings))
    }
}
