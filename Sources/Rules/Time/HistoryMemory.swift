import Expressions
import Inspection

/// The tracks of one source as they were. Bounded: over the limit the eighth of them that is unseen for longest is
/// forgotten.
struct HistoryMemory: Sendable {
    /// What of a label's objects is remembered, by what the rules that look at them speak of.
    struct Need: OptionSet, Sendable {
        let rawValue: UInt8

        static let track = Need(rawValue: 1)
        static let flatPlaces = Need(rawValue: 2)
        static let standingPlaces = Need(rawValue: 4)
    }

    static let maximumTracks = 4096
    /// Seconds without being seen after which a track is another one: analysers give their ids again.
    static let patience = 60.0
    private var tracks: [String: TrackHistory] = [:]

    /// What the track was; one that was not seen before has no frames.
    func before(_ track: String, seconds: Double) -> TrackHistory {
        guard let known = tracks[track], seconds - known.lastSeconds <= Self.patience else { return TrackHistory() }
        return known
    }

    /// Adds an object of the frame, to which the scene is turned.
    mutating func note(_ need: Need, _ index: Int, _ scene: FrameScene, frame: Int, seconds: Double) {
        let object = scene.metadata.objects[index]
        guard let track = object.track else { return }
        if tracks.count >= Self.maximumTracks, tracks[track] == nil { forgetOldest() }
        // In place: a copy would copy its places.
        if let known = tracks[track], seconds - known.lastSeconds > Self.patience { tracks[track] = nil }
        guard tracks[track, default: TrackHistory()].note(object, frame: frame, seconds: seconds) else { return }
        for (part, footing) in [(Need.flatPlaces, Footing.flat), (.standingPlaces, .standing)]
        where need.contains(part) {
            scene.turn(to: index, footing: footing)
            if case .success(let tag) = scene.place {
                tracks[track]?.note(tag.point, footing: footing, seconds: seconds)
            }
        }
    }

    mutating func forgetAll() { tracks = [:] }

    private mutating func forgetOldest() {
        let oldest = tracks.sorted { $0.value.lastSeconds < $1.value.lastSeconds }
        for track in oldest.prefix(Self.maximumTracks / 8) { tracks[track.key] = nil }
    }
}

extension CompiledRule {
    /// What it asks to be remembered of tracks.
    var historyNeed: HistoryMemory.Need {
        var need: HistoryMemory.Need = []
        for program in programs + overrides.flatMap({ $0.rule?.programs ?? [] })
        where program.referencedVariables.contains(Vocabulary.historyName) {
            need.insert(.track)
            if program.asksForGroundHistory {
                need.insert(sceneType.footing == .flat ? .flatPlaces : .standingPlaces)
            }
        }
        return need
    }
}
