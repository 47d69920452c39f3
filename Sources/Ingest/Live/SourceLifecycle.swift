/// Where a live source stands, and when its silence or its failures move it on. A pure state machine: time and
/// randomness are handed in, and the thread that reads asks it what to do.
///
///     connecting ──video──▶ live ──silence──▶ stalled ──▶ backing off ──▶ connecting
///          └──silence or failure──▶ stalled, backing off        any ──▶ ended
struct SourceLifecycle: Sendable, Hashable {
    enum State: Sendable, Hashable {
        /// No video yet in this run.
        case connecting
        case live
        /// Silent for too long, and said so once. A socket that stays open leaves this state when it hears again.
        case stalled
        /// Until this monotonic time, nanoseconds.
        case backingOff(until: Int64)
        /// Told to stop, at the end of a stream that has one, or failed for good. Nothing leads out of it.
        case ended
    }

    /// What is missing, and for how long.
    struct Silence: Sendable, Hashable {
        var seconds: Double
        /// Video came in this run and stopped; false when there was none yet.
        var isOfVideo: Bool
    }

    private(set) var state = State.connecting
    /// Silence that is taken for a fault, seconds.
    private let patience: Double
    private var backoff: Backoff
    /// Monotonic nanoseconds of the last sign of life.
    private var heardAt: Int64
    /// Video came in this run: it alone is watched from then on. Before that anything is a sign of life.
    private var hasVideo = false

    init(patience: Double, backoff: Backoff, now: Int64) {
        self.patience = max(patience, 0.5)
        self.backoff = backoff
        heardAt = now
    }

    /// An attempt to connect begins.
    mutating func connect(now: Int64) {
        guard state != .ended else { return }
        state = .connecting
        hasVideo = false
        heardAt = now
    }

    /// Something arrived; `isVideo` when frames came of it.
    mutating func hear(isVideo: Bool, now: Int64) {
        switch state {
        case .ended, .backingOff: return
        case .stalled:
            hasVideo = false
            state = .connecting
        case .connecting, .live: break
        }
        if isVideo {
            hasVideo = true
            state = .live
            backoff.reset()
        }
        if isVideo || !hasVideo { heardAt = now }
    }

    /// The silence that has just become too long; said once for each.
    mutating func silence(now: Int64) -> Silence? {
        guard state == .connecting || state == .live else { return nil }
        let seconds = Double(now &- heardAt) / 1e9
        guard seconds > patience else { return nil }
        state = .stalled
        return Silence(seconds: seconds, isOfVideo: hasVideo)
    }

    /// The run failed: seconds to wait before the next. `fraction` is uniform in 0…1.
    mutating func fail(fraction: Double, now: Int64) -> Double {
        guard state != .ended else { return 0 }
        let wait = backoff.next(fraction: fraction)
        state = .backingOff(until: now &+ Int64(min(wait, 86_400) * 1e9))
        return wait
    }

    /// Seconds still to wait; zero when an attempt may begin.
    func wait(now: Int64) -> Double {
        guard case .backingOff(let until) = state else { return 0 }
        return max(0, Double(until &- now) / 1e9)
    }

    mutating func end() { state = .ended }
}
