import LocatedYAML

/// Heights of the ground, from a folder of elevation tiles.
public struct TerrainSettings: Sendable, Hashable {
    /// What the heights of the tiles are measured from.
    public enum Heights: String, Sendable, Hashable, CaseIterable {
        /// SRTM and ASTER.
        case egm96
        /// Copernicus GLO-30 and FABDEM.
        case egm2008
        case ellipsoid
        /// A surface ``offset`` metres above the ellipsoid.
        case offset
    }

    /// Nil without terrain.
    public var folder: String?
    public var heights: Heights = .egm96
    /// Metres from the ellipsoid up to what the heights are measured from.
    public var offset: Double?
    /// One sigma of the heights, metres.
    public var error = 4.0

    public init() {}

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> TerrainSettings {
        var settings = TerrainSettings()
        settings.folder = mapping.optionalString("folder").map(folder.path)
        settings.heights = mapping.enumeration("heights", default: settings.heights)
        settings.offset = mapping.optionalNumber("offset_m", in: -200...200)
        settings.error = mapping.number("error_m", default: settings.error, in: 0.01...1000)
        if settings.heights == .offset, settings.offset == nil {
            mapping.complain("offset_m", "is missing", hint: "heights: offset needs it")
        } else if settings.heights != .offset, settings.offset != nil {
            mapping.complain("offset_m", "stands without heights: offset")
        }
        return settings
    }
}
