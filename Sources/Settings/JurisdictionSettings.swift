import LocatedYAML

/// Which jurisdiction is in use.
public enum JurisdictionSettings: Sendable, Hashable {
    /// One that is shipped, by its name.
    case shipped(String)
    case file(String)

    /// Whatever has a slash, or ends as YAML files do, is a file.
    public init(_ text: String) {
        self = text.contains("/") || text.hasSuffix(".yaml") || text.hasSuffix(".yml") ? .file(text) : .shipped(text)
    }

    static func decode(_ root: YAMLMapping, _ key: String, folder: SettingsFolder) -> JurisdictionSettings? {
        guard let text = root.optionalString(key) else { return nil }
        if text.isEmpty {
            root.complain(key, "must not be empty", hint: "such as cn, a file, or leave it out")
            return nil
        }
        switch JurisdictionSettings(text) {
        case .file(let path): return .file(folder.path(path))
        case .shipped(let name): return .shipped(name)
        }
    }
}
