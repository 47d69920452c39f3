public import Inspection

/// What may be kept of each class, and how much room is to be left.
public struct RetentionPolicy: Sendable, Hashable {
    public struct Limit: Sendable, Hashable {
        /// Nil for no limit.
        public var bytes: Int64?
        /// Since it was captured; nil for no limit. What is owed, or of an open case, does not grow too old.
        public var age: Duration?

        public init(bytes: Int64? = nil, age: Duration? = nil) {
            self.bytes = bytes
            self.age = age
        }
    }

    public var limits: [EvidenceClass: Limit]
    /// Files go while less than this is free, in bytes.
    public var room: Int64

    public init(limits: [EvidenceClass: Limit] = [:], room: Int64 = 0) {
        self.limits = limits
        self.room = room
    }

    /// What is there.
    public struct Stock: Sendable, Hashable {
        /// Nil before the folder was looked through: quotas wait for it.
        public var bytes: [EvidenceClass: Int64]?
        /// On the file system; nil where it does not say.
        public var free: Int64?

        public init(bytes: [EvidenceClass: Int64]?, free: Int64?) {
            self.bytes = bytes
            self.free = free
        }
    }
}

/// One round of retention: asks for files, oldest first, and says which of them go.
///
/// First what is too old, then what is over a quota, then what makes room: clips before pictures before metadata, and of a
/// class what is settled before what is of an open case before what is owed. Who drives it reads the pages it wants.
public struct RetentionRound: Sendable {
    /// Files of one kind and standing behind a place, oldest first.
    public struct Page: Sendable, Hashable {
        public var kind: EvidenceItem.Kind
        public var after: KeptFile.Cursor?
    }

    private struct Step: Sendable {
        var kind: EvidenceItem.Kind
        var standing: Standing
        var reason: Removal.Reason
        /// Captured before; nil for any time.
        var before: UTCTime?
        /// Which of ``purses`` is to be filled; nil for all of them.
        var purse: Int?
    }

    private var steps: [Step] = []
    private var current = 0
    private var after: KeptFile.Cursor?
    /// Bytes still to be freed.
    private var purses: [Int64] = []
    /// What was chosen already, by a rule before: a file has one reason.
    private var chosen: Set<String> = []
    /// Hashes remembered, so that a round is bounded; another follows.
    private static let limit = 65_536

    public init(_ policy: RetentionPolicy, _ stock: RetentionPolicy.Stock, now: UTCTime) {
        for group in EvidenceClass.allCases {
            guard let age = policy.limits[group]?.age else { continue }
            let seconds = min(max(age.components.seconds, 0), 1 << 40)
            let before = now.advanced(byMicroseconds: -seconds &* 1_000_000)
            for kind in group.kinds {
                steps.append(Step(kind: kind, standing: .settled, reason: .age, before: before))
            }
        }
        for group in EvidenceClass.allCases {
            guard let quota = policy.limits[group]?.bytes, let held = stock.bytes?[group], held > quota else {
                continue
            }
            purses.append(held &- quota)
            add(group, .quota, purse: purses.count - 1)
        }
        guard let free = stock.free, free < policy.room else { return }
        purses.append(policy.room &- max(free, 0))
        for group in EvidenceClass.allCases { add(group, .space, purse: purses.count - 1) }
    }

    private mutating func add(_ group: EvidenceClass, _ reason: Removal.Reason, purse: Int) {
        for standing in Standing.allCases where standing <= group.lastToGo {
            for kind in group.kinds {
                steps.append(Step(kind: kind, standing: standing, reason: reason, purse: purse))
            }
        }
    }

    /// The page it wants next; nil when the round is over.
    public var wanted: Page? {
        guard current < steps.count, chosen.count < Self.limit else { return nil }
        return Page(kind: steps[current].kind, after: after)
    }

    /// Bytes that were wanted and not found: a class is over its quota, or room is short, by what must not go.
    public var missing: Int64 { purses.reduce(0) { $0 &+ max($1, 0) } }

    /// Chooses among the page that was wanted. `next` is where the following page begins, nil after the last.
    public mutating func take(_ page: [KeptFile], next: KeptFile.Cursor?) -> [Removal] {
        guard current < steps.count else { return [] }
        let step = steps[current]
        var removals: [Removal] = []
        var isOver = next == nil
        for file in page {
            if let before = step.before, file.capturedAt >= before {
                isOver = true
                break
            }
            if let purse = step.purse, purses[purse] <= 0 {
                isOver = true
                break
            }
            guard file.kind == step.kind, file.standing == step.standing, chosen.insert(file.sha256).inserted else {
                continue
            }
            removals.append(Removal(file, step.reason))
            settle(file)
        }
        if isOver { advance() } else { after = next }
        return removals
    }

    /// What goes for one reason counts for the others too.
    private mutating func settle(_ file: KeptFile) {
        let group = EvidenceClass(file.kind)
        for index in purses.indices {
            let step = steps.first { $0.purse == index }
            guard let step, step.reason == .space || EvidenceClass(step.kind) == group else { continue }
            purses[index] = purses[index] &- max(file.bytes, 0)
        }
    }

    private mutating func advance() {
        after = nil
        current += 1
        while current < steps.count, let purse = steps[current].purse, purses[purse] <= 0 { current += 1 }
    }

    /// The page that was wanted cannot be read: the round ends.
    public mutating func abandon() { current = steps.count }
}
