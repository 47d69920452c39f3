public import Inspection
import LocatedYAML

/// Which findings may go to a destination, and whether a person looks first.
public struct ReleaseSettings: Sendable, Hashable {
    /// For what no entry fits; nil leaves it to the jurisdiction in use, and without one to a person.
    public var otherwise: Release?
    /// By scene type (`waste.exposed`), family (`waste.*`) or `*`.
    public var sceneTypes: [String: Release]
    /// By name of the area that holds the place, the beginning of one (`mine-*`) or `*` for any.
    public var areas: [String: Release] = [:]

    /// The entries, and the default as the widest of them.
    public var patterns: [String: Release] {
        guard let otherwise else { return sceneTypes }
        return sceneTypes.merging(["*": otherwise], uniquingKeysWith: { named, _ in named })
    }

    static func decode(_ mapping: YAMLMapping) -> ReleaseSettings {
        let otherwise: Release? = mapping.optionalEnumeration("default")
        let words = mapping.namedWords("scene_types", as: Release.self)
        for (pattern, _) in words where !isPattern(pattern) {
            mapping.complain(
                "scene_types", "\"\(pattern)\" is no scene type, no family and not *",
                hint: "such as waste.exposed, waste.* or *")
        }
        let areas = mapping.namedWords("areas", as: Release.self)
        for (pattern, _) in areas where !isArea(pattern) {
            mapping.complain(
                "areas", "\"\(pattern)\" is no area's name, no beginning of one and not *",
                hint: "such as reservoir, mine-* or *")
        }
        return ReleaseSettings(
            otherwise: otherwise, sceneTypes: Dictionary(words.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            areas: Dictionary(areas.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }

    private static func isArea(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && !text.dropLast().contains("*")
    }

    static func isPattern(_ text: String) -> Bool {
        if text == "*" { return true }
        let stem = text.hasSuffix(".*") ? text.dropLast(2) : text[...]
        return !stem.isEmpty && stem.utf8.count <= 128
            && stem.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == 46 || $0 == 95
            }
    }
}
