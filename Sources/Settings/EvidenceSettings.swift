import LocatedYAML

/// What is kept as proof.
public struct EvidenceSettings: Sendable, Hashable {
    /// Of JPEG, 1…100.
    public var pictureQuality: Int
    /// How much of the stream before and after the best detection the clip holds.
    public var clipBefore: Duration
    public var clipAfter: Duration

    static func decode(_ mapping: YAMLMapping) -> EvidenceSettings {
        EvidenceSettings(
            pictureQuality: mapping.int("picture_quality", default: 90, in: 1...100),
            clipBefore: mapping.duration("clip_before", default: .seconds(5), in: .seconds(0)...(.seconds(60))),
            clipAfter: mapping.duration("clip_after", default: .seconds(5), in: .seconds(0)...(.seconds(60))))
    }
}
