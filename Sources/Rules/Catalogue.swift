public import Inspection
import LocatedYAML

/// The scene types, in the order of the file.
public struct Catalogue: Sendable {
    public let sceneTypes: [SceneType]
    private let index: [String: Int]

    public subscript(id: String) -> SceneType? { index[id].map { sceneTypes[$0] } }

    /// The scene type that `name` most likely means: by what analysers or people call it, else by its spelling.
    public func hint(for name: String) -> String {
        let ids = sceneTypes.map(\.id)
        // The family is the author's guess, what follows is what was seen.
        let words = [name, name.split(separator: ".").last.map(String.init) ?? name].map(Label.normalized)
        var owners: [String: String] = [:]
        for type in sceneTypes.reversed() {
            for word in type.labels + [type.title.zh, type.title.en].map(Label.normalized) where !word.isEmpty {
                owners[word] = type.id
            }
        }
        if let known = words.lazy.compactMap({ owners[$0] }).first { return "did you mean \(known)?" }
        if NearestName.suggestion(for: name, among: ids) == nil,
            let word = words.last.flatMap({ NearestName.suggestion(for: $0, among: owners.keys) }),
            let id = owners[word]
        {
            return "did you mean \(id)?"
        }
        return NearestName.hint(for: name, among: ids)
    }

    /// At most.
    static let maximumSceneTypes = 2000

    /// Reads the whole document and complains of everything wrong. Labels come out normalized.
    static func decode(_ document: YAMLDocument, into complaints: Complaints) -> Catalogue {
        document.decode(into: complaints) { root in
            _ = root.string("version")
            var types: [SceneType] = []
            var index: [String: Int] = [:]
            var owners: [String: String] = [:]
            for type in root.list("scene_types", { decodeSceneType($0, owners: &owners) }) {
                guard !type.id.isEmpty, index[type.id] == nil else { continue }
                index[type.id] = types.count
                types.append(type)
            }
            if types.isEmpty { root.complain("scene_types", "holds no scene type") }
            if types.count > maximumSceneTypes {
                root.complain("scene_types", "has more than \(maximumSceneTypes) entries")
            }
            return Catalogue(sceneTypes: types, index: index)
        }
    }

    private static func decodeSceneType(_ mapping: YAMLMapping, owners: inout [String: String]) -> SceneType {
        let id = mapping.string("id")
        if !id.isEmpty, !isSceneType(id) {
            mapping.complain(
                "id", "must be words of a–z, 0–9 and underscore, joined by dots", hint: "such as waste.exposed")
        }
        if let owner = owners["id:" + id] { mapping.complain("id", "is given twice, first \(owner)") }
        owners["id:" + id] = "on line \(mapping.line)"
        var labels: [String] = []
        for text in mapping.texts("labels") {
            let label = Label.normalized(text.text)
            if let owner = owners["label:" + label], owner != id {
                mapping.complaints.add(
                    text, "the label already belongs to \(owner)", hint: "one label means one scene type")
            }
            owners["label:" + label] = id
            if !labels.contains(label) { labels.append(label) }
        }
        var type = SceneType(
            id: id, title: mapping.title("title"),
            severity: mapping.enumeration("severity", placeholder: Severity.blue),
            footing: mapping.enumeration("footing", placeholder: Footing.flat), labels: labels)
        type.remembered = mapping.optionalDuration("remembered", in: .seconds(60) ... .seconds(3650 * 86_400))
            .map { Double($0.components.seconds) }
        type.reflight = mapping.optionalMapping("reflight") { reflight in
            SceneType.Reflight(
                size: reflight.optionalNumber("size_m", in: 0.05...100),
                looks: reflight.optionalInt("looks", in: 1...100),
                clears: reflight.bool("clears", default: true))
        }
        return type
    }

    static func isSceneType(_ id: String) -> Bool {
        let words = id.split(separator: ".", omittingEmptySubsequences: false)
        return words.count >= 2 && id.utf8.count <= 128
            && words.allSatisfy { word in
                !word.isEmpty
                    && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
            }
    }
}

extension YAMLMapping {
    /// `{zh: …, en: …}`, both required.
    func title(_ key: String) -> BilingualText {
        if !has(key) { missing(key) }
        return optionalMapping(key) { BilingualText(zh: $0.string("zh"), en: $0.string("en")) }
            ?? BilingualText(zh: "", en: "")
    }
}
