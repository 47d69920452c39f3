/// The life of an analyser's process and of the frames it was given: a pure state machine that takes an event and a time,
/// and answers what has to be done. Times are monotonic nanoseconds.
struct AnalyserSession: Sendable {
    enum Phase: Sendable, Hashable {
        /// Not running; started anew at this time.
        case resting(until: Int64)
        /// Runs, and has not said hello.
        case starting(since: Int64)
        case ready
        /// Was killed; its end has not been seen.
        case dying(since: Int64)
        /// Was asked to end for good.
        case stopping(since: Int64)
        case stopped
    }

    enum Action: Sendable, Hashable {
        case start
        /// SIGTERM.
        case end
        /// SIGKILL.
        case kill
        case send(Int)
        /// The answer to a frame came.
        case accept(Int)
        /// There will be no answer.
        case lost(Int)
        /// An answer to a frame that was never asked about, or twice.
        case unasked
        case hung(seconds: Double)
        case restsFor(seconds: Double)
    }

    /// Starts in a row without a hello after which frames are not kept for it any more.
    static let hopelessStarts = 3
    /// Times that one frame is given to an analyser that dies over it.
    static let attempts = 2
    /// Between the wish that it ends and the force, seconds.
    static let grace = 2.0

    private(set) var phase: Phase
    private(set) var restarts = 0
    private let timeout: Double
    private let startTimeout: Double
    private let depth: Int
    /// A file's frames all wait; of a live stream only the newest does.
    private let keepsAll: Bool
    private var backoff: Backoff
    private var inFlight: [Int] = []
    private var pending: [Int] = []
    private var tries: [Int: Int] = [:]
    /// When it last answered, or was given a frame while it had none.
    private var progress: Int64
    private var silentStarts = 0

    init(options: AnalyserOptions, keepsAll: Bool, now: Int64) {
        timeout = max(options.timeout, 0.01)
        startTimeout = max(options.startTimeout, 0.01)
        depth = max(options.queue, 1)
        backoff = options.backoff
        self.keepsAll = keepsAll
        progress = now
        phase = .resting(until: now)
    }

    var isReady: Bool { phase == .ready }

    /// A file's frames go on without it: it was started in vain too often. It is still tried again, for the next file.
    var isGivenUp: Bool { keepsAll && silentStarts >= Self.hopelessStarts }

    mutating func submit(_ id: Int, now: Int64) -> [Action] {
        switch phase {
        case .stopping, .stopped: return [.lost(id)]
        case .ready: break
        case .resting, .starting, .dying:
            guard keepsAll, silentStarts < Self.hopelessStarts else { return [.lost(id)] }
        }
        pending.append(id)
        var actions = sends(now)
        while !keepsAll, pending.count > 1 { actions.append(.lost(pending.removeFirst())) }
        return actions
    }

    mutating func hello(now: Int64) -> [Action] {
        guard case .starting = phase else { return [] }
        phase = .ready
        silentStarts = 0
        return sends(now)
    }

    mutating func answered(_ id: Int, now: Int64) -> [Action] {
        guard let index = inFlight.firstIndex(of: id) else { return [.unasked] }
        inFlight.remove(at: index)
        tries[id] = nil
        progress = now
        backoff.reset()
        return [.accept(id)] + sends(now)
    }

    /// It ended, or could not be started. `fraction` is uniform in 0…1.
    mutating func exited(fraction: Double, now: Int64) -> [Action] {
        var actions: [Action] = []
        if case .stopping = phase {
            phase = .stopped
            return actions
        }
        if case .starting = phase { silentStarts = min(silentStarts + 1, Self.hopelessStarts) }
        let wait = backoff.next(fraction: fraction)
        phase = .resting(until: now &+ Self.nanoseconds(wait))
        restarts += 1
        let unanswered = inFlight
        inFlight = []
        var again: [Int] = []
        for id in unanswered {
            let count = tries[id, default: 0] + 1
            tries[id] = count
            if keepsAll, count < Self.attempts { again.append(id) } else { actions.append(lose(id)) }
        }
        pending = again + pending
        if !keepsAll || silentStarts >= Self.hopelessStarts {
            for id in pending { actions.append(lose(id)) }
            pending = []
        }
        return actions + [.restsFor(seconds: wait)]
    }

    /// Time passed.
    mutating func tick(now: Int64) -> [Action] {
        switch phase {
        case .resting(let until) where now >= until:
            phase = .starting(since: now)
            return [.start]
        case .starting(let since) where Self.seconds(since, now) > startTimeout:
            silentStarts = min(silentStarts + 1, Self.hopelessStarts)
            phase = .dying(since: now)
            return [.hung(seconds: startTimeout), .kill]
        case .ready where !inFlight.isEmpty && Self.seconds(progress, now) > timeout:
            phase = .dying(since: now)
            return [.hung(seconds: timeout), .kill]
        case .dying(let since) where Self.seconds(since, now) > Self.grace:
            phase = .dying(since: now)
            return [.kill]
        case .stopping(let since) where Self.seconds(since, now) > Self.grace:
            phase = .stopping(since: now)
            return [.kill]
        default: return []
        }
    }

    /// It closed its end, or what it says is past reading: it has to go.
    mutating func brokeOff(now: Int64) -> [Action] {
        switch phase {
        case .starting, .ready:
            if case .starting = phase { silentStarts = min(silentStarts + 1, Self.hopelessStarts) }
            phase = .dying(since: now)
            return [.kill]
        case .stopping: return [.kill]
        case .resting, .dying, .stopped: return []
        }
    }

    mutating func stop(now: Int64) -> [Action] {
        let lost = (inFlight + pending).map { Action.lost($0) }
        inFlight = []
        pending = []
        tries = [:]
        switch phase {
        case .resting, .stopped:
            phase = .stopped
            return lost
        case .stopping: return lost
        case .starting, .ready, .dying:
            phase = .stopping(since: now)
            return lost + [.end]
        }
    }

    /// Seconds until ``tick(now:)`` has something to do; nil when it never will by itself.
    func wait(now: Int64) -> Double? {
        switch phase {
        case .resting(let until): max(Double(until &- now) / 1e9, 0)
        case .starting(let since): max(startTimeout - Self.seconds(since, now), 0) + 0.001
        case .ready: inFlight.isEmpty ? nil : max(timeout - Self.seconds(progress, now), 0) + 0.001
        case .dying(let since), .stopping(let since): max(Self.grace - Self.seconds(since, now), 0) + 0.001
        case .stopped: nil
        }
    }

    private mutating func sends(_ now: Int64) -> [Action] {
        guard phase == .ready else { return [] }
        var actions: [Action] = []
        while inFlight.count < depth, !pending.isEmpty {
            if inFlight.isEmpty { progress = now }
            let id = pending.removeFirst()
            inFlight.append(id)
            actions.append(.send(id))
        }
        return actions
    }

    private mutating func lose(_ id: Int) -> Action {
        tries[id] = nil
        return .lost(id)
    }

    private static func seconds(_ from: Int64, _ to: Int64) -> Double { Double(to &- from) / 1e9 }

    private static func nanoseconds(_ seconds: Double) -> Int64 { Int64(min(max(seconds, 0), 86_400) * 1e9) }
}
