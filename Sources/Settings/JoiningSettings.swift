import LocatedYAML

/// When detections are one finding.
public struct JoiningSettings: Sendable, Hashable {
    /// Frames in which a thing must be seen before it is a finding.
    public var openAfterSightings: Int
    /// Metres within which two sightings of a scene type are one thing, however good the positions.
    public var joinRadius: Double
    /// False: every flight finds anew.
    public var acrossFlights: Bool
    /// From a dismissal on, what is seen of the finding is counted for so long, and told to nobody.
    public var dismissedFor: Duration
    /// What is seen again so long after it was closed or cleared is reopened.
    public var recursAfter: Duration

    static func decode(_ mapping: YAMLMapping) -> JoiningSettings {
        JoiningSettings(
            openAfterSightings: mapping.int("open_after_sightings", default: 3, in: 1...1000),
            joinRadius: mapping.number("join_radius_m", default: 6, in: 0.5...500),
            acrossFlights: mapping.bool("across_flights", default: true),
            dismissedFor: mapping.duration(
                "dismissed_for", default: .seconds(90 * 86_400), in: .zero ... .seconds(3650 * 86_400)),
            recursAfter: mapping.duration(
                "recurs_after", default: .seconds(3600), in: .zero ... .seconds(365 * 86_400)))
    }
}
