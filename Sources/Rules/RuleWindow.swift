import LocatedYAML

/// How often a rule's conditions must hold before it fires, for each track by itself.
struct RuleWindow: Sendable, Hashable {
    /// Frames in which they held…
    var sightings = 1
    /// …of this many last frames that had objects in them.
    var frames = 1
    /// No sighting older than this counts, seconds.
    var seconds = 10.0
    /// Seconds after it fired in which it does not fire again for the same track; 0 fires at every frame.
    var cooldown = 0.0

    static func decode(_ mapping: YAMLMapping) -> RuleWindow {
        var window = RuleWindow()
        window.sightings = mapping.int("sightings", default: 1, in: 1...1000)
        window.frames = mapping.int("frames", default: window.sightings, in: 1...1000)
        window.seconds = mapping.number("seconds", default: 10, in: 0.01...3600)
        window.cooldown = mapping.number("cooldown", default: 0, in: 0...86_400)
        if window.frames < window.sightings {
            mapping.complain("frames", "must not be less than sightings", hint: "\(window.sightings) or more")
        }
        return window
    }

    var isTrivial: Bool { sightings == 1 && cooldown == 0 }
}

/// What a window remembers of the tracks of one source. Bounded: over the limit the track unseen for longest is forgotten.
struct WindowMemory: Sendable {
    private struct Sighting: Sendable {
        var frame: Int
        var seconds: Double
    }

    private struct Trail: Sendable {
        var sightings: [Sighting] = []
        var firedAt: Double?
    }

    static let maximumTracks = 4096
    private var trails: [String: Trail] = [:]

    /// Notes that the conditions held. The number of sightings that count when the rule fires now; nil when it does not.
    mutating func note(_ track: String, frame: Int, seconds: Double, window: RuleWindow) -> Int? {
        if trails[track] == nil, trails.count >= Self.maximumTracks { forgetOldest() }
        var trail = trails[track, default: Trail()]
        defer { trails[track] = trail }
        if trail.sightings.last?.frame != frame { trail.sightings.append(Sighting(frame: frame, seconds: seconds)) }
        trail.sightings.removeAll { frame &- $0.frame >= window.frames || seconds - $0.seconds > window.seconds }
        guard trail.sightings.count >= window.sightings else { return nil }
        if let fired = trail.firedAt, seconds - fired < window.cooldown { return nil }
        trail.firedAt = seconds
        return trail.sightings.count
    }

    /// What fired could not be decided after all, or was dropped: no cooldown begins.
    mutating func takeBack(_ track: String) { trails[track]?.firedAt = nil }

    mutating func forgetAll() { trails = [:] }

    private mutating func forgetOldest() {
        let oldest = trails.min { ($0.value.sightings.last?.seconds ?? 0) < ($1.value.sightings.last?.seconds ?? 0) }
        if let oldest { trails[oldest.key] = nil }
    }
}
