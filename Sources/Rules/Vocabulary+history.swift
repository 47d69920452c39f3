import Expressions
import Geodesy
import Inspection

extension Vocabulary {
    static let history = RecordTable<FrameScene>(
        "History",
        [
            .count("frames", "", "Frames in which the track was seen before this one; 0 when it is new.") {
                $0.past?.frames
            },
            .number("age_s", "s", "Since it was first seen; 0 when it is new.") { scene in
                scene.past.map { $0.frames == 0 ? 0 : scene.seconds - $0.firstSeconds }
            },
            .number("unseen_s", "s", "Since it was last seen. No value when it is new.") { scene in
                scene.past.flatMap { $0.frames == 0 ? nil : scene.seconds - $0.lastSeconds }
            },
            .number("max_confidence", "", "The greatest confidence that it had. No value when none was stated.") {
                $0.past?.maximumConfidence
            },
            .number(
                "moved_px", "px",
                "From the middle of its first box to that of this one. The camera's own motion is in it. 0 when it is new."
            ) {
                $0.movedPixels
            },
            .number(
                "moved_m", "m",
                "Over the ground from where it was first placed. The error of both places is in it: compare it with `ground.ce90_m`. No value without both."
            ) { scene in
                scene.placed.flatMap { scene.past?.path(scene.footing).moved(to: $0) }
            },
            .number(
                "speed_mps", "m/s",
                "Over the ground, from where it was up to 4 s ago. No value before it was placed for 1 s."
            ) { scene in
                scene.placed.flatMap { scene.past?.path(scene.footing).speed(to: $0, seconds: scene.seconds) }
            },
        ])
}

extension FrameScene {
    var seconds: Double { metadata.frame.time.seconds }

    fileprivate var placed: GeodeticPoint? { (try? place.get())?.point }

    fileprivate var movedPixels: Double? {
        guard let past, let center = object.box.flatMap({ TrackHistory.center($0) }) else { return nil }
        if past.frames == 0 { return 0 }
        return past.firstCenter.map { first in
            let way = center - first
            return (way.x * way.x + way.y * way.y).squareRoot()
        }
    }
}

extension Program {
    private static let groundHistory: Set<String> = ["history.moved_m", "history.speed_mps"]

    /// It speaks of where a track was on the ground, or of its whole history.
    var asksForGroundHistory: Bool {
        referencedPaths.contains { Self.groundHistory.contains($0) || $0 == Vocabulary.historyName }
    }
}
