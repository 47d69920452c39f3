import LocatedYAML

/// Which catalogue and rule packs count.
public struct RulesSettings: Sendable, Hashable {
    /// Nil for the catalogue that is shipped.
    public var catalogue: String?
    /// Paths of packs; nil for every pack that is shipped.
    public var packs: [String]?

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> RulesSettings {
        let packs = mapping.strings("packs")
        return RulesSettings(
            catalogue: mapping.optionalString("catalogue").map(folder.path),
            packs: mapping.has("packs") ? packs.map(folder.path) : nil)
    }
}
