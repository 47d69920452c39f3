import Inspection
import LocatedYAML

/// Labels of the catalogue that written ones are nearly.
struct LabelSpelling {
    /// Labels that are looked for at most: packs may be about a model whose labels are all its own.
    private static let limit = 500

    private let known: Set<String>
    private var found: [String: String?] = [:]

    init(_ catalogue: Catalogue) { known = Set(catalogue.sceneTypes.flatMap(\.labels)) }

    /// Of a normalized label that is none of them. Short ones are near to too much.
    mutating func near(_ label: String) -> String? {
        let count = label.unicodeScalars.count
        guard count >= 4, !known.contains(label) else { return nil }
        if let near = found[label] { return near }
        guard found.count < Self.limit else { return nil }
        let near = NearestName.suggestion(for: label, among: known, edits: count < 8 ? 1 : 2)
        found[label] = .some(near)
        return near
    }
}
