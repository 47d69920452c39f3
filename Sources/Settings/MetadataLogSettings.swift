import LocatedYAML

/// What is written down of every frame, for `flyonce rules explain` and `flyonce rules backtest`.
public struct MetadataLogSettings: Sendable, Hashable {
    public var isEnabled = true
    /// Of one flight; its frames beyond are not logged.
    public var bytesPerFlight = 256 << 20
    /// Of all flights; the oldest go first.
    public var bytes = 1 << 30

    public init() {}

    static func decode(_ mapping: YAMLMapping) -> MetadataLogSettings {
        let base = MetadataLogSettings()
        let range = 1 << 20...1 << 40
        var settings = base
        settings.isEnabled = mapping.bool("enabled", default: base.isEnabled)
        settings.bytes = mapping.bytes("bytes", default: base.bytes, in: range)
        settings.bytesPerFlight = mapping.bytes(
            "bytes_per_flight", default: min(base.bytesPerFlight, settings.bytes), in: range)
        if settings.bytesPerFlight > settings.bytes {
            mapping.complain("bytes_per_flight", "is more than bytes", hint: "one flight has at most what all have")
        }
        return settings
    }
}
