import API
import Inspection
import Rules
import Synchronization
import Telemetry

/// What can be seen of a running journey from other threads: its state and its counts.
final class JourneyProgress: Sendable {
    struct Snapshot: Sendable {
        var state = GatewayStatus.SourceStatus.State.connecting
        var counters: [String: Int64] = [:]
        var alignment: [String: Int64] = [:]
        var feeds: [FeedReport] = []
        var lastPacketAt: Int64?
        var lastError: String?
        var flight: Flight?
        var timing: GatewayStatus.TimingStatus?
        /// Files of subtitles that were read.
        var subtitles: [String] = []
        /// Files of telemetry that were named, and hold none that is read.
        var damagedFiles: [String] = []
        /// The first complaint of every rule that had one.
        var ruleErrors: [String: String] = [:]
    }

    private let snapshot = Mutex(Snapshot())

    func read() -> Snapshot { snapshot.withLock { $0 } }

    func set(_ state: GatewayStatus.SourceStatus.State) {
        snapshot.withLock { snapshot in
            if snapshot.state == .backingOff, state == .live { snapshot.lastError = nil }
            if snapshot.state != .failed { snapshot.state = state }
        }
    }

    func set(alignment: [String: Int64]) { snapshot.withLock { $0.alignment = alignment } }

    func set(feeds: [FeedReport]) {
        if !feeds.isEmpty { snapshot.withLock { $0.feeds = feeds } }
    }

    func set(timing: GatewayStatus.TimingStatus) { snapshot.withLock { $0.timing = timing } }

    /// What lies beside a recording.
    func has(_ beside: JourneyFeeds.Beside) {
        snapshot.withLock { snapshot in
            if let path = beside.subtitles { snapshot.subtitles.append(path) }
            snapshot.damagedFiles += beside.damagedFiles
            let damaged = Int64(beside.damagedFiles.count + beside.damagedSidecars.count)
            if damaged > 0 { snapshot.counters["damaged_sidecars", default: 0] += damaged }
        }
    }

    /// Of the joining of an analyser's answers to frames.
    func set(analysis: [String: Int64]) {
        guard !analysis.isEmpty else { return }
        snapshot.withLock { $0.counters.merge(analysis) { $1 } }
    }

    /// What rules could not evaluate: by rule, and what was wrong.
    func set(rules: [RuleClassifier.Counters]) {
        let withheld = rules.reduce(0) { $0 &+ $1.withheldByArea }
        if withheld > 0 { snapshot.withLock { $0.counters["detections_not_alerted"] = withheld } }
        guard rules.contains(where: { $0.errors > 0 || $0.skipped > 0 || $0.isBounded }) else { return }
        snapshot.withLock { snapshot in
            for rule in rules where rule.errors > 0 || rule.skipped > 0 || rule.isBounded {
                for (count, what) in [
                    (rule.overBudget, "over_budget"), (rule.pairsLeftOut, "pairs_left_out"),
                    (rule.undeclared, "undeclared"), (rule.passedOver, "passed_over"),
                ] where count > 0 {
                    snapshot.counters[Self.counter(what, ofRule: rule.rule)] = count
                }
                if rule.skipped > 0 { snapshot.counters[Self.counter("skipped", ofRule: rule.rule)] = rule.skipped }
                guard rule.errors > 0 else { continue }
                snapshot.counters[Self.counter("errors", ofRule: rule.rule)] = rule.errors
                snapshot.ruleErrors[rule.rule] = rule.lastError ?? ""
            }
        }
    }

    func count(ofRule rule: String, _ what: String) { count(Self.counter(what, ofRule: rule)) }

    /// `rule_WHAT_RULE`.
    private static func counter(_ what: String, ofRule rule: String) -> String {
        "rule_\(what)_" + String(rule.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    func count(_ name: String, by amount: Int64 = 1) { snapshot.withLock { $0.counters[name, default: 0] += amount } }

    func packetArrived(at monotonic: Int64) { snapshot.withLock { $0.lastPacketAt = monotonic } }

    func frameArrived() {
        snapshot.withLock { snapshot in
            guard snapshot.state == .backingOff || snapshot.state == .connecting else { return }
            if snapshot.state == .backingOff { snapshot.lastError = nil }
            snapshot.state = .live
        }
    }

    func counted(metadata: FrameMetadata, detections: [Detection]) {
        snapshot.withLock { snapshot in
            if !metadata.objects.isEmpty { snapshot.counters["objects", default: 0] += Int64(metadata.objects.count) }
            for detection in detections {
                snapshot.counters["detections", default: 0] += 1
                if let refusal = detection.refusal {
                    snapshot.counters["unplaced_\(refusal.rawValue)", default: 0] += 1
                }
            }
        }
    }

    func began(_ flight: Flight) {
        snapshot.withLock {
            $0.flight = flight
            $0.counters["flights", default: 0] += 1
        }
    }

    func opened() { count("findings_opened") }

    func interrupted(_ error: SourceError) {
        snapshot.withLock {
            $0.state = .backingOff
            $0.lastError = error.description
            $0.counters["interruptions", default: 0] += 1
        }
    }

    /// A folder is there, and nothing in it waits.
    func isWatching() { frameArrived() }

    func fileFailed(_ error: SourceError) { snapshot.withLock { $0.lastError = error.description } }

    func fail(_ error: SourceError) {
        snapshot.withLock {
            $0.state = .failed
            $0.lastError = error.description
        }
    }
}

extension RuleClassifier.Counters {
    /// Something was held back, left out or not asked.
    fileprivate var isBounded: Bool { overBudget > 0 || pairsLeftOut > 0 || undeclared > 0 || passedOver > 0 }
}

extension RunningJourney {
    func status(at monotonic: Int64) -> GatewayStatus.SourceStatus {
        let now = progress.read()
        var counters = counters().merging(now.counters, uniquingKeysWith: +)
        for (name, value) in now.alignment { counters["metadata_\(name)"] = value }
        var status = GatewayStatus.SourceStatus(
            name: name, state: now.state, location: location, counters: counters,
            metadataAge: now.state == .ended ? nil : now.lastPacketAt.map { Double(monotonic - $0) / 1e9 },
            lastError: now.lastError)
        status.files = files()
        status.timing = now.timing
        status.feeds = feeds.map { feed in
            feed.status(now.feeds.indices.contains(feed.index) ? now.feeds[feed.index] : nil, at: monotonic)
        }
        return status
    }
}

extension JourneyProgress {
    /// Counters that tell of something lost, damaged or refused.
    static func isTrouble(_ name: String) -> Bool {
        // A decision, whatever its reason is called.
        if name.hasPrefix("reflights_") { return false }
        // Items of a newer standard, or of the maker's own, are given as they are.
        if name.hasSuffix("items_unknown_tag") { return false }
        return [
            "bad_", "damaged", "files_failed", "dropped", "lost", "missed", "failures", "garbage", "unplaced",
            "refused", "truncated",
            "stale", "unknown", "resync", "gaps", "errors", "rejected", "without", "timeouts", "_late", "hangs",
            "unasked", "far_ahead", "handover", "implausible", "malformed", "out_of_order", "too_long", "skipped_bytes",
            "sync_losses", "error_packets", "oversized", "subtitles_cut", "recordings_cut", "off_globe",
            "off_the_globe",
            "not_recorded", "not_alerted", "over_budget", "over_limit", "left_out", "undeclared",
        ]
        .contains { name.contains($0) }
    }
}
