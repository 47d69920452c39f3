import LocatedYAML

/// What is kept of the ground that flights saw.
public struct CoverageSettings: Sendable, Hashable {
    public var isEnabled = true
    /// Metres of ground a pixel; what was seen more coarsely does not count.
    public var gsd = 0.1
    /// Seconds that clocks at the gateway's place are ahead of UTC: which day a flight belongs to.
    public var utcOffsetSeconds = 0

    public init() {}

    static func decode(_ mapping: YAMLMapping) -> CoverageSettings {
        var settings = CoverageSettings()
        settings.isEnabled = mapping.bool("enabled", default: settings.isEnabled)
        settings.gsd = mapping.number("gsd_m", default: settings.gsd, in: 0.001...100)
        settings.utcOffsetSeconds = mapping.utcOffset() ?? 0
        return settings
    }
}
