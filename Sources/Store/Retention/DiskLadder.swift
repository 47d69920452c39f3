/// What is still written when the disk fills: down a step at once, up again a step at a time when room is there.
///
/// Two things lead down: too few bytes free, and writes that fail for want of room, whatever the file system says is free (a
/// quota of the user, inodes). The way up wants more room than the way down, a rest, and after failed writes a write on trial.
public struct DiskLadder: Sendable {
    public enum Level: Int, Sendable, Hashable, CaseIterable, Comparable {
        case normal
        case withoutClips
        case withoutPictures
        /// No new findings. What is known goes on: verdicts, answers of deliveries, cases.
        case refusing

        public static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }

        public var name: String {
            switch self {
            case .normal: "normal"
            case .withoutClips: "without_clips"
            case .withoutPictures: "without_pictures"
            case .refusing: "refusing"
            }
        }
    }

    public struct Options: Sendable, Hashable {
        /// Bytes free below which no clips are kept, no pictures, no new findings; in this order, each less than the one before.
        public var clips: Int64 = 2 << 30
        public var pictures: Int64 = 512 << 20
        public var findings: Int64 = 128 << 20
        /// Bytes beyond the threshold that lead up again, as a share of it.
        public var hysteresis = 0.25
        /// Between two steps up.
        public var rest = Duration.seconds(10)
        /// From a failed write to a trial, and from that to the next.
        public var trialRest = Duration.seconds(3)

        public init() {}

        func threshold(_ level: Level) -> Int64 {
            switch level {
            case .normal: .max
            case .withoutClips: clips
            case .withoutPictures: pictures
            case .refusing: findings
            }
        }

        /// A file system that is small has smaller steps: 10, 5 and 2 % of it at most.
        public func fitted(to total: Int64?) -> Options {
            guard let total, total > 0 else { return self }
            var fitted = self
            fitted.clips = min(clips, total / 10)
            fitted.pictures = min(pictures, total / 20)
            fitted.findings = min(findings, total / 50)
            return fitted
        }
    }

    public struct Change: Sendable, Hashable {
        public var from: Level
        public var to: Level
        /// Bytes free, where they were the reason.
        public var free: Int64?
    }

    private let options: Options
    public private(set) var level = Level.normal
    /// What the bytes that are free say alone.
    public private(set) var forced = Level.normal
    private var lastMove: Int64?
    /// Writes failed since the last trial that went well.
    private var mistrusts = false

    public init(_ options: Options = Options()) { self.options = options }

    /// `free` bytes are free at `now` (monotonic nanoseconds); nil where nobody knows, which changes nothing but by trials.
    public mutating func observe(free: Int64?, at now: Int64) -> Change? {
        guard let free else { return nil }
        forced = Level.allCases.last { $0 != .normal && free < options.threshold($0) } ?? .normal
        if forced > level { return move(to: forced, at: now, free: free) }
        guard !mistrusts, level > forced, hasRested(now), hasRoom(free, above: level), let up = step(up: level) else {
            return nil
        }
        return move(to: up, at: now, free: free)
    }

    /// A write failed for want of room while `wanted` was the highest level at which it would not have been tried.
    public mutating func failed(_ wanted: Level, at now: Int64) -> Change? {
        mistrusts = true
        guard wanted > level else {
            lastMove = now
            return nil
        }
        return move(to: wanted, at: now, free: nil)
    }

    /// True when a write should be tried, to see whether there is room again.
    public func wantsTrial(free: Int64?, at now: Int64) -> Bool {
        guard mistrusts, hasRested(now, options.trialRest) else { return false }
        guard let free else { return true }
        return level == .normal || hasRoom(free, above: level)
    }

    /// What became of a trial.
    public mutating func tried(_ succeeded: Bool, free: Int64?, at now: Int64) -> Change? {
        guard succeeded else {
            lastMove = now
            return nil
        }
        // Writes go well: as far up as the bytes allow, where they are known.
        guard let free else {
            guard let up = step(up: level) else {
                mistrusts = false
                return nil
            }
            if up == .normal { mistrusts = false }
            return move(to: up, at: now, free: nil)
        }
        mistrusts = false
        var target = level
        while let up = step(up: target), hasRoom(free, above: target) { target = up }
        return target < level ? move(to: target, at: now, free: free) : nil
    }

    private func hasRoom(_ free: Int64, above level: Level) -> Bool {
        let threshold = options.threshold(level)
        guard level != .normal else { return true }
        return Double(free) >= Double(threshold) * (1 + options.hysteresis)
    }

    private func hasRested(_ now: Int64, _ rest: Duration? = nil) -> Bool {
        guard let lastMove else { return true }
        return now &- lastMove >= (rest ?? options.rest).nanoseconds
    }

    private func step(up level: Level) -> Level? { Level(rawValue: level.rawValue - 1) }

    private mutating func move(to next: Level, at now: Int64, free: Int64?) -> Change {
        defer {
            level = next
            lastMove = now
        }
        return Change(from: level, to: next, free: free)
    }
}
