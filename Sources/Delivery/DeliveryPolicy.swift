public import Inspection

/// Decides when to try again and when to leave a destination alone. Pure: time and chance are handed in.
///
/// A row waits by its own attempts: `initialBackoff` doubled for each up to `maximumBackoff`, of which a random half to
/// whole is taken; for a destination that cannot be reached, which is no fault of the row's, no longer than the circuit may
/// be open. The destination as a whole has a circuit: closed while it answers; open, with nothing sent, after
/// `failuresToOpen` failures in a row, when it asks for time, or when a second answer in a row says that a person must put
/// something right (one alone may be about one finding); half open while one probe is out.
public struct DeliveryPolicy: Sendable {
    public struct Options: Sendable, Hashable {
        public var initialBackoff: Duration = .seconds(2)
        public var maximumBackoff: Duration = .seconds(900)
        /// For what a person must put right.
        public var misconfiguredBackoff: Duration = .seconds(120)
        /// A longer `Retry-After` is cut to this.
        public var maximumRetryAfter: Duration = .seconds(3600)
        public var failuresToOpen = 5
        public var initialCooldown: Duration = .seconds(5)
        public var maximumCooldown: Duration = .seconds(120)

        public init() {}
    }

    /// `until` is monotonic nanoseconds.
    public enum Circuit: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: Int64, trips: Int)
        case halfOpen(trips: Int)
    }

    public enum Permission: Sendable, Hashable {
        case send
        /// One request, to be announced with ``DeliveryPolicy/beginProbe()``.
        case probe
        /// `until` is monotonic nanoseconds; nil waits for the probe's answer.
        case wait(until: Int64?)
    }

    public let options: Options
    public private(set) var circuit: Circuit = .closed(failures: 0)
    /// Why the last attempt failed; nil after a success.
    public private(set) var lastFailure: String?

    public init(options: Options = Options()) { self.options = options }

    public func permission(monotonic now: Int64) -> Permission {
        switch circuit {
        case .closed: .send
        case .open(let until, _): now >= until ? .probe : .wait(until: until)
        case .halfOpen: .wait(until: nil)
        }
    }

    public mutating func beginProbe() {
        if case .open(_, let trips) = circuit { circuit = .halfOpen(trips: trips) }
    }

    /// What becomes of the row, and what that says of the destination. `attempts` are those before this one.
    public mutating func outcome(
        of answer: DeliveryAnswer, attempts: Int, utc: UTCTime, monotonic: Int64,
        using random: inout some RandomNumberGenerator
    ) -> DeliveryOutcome {
        lastFailure = answer.reason
        switch answer {
        case .progressed(let reason):
            lastFailure = nil
            circuit = .closed(failures: 0)
            let pause = min(options.initialBackoff, .seconds(1))
            return retry(after: Self.halfToWhole(of: pause, &random), utc, reason)
        case .delivered(let record):
            circuit = .closed(failures: 0)
            return .delivered(record)
        case .refused(let reason):
            circuit = .closed(failures: 0)
            return .dead(reason: reason)
        case .postponed(let reason):
            if case .halfOpen = circuit { circuit = .closed(failures: 0) }
            return retry(after: backoff(attempts, &random), utc, reason)
        case .unavailable(let reason, let asked?):
            let pause = min(max(asked, .zero), options.maximumRetryAfter)
            open(for: max(pause, .milliseconds(1)), monotonic)
            // The rows of one pause come back spread out, never before it ends.
            let spread = Self.share(of: pause / 10, &random)
            return retry(after: max(pause + spread, backoff(attempts, &random)), utc, reason)
        case .unavailable(let reason, nil):
            fail(monotonic, &random)
            let longest = min(options.maximumBackoff, max(options.maximumCooldown, options.initialBackoff))
            return retry(after: backoff(attempts, upTo: longest, &random), utc, reason)
        case .unusable(let reason):
            fail(monotonic, &random)
            return retry(after: backoff(attempts, &random), utc, reason)
        case .misconfigured(let reason):
            let pause = Self.halfToWhole(of: options.misconfiguredBackoff, &random)
            if case .closed(failures: 0) = circuit {
                fail(monotonic, &random)
            } else {
                open(for: pause, monotonic)
            }
            return retry(after: max(pause, backoff(attempts, &random)), utc, reason)
        }
    }

    /// Half to whole of `initialBackoff · 2^attempts`, capped at `longest` or `maximumBackoff`.
    func backoff(
        _ attempts: Int, upTo longest: Duration? = nil, _ random: inout some RandomNumberGenerator
    ) -> Duration {
        let whole = Self.doubled(options.initialBackoff, attempts, upTo: longest ?? options.maximumBackoff)
        return Self.halfToWhole(of: whole, &random)
    }

    private mutating func fail(_ monotonic: Int64, _ random: inout some RandomNumberGenerator) {
        switch circuit {
        case .closed(let failures):
            circuit = .closed(failures: failures + 1)
            if failures + 1 >= max(options.failuresToOpen, 1) { trip(0, monotonic, &random) }
        case .halfOpen(let trips): trip(trips, monotonic, &random)
        case .open: break
        }
    }

    private mutating func trip(_ trips: Int, _ monotonic: Int64, _ random: inout some RandomNumberGenerator) {
        let longest = Self.doubled(options.initialCooldown, trips, upTo: options.maximumCooldown)
        let pause = Self.halfToWhole(of: longest, &random)
        circuit = .open(until: Self.sum(monotonic, pause), trips: min(trips + 1, 62))
    }

    /// Opens at once; what is already open never closes earlier for it.
    private mutating func open(for pause: Duration, _ monotonic: Int64) {
        let until = Self.sum(monotonic, pause)
        switch circuit {
        case .closed: circuit = .open(until: until, trips: 0)
        case .halfOpen(let trips): circuit = .open(until: until, trips: trips)
        case .open(let earlier, let trips): circuit = .open(until: max(earlier, until), trips: trips)
        }
    }

    private func retry(after delay: Duration, _ utc: UTCTime, _ reason: String) -> DeliveryOutcome {
        .retry(at: utc.advanced(byMicroseconds: Self.nanoseconds(delay) / 1000), reason: reason)
    }
}

extension DeliveryPolicy {
    static func doubled(_ base: Duration, _ times: Int, upTo limit: Duration) -> Duration {
        var value = max(base, .milliseconds(1))
        for _ in 0..<min(max(times, 0), 62) where value < limit { value = value * 2 }
        return max(min(value, limit), .milliseconds(1))
    }

    static func halfToWhole(of duration: Duration, _ random: inout some RandomNumberGenerator) -> Duration {
        duration / 2 + share(of: duration / 2, &random)
    }

    private static func share(of duration: Duration, _ random: inout some RandomNumberGenerator) -> Duration {
        .nanoseconds(Int64.random(in: 0...max(nanoseconds(duration), 0), using: &random))
    }

    /// Saturates at 292 years.
    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, again) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return again ? (seconds < 0 ? .min : .max) : sum
    }

    private static func sum(_ monotonic: Int64, _ pause: Duration) -> Int64 {
        let (sum, overflow) = monotonic.addingReportingOverflow(nanoseconds(pause))
        return overflow ? .max : sum
    }
}
