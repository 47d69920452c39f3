import LocatedYAML

/// What is hidden in pictures that leave.
public struct RedactionSettings: Sendable, Hashable {
    /// What leaves in place of a picture of whose frame no analyser said what is in it.
    public enum Unlisted: String, Sendable, Hashable, CaseIterable { case coarse, withhold, send }

    public var unlisted = Unlisted.coarse
    /// False when the analysers have no classes for people and vehicles.
    public var analysersNamePeople = true
    /// Words in labels besides the built-in ones.
    public var persons: [String] = []
    public var heads: [String] = []
    public var vehicles: [String] = []
    public var plates: [String] = []

    public init() {}

    static func decode(_ mapping: YAMLMapping) -> RedactionSettings {
        var settings = RedactionSettings()
        settings.unlisted = mapping.enumeration("unlisted", default: settings.unlisted)
        settings.analysersNamePeople = mapping.bool("analysers_name_people", default: settings.analysersNamePeople)
        mapping.mapping("labels") { labels in
            settings.persons = words(labels, "person")
            settings.heads = words(labels, "head")
            settings.vehicles = words(labels, "vehicle")
            settings.plates = words(labels, "plate")
        }
        return settings
    }

    /// Each is looked for in every label that is new.
    private static let wordLimit = 200

    private static func words(_ mapping: YAMLMapping, _ key: String) -> [String] {
        let words = mapping.strings(key)
        if words.count > wordLimit { mapping.complain(key, "has more than \(wordLimit) words") }
        if words.contains(where: { $0.isEmpty || $0.utf8.count > 64 }) {
            mapping.complain(key, "words have 1 to 64 bytes")
        }
        return words
    }
}
