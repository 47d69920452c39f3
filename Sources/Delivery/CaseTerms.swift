public import Inspection

/// The limits of cases, and what is told of one that is late: data of the settings and of the jurisdiction in use.
public struct CaseTerms: Sendable, Hashable {
    public typealias Limits = [CaseClock.Step: String]

    /// A step of the ladder: how long after the limit was over, to whom, and what it is called.
    public struct Rung: Sendable, Hashable {
        public var rung: CaseOverdue.Rung
        /// `4wh`, `2wd` after the limit ended.
        public var after: String
        public var destinations: Set<Name>

        public init(_ rung: CaseOverdue.Rung, after: String, destinations: Set<Name>) {
            self.rung = rung
            self.after = after
            self.destinations = destinations
        }
    }

    public var time: WorkingTime
    /// By scene type (`waste.exposed`), family (`waste.*`) or `*`: the nearest that says anything of a step decides.
    public var scenes: [String: Limits] = [:]
    /// By scene type, where `scenes` says nothing.
    public var jurisdiction: [String: Limits] = [:]
    /// By severity, where neither says anything.
    public var severities: [Severity: Limits] = [:]
    /// What 延期 adds; nil: the limit once more.
    public var extending: String?
    /// Share of a limit that is left when it is due soon, 0…1.
    public var soon = 0.25
    /// Destinations that are told when a limit is over.
    public var destinations: Set<Name> = []
    /// They are told when it is due soon too.
    public var tellsSoon = false
    public var ladder: [Rung] = []

    /// Extensions that are reckoned of one step.
    private static let maximumExtensions = 100

    public init(time: WorkingTime) { self.time = time }

    public func limit(of step: CaseClock.Step, sceneType: String, severity: Severity) -> String? {
        if let limit = scenes[sceneType]?[step] { return limit }
        var family = sceneType[...]
        while let dot = family.lastIndex(of: ".") {
            family = family[..<dot]
            if let limit = scenes[family + ".*"]?[step] { return limit }
        }
        return jurisdiction[sceneType]?[step] ?? scenes["*"]?[step] ?? severities[severity]?[step]
    }

    /// The clock of a case after its changes at one platform, in the order in which they became known; those that came late
    /// change nothing. Nil for a case that is over, and for none.
    ///
    /// A change counts from when the platform says, but never from later than it became known, and never from before the
    /// change that was known before it.
    public func clock(of changes: [CaseChange], sceneType: String, severity: Severity) -> CaseClock? {
        let changes = changes.filter { !$0.isLate }
        guard let last = changes.last, let visit = Visit(changes) else { return nil }
        let record = last.record
        var clock = CaseClock(
            finding: last.finding, platform: record.platform, number: record.number, sceneType: sceneType,
            stage: record.stage, step: visit.step, since: visit.since, extensions: visit.extensions,
            paused: worked(visit.pauses), suspendedSince: visit.suspendedSince, change: last.number)
        clock.limit = limit(of: visit.step, sceneType: sceneType, severity: severity)
        guard clock.suspendedSince == nil, let (end, pausedBefore) = self.end(of: visit, limit: clock.limit)
        else { return clock }
        let allowed = time.worked(from: clock.since, to: end)
        let paused = clock.paused &- pausedBefore
        clock.due = paused == 0 ? end : time.end(ofWorked: allowed &+ paused, from: clock.since) ?? end
        let left = Int64(Double(allowed) * min(max(soon.isNaN ? 0 : soon, 0), 1))
        clock.soon = left == 0 ? nil : time.end(ofWorked: allowed - left &+ paused, from: clock.since)
        return clock
    }

    /// When the step ends but for its pauses, and how much of these that end has counted already: it was stated after them.
    private func end(of visit: Visit, limit: String?) -> (UTCTime, pausedBefore: Int64)? {
        guard let limit, var end = time.end(of: limit, from: visit.since) else { return nil }
        var counted: Int64 = 0
        for one in visit.extended.suffix(Self.maximumExtensions) {
            switch one.stated {
            case nil: end = time.end(of: extending ?? limit, from: end) ?? end
            case .by(let count, .days): end = end.advanced(byMicroseconds: Int64(count) &* 86_400_000_000)
            case .by(let count, let unit): end = time.end(of: "\(count)\(unit.rawValue)", from: end) ?? end
            case .until(let stated):
                end = stated
                counted = worked(visit.pauses.map { Visit.Pause(from: $0.from, to: min($0.to, one.at)) })
            }
        }
        return (end, counted)
    }

    private func worked(_ pauses: [Visit.Pause]) -> Int64 {
        pauses.reduce(0) { $0 &+ time.worked(from: $1.from, to: $1.to) }
    }

    /// ``CaseClock/told`` of a limit that nobody was told of.
    public var untold: Int { tellsSoon ? -1 : 0 }

    /// When the next must be told of `clock`, as many as `told` having been; nil when there is nobody left.
    public func next(of clock: CaseClock, told: Int) -> UTCTime? {
        guard let due = clock.due else { return nil }
        guard told >= 0 else { return tellsSoon ? min(clock.soon ?? due, due) : due }
        guard told > 0 else { return due }
        guard ladder.indices.contains(told - 1) else { return nil }
        // Never before the one below it.
        return ladder[..<told].reduce(due) { max($0, time.end(of: $1.after, from: due) ?? $0) }
    }

    /// Microseconds of working time that a case was at its step by `now`, what it was suspended not counted.
    public func used(of clock: CaseClock, now: UTCTime) -> Int64 {
        max(time.worked(from: clock.since, to: clock.suspendedSince ?? now) &- clock.paused, 0)
    }
}

/// The stay of a case at its present step.
private struct Visit {
    struct Pause {
        var from: UTCTime
        var to: UTCTime
    }

    struct Extension {
        /// Nil where the platform does not say how far.
        var stated: CaseExtension?
        var at: UTCTime
    }

    var step: CaseClock.Step
    var since: UTCTime
    /// How often another end was said.
    var extensions = 0
    var extended: [Extension] = []
    var pauses: [Pause] = []
    var suspendedSince: UTCTime?

    init?(_ changes: [CaseChange]) {
        var visit: Visit?
        var flags: Set<CaseRecord.Flag> = []
        var stated: CaseExtension?
        var time = UTCTime(microseconds: .min)
        for change in changes {
            time = max(time, min(change.at, change.recordedAt))
            let added = change.record.flags.subtracting(flags)
            flags = change.record.flags
            if !flags.contains(.extended) || added.contains(.extended) { stated = nil }
            var news = change.record.extending
            if news == stated || !(news?.isSensible(at: time) ?? false) { news = nil }
            defer { stated = news ?? stated }
            guard let step = CaseClock.Step(change.record.stage) else {
                visit = nil
                continue
            }
            if visit?.step != step || !added.isDisjoint(with: [.returned, .rework]) {
                visit = Visit(step: step, since: time)
            }
            visit?.rest(flags.contains(.suspended), at: time)
            if added.contains(.extended) {
                visit?.extend(news, at: time)
            } else if let news, flags.contains(.extended) {
                visit?.extend(news, at: time, isFirstWord: stated == nil)
            }
        }
        guard let visit else { return nil }
        self = visit
    }

    private init(step: CaseClock.Step, since: UTCTime) {
        self.step = step
        self.since = since
    }

    private mutating func rest(_ isSuspended: Bool, at time: UTCTime) {
        if isSuspended {
            suspendedSince = suspendedSince ?? time
        } else if let from = suspendedSince {
            pauses.append(Pause(from: from, to: time))
            suspendedSince = nil
        }
    }

    /// `isFirstWord`: of an extension that was told without saying how far.
    private mutating func extend(_ stated: CaseExtension?, at time: UTCTime, isFirstWord: Bool = false) {
        extensions += 1
        if isFirstWord, let last = extended.last, last.stated == nil { extended.removeLast() }
        extended.append(Extension(stated: stated, at: time))
    }
}
