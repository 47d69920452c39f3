public import Inspection

/// Keeps to the policy beside everything else, a step at a time: looks through the folder, takes away what must go, forgets rows
/// that nobody needs.
///
/// A file goes in four moves: it is written down that it goes; the chain says so; the file is removed; that it is gone is
/// written down. Whatever ends the daemon between two of them, the next life goes on with the first that may be missing.
public actor RetentionWork {
    public struct Options: Sendable, Hashable {
        public var policy = RetentionPolicy()
        /// Findings that nothing happened to for so long lose their earlier revisions and answered deliveries; nil keeps them.
        public var rowsAge: Duration?
        /// Files taken away together.
        public var batch = 64
        /// Files looked at in one read.
        public var page = 200
        /// A file that no row names is left alone for so long: it may be about to get its row.
        public var orphanGrace = Duration.seconds(86_400)
        /// After a round: file systems tell of what was freed some seconds later.
        public var pause = Duration.seconds(10)
        /// After a round that found less than it wanted.
        public var rest = Duration.seconds(60)
        /// Between two looks through the whole folder, and between two passes over the rows.
        public var surveyEvery = Duration.seconds(86_400)

        public init() {}
    }

    /// How it stands, for the status.
    public struct Status: Sendable, Hashable {
        /// By class, as far as is known; nil before the folder was looked through.
        public var bytes: [EvidenceClass: Int64]?
        /// Bytes that must go by a quota or for want of room, and may not: they are owed, of open cases, or held.
        public var missing: Int64 = 0
        /// Files that no row names; those within their grace, and those that the chain names, stay.
        public var orphans: Int64 = 0
        /// Files that rows name and that are not there, without having been taken away.
        public var lost: Int64 = 0
        /// Why it cannot take away what must go; nil while it can.
        public var lastError: String?

        public init() {}
    }

    /// What a step did.
    public enum Step: Sendable, Hashable {
        /// There is more to do at once.
        case more
        /// Nothing to do for now.
        case idle
    }

    private let database: FindingDatabase
    private let files: any EvidenceRemoval
    private let chain: any RemovalRecord
    private let clock: any Clock
    private let options: Options
    private let free: @Sendable () -> Int64?

    private var isResumed = false
    private var round: RetentionRound?
    private var survey: Survey?
    /// What lay there before the start, so to say: what was found less what was written and taken away by then.
    private var surveyed: [EvidenceClass: Int64]?
    private var lastSurvey: Int64?
    private var lastRows: Int64?
    private var nextRow: Int64?
    private var lastRound: Int64?
    private var standing = Status()

    public var status: Status {
        var status = standing
        status.bytes = currentBytes
        return status
    }

    private struct Survey {
        var part = 0
        var bytes = Dictionary(uniqueKeysWithValues: EvidenceClass.allCases.map { ($0, Int64(0)) })
        var orphans: Int64 = 0
        var lost: Int64 = 0
    }

    /// `free` tells the bytes free on the file system, nil where it does not say.
    public init(
        _ database: FindingDatabase, files: any EvidenceRemoval, chain: any RemovalRecord, clock: any Clock,
        options: Options, free: @escaping @Sendable () -> Int64?
    ) {
        self.database = database
        self.files = files
        self.chain = chain
        self.clock = clock
        self.options = options
        self.free = free
    }

    /// Does the next bounded piece of work. An error is for the journal: the next step tries again.
    public func step() async throws(StoreError) -> Step {
        do throws(StoreError) {
            let step = try await nextStep()
            standing.lastError = nil
            return step
        } catch {
            round = nil
            standing.lastError = error.description
            throw error
        }
    }

    private func nextStep() async throws(StoreError) -> Step {
        if !isResumed {
            let unfinished = try await database.unfinishedRemovals(limit: options.batch)
            guard unfinished.isEmpty else {
                try await takeAway(unfinished)
                return .more
            }
            isResumed = true
        }
        if round == nil, mayRound {
            let fresh = RetentionRound(options.policy, stock, now: clock.utc)
            if fresh.wanted != nil { round = fresh } else { standing.missing = 0 }
        }
        if round != nil { return try await goOnWithRound() }
        if try await goOnWithSurvey() { return .more }
        return try await goOnWithRows() ? .more : .idle
    }

    /// What may not go now may go later: after a rest. While a database is taken over nobody knows what is owed.
    private var mayRound: Bool {
        guard database.condition.waitingSalvages.isEmpty else { return false }
        guard let lastRound else { return true }
        let rest = standing.missing > 0 ? options.rest : options.pause
        return clock.monotonicNanoseconds &- lastRound >= rest.nanoseconds
    }

    private var stock: RetentionPolicy.Stock {
        RetentionPolicy.Stock(bytes: currentBytes, free: free())
    }

    /// What the last look through the folder found, and what came and went since.
    private var currentBytes: [EvidenceClass: Int64]? {
        guard var bytes = surveyed else { return nil }
        for (kind, net) in files.netBytes { bytes[EvidenceClass(kind), default: 0] &+= net }
        return bytes.mapValues { max($0, 0) }
    }

    // MARK: A round

    private func goOnWithRound() async throws(StoreError) -> Step {
        guard var now = round, let wanted = now.wanted else {
            standing.missing = round?.missing ?? 0
            round = nil
            lastRound = clock.monotonicNanoseconds
            return .more
        }
        let page = try await database.keptFiles(wanted.kind, after: wanted.after, limit: options.page)
        let removals = now.take(page.files, next: page.next)
        round = now
        var rest = removals[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(options.batch))
            rest = rest.dropFirst(batch.count)
            try await takeAway(try await database.beginRemoving(batch))
        }
        return .more
    }

    private func takeAway(_ removed: [RemovedEvidence]) async throws(StoreError) {
        guard !removed.isEmpty else { return }
        try await chain.record(removed: removed)
        // A hold that was set meanwhile has taken it back.
        let still = Set(try await database.unfinishedRemovals(limit: 10_000).map(\.sha256))
        var gone: [String] = []
        var kept: [String] = []
        for file in removed where still.contains(file.sha256) {
            do throws(StoreError) {
                _ = try await files.remove(file.sha256)
                gone.append(file.sha256)
            } catch {
                guard error.kind == .locked else { throw error }
                kept.append(file.sha256)
            }
        }
        try await database.finishRemoving(gone)
        try await database.cancelRemoving(kept)
    }

    // MARK: The folder

    /// Looks through one part of the folder; false when it is not time.
    private func goOnWithSurvey() async throws(StoreError) -> Bool {
        let now = clock.monotonicNanoseconds
        if survey == nil {
            if let lastSurvey, now &- lastSurvey < options.surveyEvery.nanoseconds { return false }
            survey = Survey()
        }
        guard var survey else { return false }
        guard survey.part < files.parts else {
            surveyed = survey.bytes
            lastSurvey = now
            standing.orphans = survey.orphans
            standing.lost = survey.lost
            self.survey = nil
            try await database.forgetRemovals()
            return true
        }
        let part = await files.files(inPart: survey.part)
        let found = part.files
        for file in found { survey.bytes[EvidenceClass(file.kind), default: 0] += file.bytes }
        for (kind, net) in part.netBytes { survey.bytes[EvidenceClass(kind), default: 0] -= net }
        if !database.mayLackRows {
            try await lookForOrphans(found, &survey)
            try await lookForLost(found, &survey)
        }
        survey.part += 1
        self.survey = survey
        return true
    }

    /// Files of a run that ended between the file and its row go: those that neither a row nor a line of the chain names. What
    /// the chain names was kept once, and its row is lost.
    private func lookForOrphans(_ found: [StoredFile], _ survey: inout Survey) async throws(StoreError) {
        var orphans: [String: Bool] = [:]
        for start in stride(from: 0, to: found.count, by: options.page) {
            let page = found[start..<min(start + options.page, found.count)].map(\.sha256)
            orphans.merge(try await database.unnamed(page)) { $1 }
        }
        survey.orphans += Int64(orphans.count)
        guard !orphans.isEmpty else { return }
        let grace = options.orphanGrace.nanoseconds / 1000
        let old = found.filter { orphans[$0.sha256] != nil && clock.utc.microseconds(since: $0.written) > grace }
        guard !old.isEmpty, let sealed = await files.sealed(among: Set(old.map(\.sha256))) else { return }
        let removals = old.filter { !sealed.contains($0.sha256) || orphans[$0.sha256] == true }.map { file in
            Removal(
                KeptFile(
                    sha256: file.sha256, kind: file.kind, bytes: file.bytes, capturedAt: file.written,
                    standing: .settled), .orphan)
        }
        for start in stride(from: 0, to: removals.count, by: options.batch) {
            let batch = Array(removals[start..<min(start + options.batch, removals.count)])
            let going = try await database.beginRemoving(batch)
            try await takeAway(going)
            survey.orphans -= Int64(going.count)
        }
    }

    /// Counts rows whose file is gone. Where it was taken away and the row came back, as from a damaged database, the row goes.
    private func lookForLost(_ found: [StoredFile], _ survey: inout Survey) async throws(StoreError) {
        let prefix = hexadecimal(survey.part)
        let last = prefix + String(repeating: "g", count: 1)
        let there = Set(found.map(\.sha256))
        var after = prefix
        while true {
            let named = try await database.namedFiles(after: after, upTo: last, limit: options.page)
            var absent = named.filter { !there.contains($0.sha256) }
            if !absent.isEmpty {
                // Some may have come since the folder was read.
                let now = Set(await files.files(inPart: survey.part).files.map(\.sha256))
                absent.removeAll { now.contains($0.sha256) }
            }
            try await database.unlist(absent.filter(\.wasRemoved).map(\.sha256))
            survey.lost += Int64(absent.count { !$0.wasRemoved })
            guard named.count == options.page, let next = named.last else { return }
            after = next.sha256
        }
    }

    /// The parts are named by the first two digits of a hash.
    private func hexadecimal(_ part: Int) -> String {
        let text = String(part, radix: 16)
        return text.count < 2 ? "0" + text : text
    }

    // MARK: Rows

    /// Looks at a slice of the findings; false when it is not time.
    private func goOnWithRows() async throws(StoreError) -> Bool {
        guard let age = options.rowsAge else { return false }
        let now = clock.monotonicNanoseconds
        if nextRow == nil {
            if let lastRows, now &- lastRows < options.surveyEvery.nanoseconds { return false }
            nextRow = .min
        }
        let before = clock.utc.advanced(byMicroseconds: -(age.nanoseconds / 1000))
        nextRow = try await database.trim(after: nextRow ?? .min, before: before, limit: options.page)
        if nextRow == nil { lastRows = now }
        return true
    }
}

extension Duration {
    /// As far as 64 bits hold them; 0 for less than none.
    var nanoseconds: Int64 {
        let seconds = min(max(components.seconds, 0), 1 << 33)
        return seconds &* 1_000_000_000 &+ components.attoseconds / 1_000_000_000
    }
}
