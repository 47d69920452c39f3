import Geodesy
public import Inspection

/// Compares what two versions of rules make of the same frames.
public struct Backtest: Sendable {
    public enum Change: String, Sendable, Hashable {
        /// By the new rules and not by the old.
        case gained
        case lost
        /// By both, with another severity.
        case changed
    }

    public struct Counts: Sendable, Hashable {
        public var before = 0
        public var after = 0
        public var gained = 0
        public var lost = 0
        public var changed = 0

        public init() {}

        fileprivate mutating func add(_ change: Change) {
            switch change {
            case .gained: gained += 1
            case .lost: lost += 1
            case .changed: changed += 1
            }
        }
    }

    private struct Key: Hashable {
        var rule: String
        var object: FrameObject?
    }

    /// By rule.
    public private(set) var detections: [String: Counts] = [:]
    public private(set) var findings: [String: Counts] = [:]
    /// By rule: how often it could not be decided, mostly for want of a value. Rules that always could have none.
    public private(set) var undecided: [String: (before: Int64, after: Int64)] = [:]

    public init() {}

    /// Detections of one frame. The same thing for the same rule is the same detection, whatever its version. `former` is the
    /// old severity of one that changed.
    public mutating func compare(
        _ before: [Detection], _ after: [Detection]
    ) -> [(change: Change, detection: Detection, former: Severity?)] {
        var changes: [(change: Change, detection: Detection, former: Severity?)] = []
        var waiting: [Key: [Detection]] = [:]
        for detection in before.reversed() {
            waiting[Key(rule: detection.rule, object: detection.object), default: []].append(detection)
            detections[detection.rule, default: Counts()].before += 1
        }
        for detection in after {
            detections[detection.rule, default: Counts()].after += 1
            let old = waiting[Key(rule: detection.rule, object: detection.object)]?.popLast()
            if let old, old.severity == detection.severity { continue }
            changes.append((old == nil ? .gained : .changed, detection, old?.severity))
        }
        for detection in before {
            guard waiting[Key(rule: detection.rule, object: detection.object)]?.popLast() != nil else { continue }
            changes.append((.lost, detection, nil))
        }
        for (change, detection, _) in changes { detections[detection.rule, default: Counts()].add(change) }
        return changes
    }

    /// What the classifiers of one flight counted in the end.
    public mutating func add(undecided before: [RuleClassifier.Counters], _ after: [RuleClassifier.Counters]) {
        for counters in before where counters.errors > 0 {
            undecided[counters.rule, default: (0, 0)].before &+= counters.errors
        }
        for counters in after where counters.errors > 0 {
            undecided[counters.rule, default: (0, 0)].after &+= counters.errors
        }
    }

    /// Findings of one flight. A finding's id comes of its first detection, which other rules may see earlier or later: of one
    /// rule, those within `radius` metres, or without a place those seen at overlapping times, are the same as well.
    public mutating func compare(
        _ before: [Finding], _ after: [Finding], radius: Double
    ) -> [(change: Change, finding: Finding, former: Severity?)] {
        var changes: [(change: Change, finding: Finding, former: Severity?)] = []
        var lost = before
        var gained: [Finding] = []
        for finding in before { findings[finding.rule, default: Counts()].before += 1 }
        for finding in after { findings[finding.rule, default: Counts()].after += 1 }
        func settle(_ finding: Finding, _ isSame: (Finding) -> Bool) -> Bool {
            guard let index = lost.firstIndex(where: { $0.rule == finding.rule && isSame($0) }) else { return false }
            let old = lost.remove(at: index)
            if old.severity != finding.severity { changes.append((.changed, finding, old.severity)) }
            return true
        }
        for finding in after where !settle(finding, { $0.id == finding.id }) { gained.append(finding) }
        for finding in gained where !settle(finding, { $0.isNear(finding, radius) }) {
            changes.append((.gained, finding, nil))
        }
        changes += lost.map { (.lost, $0, nil) }
        for (change, finding, _) in changes { findings[finding.rule, default: Counts()].add(change) }
        return changes
    }
}

extension Finding {
    fileprivate func isNear(_ other: Finding, _ radius: Double) -> Bool {
        switch (location, other.location) {
        case (let here?, let there?): (here.point.ecef - there.point.ecef).length <= radius
        case (nil, nil): firstSeen <= other.lastSeen && other.firstSeen <= lastSeen
        default: false
        }
    }
}
