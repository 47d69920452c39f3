import LocatedYAML

/// How often and how long a rule's conditions must hold before it fires, for each track by itself, and when a track is let
/// go.
struct RuleWindow: Sendable, Hashable {
    /// Frames in which they held…
    var sightings = 1
    /// …of this many last frames that had objects in them.
    var frames = 1
    /// No sighting older than this counts, seconds.
    var seconds = 10.0
    /// Seconds after it fired in which it does not fire again for the same track; 0 fires at every frame.
    var cooldown = 0.0
    /// Seconds for which they must have held, from the first sighting to the newest; 0 asks nothing.
    var lasting = 0.0
    /// Seconds without a sighting after which the track is let go. Nil: ``seconds``.
    var lostAfter: Double?
    /// Frames without a sighting after which it is let go. Nil: frames let nothing go.
    var lostAfterFrames: Int?
    /// The rule has weaker conditions for a track that it fired for.
    var holds = false

    static func decode(_ mapping: YAMLMapping) -> RuleWindow {
        var window = RuleWindow()
        window.sightings = mapping.int("sightings", default: 1, in: 1...1000)
        window.frames = mapping.int("frames", default: window.sightings, in: 1...1000)
        window.seconds = mapping.number("seconds", default: 10, in: 0.01...3600)
        window.cooldown = mapping.number("cooldown", default: 0, in: 0...86_400)
        window.lasting = mapping.number("lasting", default: 0, in: 0...86_400)
        window.lostAfter = mapping.optionalNumber("lost_after", in: 0.01...3600)
        window.lostAfterFrames = mapping.optionalInt("lost_after_frames", in: 1...100_000)
        if window.frames < window.sightings {
            mapping.complain("frames", "must not be less than sightings", hint: "\(window.sightings) or more")
        }
        return window
    }

    /// It fires whenever its conditions hold, and nothing need be remembered.
    var isTrivial: Bool { sightings == 1 && cooldown == 0 && lasting == 0 && !holds }

    /// A track that was not seen for long is begun anew.
    var letsGo: Bool { lasting > 0 || holds || lostAfter != nil || lostAfterFrames != nil }

    /// Whether a track without a sighting for these seconds, and in these frames between, is let go.
    func isLost(seconds gap: Double, frames missed: Int) -> Bool {
        if gap > lostAfter ?? seconds { return true }
        guard let lostAfterFrames else { return false }
        return missed >= lostAfterFrames
    }
}
