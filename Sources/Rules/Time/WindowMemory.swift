/// What a window remembers of the tracks of one source. Bounded: over the limit
/// the eighth of them that is unseen for longest is forgotten.
struct WindowMemory: Sendable {
    private struct Sighting: Sendable {
        var frame: Int
        var seconds: Double
    }

    private struct Trail: Sendable {
        /// The newest last; never empty once one was noted.
        var sightings: [Sighting] = []
        var firedAt: Double?
        /// Seconds of the first sighting since the track was last let go.
        var since = 0.0
        /// Seconds at which it began to be held; nil when it is not.
        var heldSince: Double?

        func isLost(frame: Int, seconds: Double, window: RuleWindow) -> Bool {
            guard let last = sightings.last else { return true }
            return window.isLost(seconds: seconds - last.seconds, frames: frame &- last.frame &- 1)
        }

        mutating func note(frame: Int, seconds: Double, window: RuleWindow, holds: Bool) -> Int? {
            if window.letsGo, isLost(frame: frame, seconds: seconds, window: window) {
                sightings.removeAll(keepingCapacity: true)
                since = seconds
                heldSince = nil
            }
            if sightings.last?.frame != frame { sightings.append(Sighting(frame: frame, seconds: seconds)) }
            sightings.removeAll { frame &- $0.frame >= window.frames || seconds - $0.seconds > window.seconds }
            if heldSince == nil {
                guard sightings.count >= window.sightings else { return nil }
                // Times come in microseconds: a sum of them may fall a hair short.
                if window.lasting > 0, seconds - since < window.lasting - 1e-6 { return nil }
                if holds { heldSince = seconds }
            }
            if let fired = firedAt, seconds - fired < window.cooldown { return nil }
            firedAt = seconds
            return sightings.count
        }
    }

    /// How far a track has come, for those who ask why a rule fires or not.
    struct Standing: Sendable, Hashable {
        var sightings = 0
        /// Seconds from the first sighting since it was last let go.
        var lasted = 0.0
        /// Seconds until it may fire again; 0 when it may.
        var cooldownLeft = 0.0
        /// It was held before this frame: sightings and lasting are asked no more.
        var isHeld = false
    }

    static let maximumTracks = 4096
    private var trails: [String: Trail] = [:]

    /// Notes that the conditions held. `holds`: it is held once the rule fires. The number of sightings that count when the
    /// rule fires now; nil when it does not.
    mutating func note(
        _ track: String, frame: Int, seconds: Double, window: RuleWindow, holds: Bool = false
    ) -> Int? {
        if trails.count >= Self.maximumTracks, trails[track] == nil { forgetOldest() }
        // In place: a copy of the trail would copy its sightings.
        return trails[track, default: Trail()].note(frame: frame, seconds: seconds, window: window, holds: holds)
    }

    /// Whether the rule fired for the track, which was neither released nor let go since.
    func isHeld(_ track: String, frame: Int, seconds: Double, window: RuleWindow) -> Bool {
        guard let trail = trails[track], trail.heldSince != nil else { return false }
        return !trail.isLost(frame: frame, seconds: seconds, window: window)
    }

    /// The conditions for holding it failed: it takes those for firing again.
    mutating func release(_ track: String) { trails[track]?.heldSince = nil }

    /// Seconds from the first sighting since the track was last let go.
    func lasted(_ track: String, seconds: Double) -> Double { trails[track].map { seconds - $0.since } ?? 0 }

    func standing(_ track: String, seconds: Double, window: RuleWindow) -> Standing {
        guard let trail = trails[track] else { return Standing() }
        // What fired just now was not in its cooldown before.
        let fired = trail.firedAt.flatMap { $0 < seconds ? $0 : nil }
        return Standing(
            sightings: trail.sightings.count, lasted: max(seconds - trail.since, 0),
            cooldownLeft: fired.map { max(window.cooldown - (seconds - $0), 0) } ?? 0,
            isHeld: trail.heldSince.map { $0 < seconds } ?? false)
    }

    /// Seconds since it is held.
    func held(_ track: String, seconds: Double) -> Double {
        trails[track]?.heldSince.map { seconds - $0 } ?? 0
    }

    /// What fired could not be decided after all, or was dropped: no cooldown begins, and nothing is held that was not
    /// before.
    mutating func takeBack(_ track: String) {
        guard var trail = trails.removeValue(forKey: track) else { return }
        if trail.heldSince == trail.firedAt { trail.heldSince = nil }
        trail.firedAt = nil
        trails[track] = trail
    }

    mutating func forgetAll() { trails = [:] }

    /// An eighth at once, so that a stream of ever new tracks does not search all of them for each.
    private mutating func forgetOldest() {
        let oldest = trails.sorted { ($0.value.sightings.last?.seconds ?? 0) < ($1.value.sightings.last?.seconds ?? 0) }
        for trail in oldest.prefix(Self.maximumTracks / 8) { trails[trail.key] = nil }
    }
}
