public import Inspection

/// Keeps the clocks of open cases, and has told of those that are late: the alert channels when a limit is nearly over and when
/// it is, then the ladder, each once for each limit, over restarts too.
///
/// All clocks are reckoned when it begins and when the terms change; after that, those of cases that change.
public actor CaseWatch {
    public struct Options: Sendable, Hashable {
        /// Longest sleep: what a stepped clock can cost.
        public var longestSleep: Duration = .seconds(60)
        /// After an error of the store.
        public var pause: Duration = .seconds(5)
        public var page = 200

        public init() {}
    }

    public struct Counters: Sendable, Hashable {
        /// Clocks written.
        public var reckoned: Int64 = 0
        /// Revisions that say that a case is late.
        public var told: Int64 = 0
        public var errors: Int64 = 0

        public init() {}
    }

    private let cases: any CaseHistory & CaseClockStore
    private let store: any FindingStore
    private let platforms: [Name]
    private let terms: @Sendable () -> CaseTerms?
    private let told: @Sendable (FindingRecord) -> Void
    private let clock: any Clock
    private let options: Options
    private nonisolated let signal = WakeSignal()
    /// By which all clocks were reckoned.
    private var settled: CaseTerms?
    private var position: Int64 = 0
    public private(set) var counters = Counters()
    /// Nil while all is well.
    public private(set) var lastFailure: String?

    /// `platforms` are those whose cases are followed. `terms` is nil where nothing is counted; `told` is given every revision
    /// that was written.
    public init(
        cases: any CaseHistory & CaseClockStore, store: any FindingStore, platforms: [Name], clock: any Clock,
        options: Options = Options(), terms: @escaping @Sendable () -> CaseTerms?,
        told: @escaping @Sendable (FindingRecord) -> Void = { _ in }
    ) {
        self.cases = cases
        self.store = store
        self.platforms = platforms
        self.clock = clock
        self.options = options
        self.terms = terms
        self.told = told
    }

    /// A case may have changed.
    public nonisolated func notify() { signal.notify() }

    /// Runs until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            var sleep = options.longestSleep
            do throws(StoreError) {
                if let next = try await step() {
                    let left = next.microseconds(since: clock.utc)
                    sleep = min(sleep, max(.microseconds(left), .milliseconds(100)))
                }
                lastFailure = nil
            } catch {
                counters.errors += 1
                lastFailure = error.description
                sleep = options.pause
            }
            await signal.wait(atMost: sleep)
        }
    }

    /// Does what is to be done by now; answers when the next is to be told.
    public func step() async throws(StoreError) -> UTCTime? {
        guard let terms = terms() else {
            if settled != nil || position == 0 {
                try await cases.removeCaseClocks(notOf: [])
                settled = nil
                position = .max
            }
            return nil
        }
        if settled != terms { try await reckonAll(by: terms) }
        try await follow(by: terms)
        try await tell(by: terms)
        return try await cases.nextCaseAlert()
    }

    private func reckonAll(by terms: CaseTerms) async throws(StoreError) {
        let newest = try await cases.newestCaseChange()
        try await cases.removeCaseClocks(notOf: Set(platforms))
        for platform in platforms {
            var last: String?
            while !Task.isCancelled {
                let open = try await cases.openCases(at: platform, after: last, limit: options.page)
                for change in open { try await reckon(change.finding, platform, by: terms, last: change) }
                guard open.count == options.page, let number = open.last?.record.number else { break }
                last = number
            }
        }
        guard !Task.isCancelled else { return }
        position = newest
        settled = terms
    }

    private func follow(by terms: CaseTerms) async throws(StoreError) {
        while !Task.isCancelled {
            let changed = try await cases.casesChanged(after: position, limit: options.page)
            for one in changed where platforms.contains(one.platform) {
                try await reckon(one.finding, one.platform, by: terms)
            }
            guard let last = changed.last else { return }
            position = last.change
        }
    }

    /// `last` is how the case is known to stand where none of its changes is kept.
    private func reckon(
        _ finding: FindingID, _ platform: Name, by terms: CaseTerms, last: CaseChange? = nil
    ) async throws(StoreError) {
        // The case may change while it is looked at.
        for _ in 0..<3 {
            var changes = try await cases.caseChanges(of: finding).filter { $0.record.platform == platform }
            if changes.isEmpty, let last { changes = [last] }
            guard let record = try await store.finding(finding),
                var clock = terms.clock(
                    of: changes, sceneType: record.finding.sceneType, severity: record.finding.severity)
            else { return try await cases.removeCaseClock(of: finding, at: platform) }
            let known = try await cases.caseClock(of: finding, at: platform)
            clock.told = terms.untold
            if let known, known.hasLimit(of: clock) { clock.told = known.told }
            clock.next = terms.next(of: clock, told: clock.told)
            if clock == known { return }
            if try await cases.save(clock) {
                counters.reckoned += 1
                return
            }
        }
    }

    private func tell(by terms: CaseTerms) async throws(StoreError) {
        // Each has as many steps as the ladder at most, and the one before the end.
        for _ in 0...(terms.ladder.count + 1) {
            let late = try await cases.caseClocks(toTellBy: clock.utc, limit: options.page)
            if late.isEmpty { return }
            for one in late {
                if Task.isCancelled { return }
                try await tell(one, by: terms)
            }
            if late.count == options.page { signal.notify() }
        }
    }

    private func tell(_ late: CaseClock, by terms: CaseTerms) async throws(StoreError) {
        guard let due = late.due, let limit = late.limit, late.told >= -1, late.told <= terms.ladder.count else {
            return
        }
        // Of a limit that is over nobody says that it soon will be.
        let isSoon = late.told < 0 && terms.tellsSoon && self.clock.utc < due
        let before = isSoon ? late.told : max(late.told, 0)
        var clock = late
        clock.told = before + 1
        clock.next = terms.next(of: clock, told: clock.told)
        let rung = before <= 0 ? nil : terms.ladder[before - 1]
        let overdue = CaseOverdue(
            platform: late.platform, number: late.number, step: late.step, limit: limit, since: late.since, due: due,
            rung: rung?.rung, isSoon: isSoon)
        let destinations = rung?.destinations ?? terms.destinations
        if let record = try await cases.tell(overdue, to: destinations, keeping: clock) {
            counters.told += 1
            told(record)
        } else if try await cases.caseClock(of: late.finding, at: late.platform) == late {
            // The case went on, or its changes got other numbers: reckoned anew it says what it stands at.
            try await reckon(late.finding, late.platform, by: terms)
        }
    }
}
