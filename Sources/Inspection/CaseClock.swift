/// How a case stands to the limit of the step that it is at.
public struct CaseClock: Sendable, Hashable {
    /// What is to be done next; limits are given by it.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// 受理: of a case that is `reported`.
        case accept
        /// 分流: of one that is `accepted`.
        case dispatch
        /// 处置: of one that is `dispatched` or `handling`.
        case handle
        /// 核查: of one that is `fed_back` or `checking`.
        case check

        /// Nil for a case that is over.
        public init?(_ stage: CaseRecord.Stage) {
            switch stage {
            case .reported: self = .accept
            case .accepted: self = .dispatch
            case .dispatched, .handling: self = .handle
            case .fedBack, .checking: self = .check
            case .closed, .rejected: return nil
            }
        }

        public var title: BilingualText {
            switch self {
            case .accept: BilingualText(zh: "受理", en: "Accepted")
            case .dispatch: BilingualText(zh: "分流", en: "Dispatched")
            case .handle: BilingualText(zh: "处置", en: "Handled")
            case .check: BilingualText(zh: "核查", en: "Checked")
            }
        }
    }

    public enum State: String, Sendable, Hashable, CaseIterable {
        case inTime = "in_time"
        case dueSoon = "due_soon"
        case overdue, suspended
        /// No limit is known.
        case unlimited
    }

    public var finding: FindingID
    public var platform: Name
    public var number: String
    public var sceneType: String
    public var stage: CaseRecord.Stage
    public var step: Step
    /// When the step began: with its stage, when it was sent back (退回) or failed the check (返工).
    public var since: UTCTime
    /// `4wh`, `2wd`; nil where none is known.
    public var limit: String?
    /// How often the time was extended (延期) since then.
    public var extensions: Int
    /// Microseconds of working time that it was suspended (挂账) since then, what goes on not counted.
    public var paused: Int64
    /// Since when it is suspended; nil where it is not.
    public var suspendedSince: UTCTime?
    /// When it is due soon, and when it is due; nil where no limit is known, and while it is suspended.
    public var soon: UTCTime?
    public var due: UTCTime?
    /// Who was told of this limit: -1 nobody, not even that it is nearly over; 0 nobody that it is over, 1 the alert channels,
    /// then a step of the ladder each.
    public var told: Int
    /// When the next of them is to be told.
    public var next: UTCTime?
    /// The newest change that this was reckoned from.
    public var change: Int64

    public init(
        finding: FindingID, platform: Name, number: String, sceneType: String, stage: CaseRecord.Stage, step: Step,
        since: UTCTime, limit: String? = nil, extensions: Int = 0, paused: Int64 = 0, suspendedSince: UTCTime? = nil,
        soon: UTCTime? = nil, due: UTCTime? = nil, told: Int = 0, next: UTCTime? = nil, change: Int64 = 0
    ) {
        self.finding = finding
        self.platform = platform
        self.number = number
        self.sceneType = sceneType
        self.stage = stage
        self.step = step
        self.since = since
        self.limit = limit
        self.extensions = extensions
        self.paused = paused
        self.suspendedSince = suspendedSince
        self.soon = soon
        self.due = due
        self.told = told
        self.next = next
        self.change = change
    }

    public func state(at now: UTCTime) -> State {
        if suspendedSince != nil { return .suspended }
        guard let due else { return .unlimited }
        if now >= due { return .overdue }
        return soon.map { now >= $0 } ?? false ? .dueSoon : .inTime
    }

    /// True when both reckon one and the same limit: whoever was told that it is over is not told again.
    public func hasLimit(of other: CaseClock) -> Bool {
        step == other.step && since == other.since && extensions == other.extensions
    }
}

/// What is said of a case whose limit is over, or nearly is.
public struct CaseOverdue: Sendable, Hashable {
    /// A step of the ladder: 提醒, 督办, 约谈.
    public struct Rung: Sendable, Hashable {
        public var id: String
        public var title: BilingualText
        /// Who is to act on it, in the words of the settings.
        public var role: String?

        public init(id: String, title: BilingualText, role: String? = nil) {
            self.id = id
            self.title = title
            self.role = role
        }
    }

    public var platform: Name
    public var number: String
    public var step: CaseClock.Step
    public var limit: String
    public var since: UTCTime
    public var due: UTCTime
    /// The revision that says so first: of it, this is the news.
    public var revision: Int
    /// Nil before the first step of the ladder.
    public var rung: Rung?
    /// The limit is not over yet, and will be soon.
    public var isSoon: Bool

    public init(
        platform: Name, number: String, step: CaseClock.Step, limit: String, since: UTCTime, due: UTCTime,
        revision: Int = 0, rung: Rung? = nil, isSoon: Bool = false
    ) {
        self.platform = platform
        self.number = number
        self.step = step
        self.limit = limit
        self.since = since
        self.due = due
        self.revision = revision
        self.rung = rung
        self.isSoon = isSoon
    }
}

extension CaseOverdue {
    /// The member of a feature that says it.
    var member: String { isSoon ? "case_due_soon" : "case_overdue" }

    /// The members of one JSON object.
    func write(_ json: inout JSONText) {
        json.member("platform", platform.text)
        json.member("number", number)
        json.member("step", step.rawValue)
        json.member("title") { $0.object { Self.write(step.title, &$0) } }
        json.member("limit", limit)
        json.member("since", since.rfc3339)
        json.member("due", due.rfc3339)
        json.member("revision", revision)
        guard let rung else { return }
        json.member("rung") { json in
            json.object { json in
                json.member("id", rung.id)
                json.member("title") { $0.object { Self.write(rung.title, &$0) } }
                if let role = rung.role { json.member("role", role) }
            }
        }
    }

    private static func write(_ title: BilingualText, _ json: inout JSONText) {
        json.member("zh", title.zh)
        json.member("en", title.en)
    }
}

/// Cases of one scene type, by how they stand to their limits.
public struct CaseCount: Sendable, Hashable {
    public var sceneType: String
    /// Neither closed nor rejected.
    public var open: Int
    public var dueSoon: Int
    public var overdue: Int
    public var suspended: Int

    public init(sceneType: String, open: Int = 0, dueSoon: Int = 0, overdue: Int = 0, suspended: Int = 0) {
        self.sceneType = sceneType
        self.open = open
        self.dueSoon = dueSoon
        self.overdue = overdue
        self.suspended = suspended
    }
}

/// A case that changed.
public struct ChangedCase: Sendable, Hashable {
    /// Counts all changes of cases.
    public var change: Int64
    public var finding: FindingID
    public var platform: Name

    public init(change: Int64, finding: FindingID, platform: Name) {
        self.change = change
        self.finding = finding
        self.platform = platform
    }
}

/// Which clocks are asked for.
public struct CaseClockQuery: Sendable, Hashable {
    public var finding: FindingID?
    public var sceneType: String?
    public var states: Set<CaseClock.State>
    /// At most 1000.
    public var limit: Int

    public init(
        finding: FindingID? = nil, sceneType: String? = nil,
        states: Set<CaseClock.State> = Set(CaseClock.State.allCases),
        limit: Int
    ) {
        self.finding = finding
        self.sceneType = sceneType
        self.states = states
        self.limit = limit
    }
}

/// Where the clocks of open cases are kept, one of each finding and platform. Implemented by `Store`.
public protocol CaseClockStore: Sendable {
    /// The number of the newest change; 0 before the first.
    func newestCaseChange() async throws(StoreError) -> Int64
    /// Changes behind `number`, oldest first. `limit` is at most 1000.
    func casesChanged(after number: Int64, limit: Int) async throws(StoreError) -> [ChangedCase]

    func caseClock(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseClock?
    /// Nothing is kept, and false returned, when the case has changed since.
    func save(_ clock: CaseClock) async throws(StoreError) -> Bool
    func removeCaseClock(of finding: FindingID, at platform: Name) async throws(StoreError)
    /// Removes clocks of other platforms, and of cases that are over.
    func removeCaseClocks(notOf platforms: Set<Name>) async throws(StoreError)

    /// Whoever is next to be told, by `now`: earliest first. `limit` is at most 1000.
    func caseClocks(toTellBy now: UTCTime, limit: Int) async throws(StoreError) -> [CaseClock]
    /// When that will be; nil where nobody is.
    func nextCaseAlert() async throws(StoreError) -> UTCTime?
    /// Says it of the finding, as a revision owed to those of `destinations` that may have the finding, and keeps `clock` in
    /// the same write. Nil when nothing was written: the case or its clock has changed since, or it was said already. What was
    /// dismissed is not spoken of; its clock is kept.
    func tell(
        _ overdue: CaseOverdue, to destinations: Set<Name>, keeping clock: CaseClock
    ) async throws(StoreError) -> FindingRecord?

    /// The one that is due first comes first, those without a limit last.
    func caseClocks(_ query: CaseClockQuery, now: UTCTime) async throws(StoreError) -> [CaseClock]
    /// In the order of their scene types.
    func caseCounts(now: UTCTime) async throws(StoreError) -> [CaseCount]
}
