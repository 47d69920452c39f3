import LocatedYAML

/// What is kept as proof.
public struct EvidenceSettings: Sendable, Hashable {
    /// Of JPEG, 1…100.
    public var pictureQuality: Int
    /// How much of the stream before and after the best detection the clip holds.
    public var clipBefore: Duration
    public var clipAfter: Duration
    /// What signs the chain; nil for the key that the gateway makes for itself.
    public var signingKey: SecretSource?
    /// What signed it before, to name the new one.
    public var formerSigningKey: SecretSource?
    public var timeStamp: TimeStampSettings?

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> EvidenceSettings {
        EvidenceSettings(
            pictureQuality: mapping.int("picture_quality", default: 90, in: 1...100),
            clipBefore: mapping.duration("clip_before", default: .seconds(5), in: .seconds(0)...(.seconds(60))),
            clipAfter: mapping.duration("clip_after", default: .seconds(5), in: .seconds(0)...(.seconds(60))),
            signingKey: SecretSource.decode(mapping, "signing_key", folder: folder),
            formerSigningKey: SecretSource.decode(mapping, "former_signing_key", folder: folder),
            timeStamp: mapping.mapping("time_stamp") { TimeStampSettings.decode($0, folder: folder) })
    }
}
