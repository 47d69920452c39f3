import LocatedYAML

/// When detections are one finding.
public struct JoiningSettings: Sendable, Hashable {
    /// Frames in which a thing must be seen before it is a finding.
    public var openAfterSightings: Int
    /// Metres within which two sightings of a scene type are one thing, however good the positions.
    public var joinRadius: Double

    static func decode(_ mapping: YAMLMapping) -> JoiningSettings {
        JoiningSettings(
            openAfterSightings: mapping.int("open_after_sightings", default: 3, in: 1...1000),
            joinRadius: mapping.number("join_radius_m", default: 6, in: 0.5...500))
    }
}
