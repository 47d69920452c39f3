import LocatedYAML

/// What a rule is at some sources or in some areas, as it was written.
struct WrittenOverride {
    /// Patterns of source names; nil for every source.
    var sources: [LocatedText]?
    /// Names, entries or kinds of areas; nil for everywhere.
    var areas: [LocatedText]?
    var parameters: RuleParameters
    var isEnabled: Bool

    static let limit = 32
    static let maximumNames = 100

    /// `declared` are the rule's own parameters.
    static func decode(_ mapping: YAMLMapping, declared: RuleParameters) -> WrittenOverride {
        let override = WrittenOverride(
            sources: mapping.has("sources") ? mapping.texts("sources") : nil,
            areas: mapping.has("areas") ? mapping.texts("areas") : nil, parameters: .decode(mapping),
            isEnabled: mapping.bool("enabled", default: true))
        if override.sources == nil, override.areas == nil {
            mapping.complain("says neither where nor of which sources", hint: "add sources: […] or areas: […]")
        }
        if !mapping.has("parameters"), !mapping.has("enabled") {
            mapping.complain("changes nothing", hint: "add parameters: {…} or enabled: false")
        }
        for (key, names) in [("sources", override.sources), ("areas", override.areas)] {
            guard let names else { continue }
            if names.isEmpty { mapping.complain(key, "names none, so it would never fit") }
            if names.count > maximumNames { mapping.complain(key, "has more than \(maximumNames) names") }
            for name in names where name.text.isEmpty { mapping.complaints.add(name, "must not be empty") }
        }
        for name in override.sources ?? [] where !SourcePattern.isPattern(name.text) {
            mapping.complaints.add(name, "must be of a–z, 0–9, hyphen, and * for any of them", hint: "such as dock-*")
        }
        if !override.isEnabled, !override.parameters.isEmpty {
            mapping.complain("parameters", "mean nothing where the rule is not enabled")
        }
        mapping.mapping("parameters") { parameters in
            for name in parameters.allEntries().map(\.key) where !declared.names.contains(name) {
                parameters.complain(
                    name, "the rule has no parameter \(name)",
                    hint: NearestName.hint(for: name, among: declared.names))
            }
        }
        return override
    }
}
