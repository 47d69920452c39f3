import Inspection
import LocatedYAML

extension Jurisdiction {
    /// Reads a file of Models/jurisdictions. Scene types that it names must be in the catalogue; with `leavingOthersOut`,
    /// those that are not are passed over: a shipped file may meet a catalogue of somebody's own.
    public static func load(
        _ path: String, catalogue: Catalogue, leavingOthersOut: Bool = false
    ) throws(RulesError) -> Jurisdiction {
        do {
            let document = try YAMLDocument(path: path)
            return try document.decode { decode($0, catalogue: leavingOthersOut ? nil : catalogue) }
        } catch {
            throw RulesError(error.complaints)
        }
    }

    static func parse(_ text: String, file: String, catalogue: Catalogue?) throws(RulesError) -> Jurisdiction {
        do {
            let document = try YAMLDocument(text, file: file)
            return try document.decode { decode($0, catalogue: catalogue) }
        } catch {
            throw RulesError(error.complaints)
        }
    }

    /// Entries of one list at most, bytes of one of them, and bytes of a name: what a report of a matter carries stays small.
    static let maximumItems = 32
    static let maximumItemBytes = 64
    static let maximumNameBytes = 300

    /// Nil as catalogue: whatever scene types are named.
    private static func decode(_ root: YAMLMapping, catalogue: Catalogue?) -> Jurisdiction {
        let tracks = root.named("tracks") { _, track in
            Track(zh2016: name(track, "zh_2016"), zh2021: name(track, "zh_2021"), en: name(track, "en"))
        }
        let departments = root.named("departments") { _, mapping in names(mapping) }
        let laws = root.named("laws") { _, law in
            Law(title: names(law), from: day(law, "from"), to: day(law, "to"))
        }
        let steps = root.named("steps") { _, mapping in names(mapping) }
        let release = root.mapping("release") { releases($0, catalogue: catalogue) }
        var jurisdiction = Jurisdiction(
            id: name(root, "jurisdiction"), version: name(root, "version"), title: root.title("title"),
            tracks: table(tracks), departments: table(departments), laws: table(laws), steps: table(steps),
            calendar: root.mapping("calendar") { WorkingCalendar.decode($0) }, releaseOtherwise: release.otherwise,
            release: release.entries, entries: [:])
        let entries = root.named("scene_types") { name, mapping -> Entry in
            if let catalogue, catalogue[name] == nil {
                mapping.complain(
                    "there is no such scene type in the catalogue",
                    hint: catalogue.hint(for: name))
            }
            return entry(mapping, in: jurisdiction)
        }
        jurisdiction.entries = table(entries)
        return jurisdiction
    }

    private static func table<Value>(_ pairs: [(name: String, value: Value)]) -> [String: Value] {
        Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    private static func name(_ mapping: YAMLMapping, _ key: String) -> String {
        let text = mapping.string(key)
        if text.utf8.count > maximumNameBytes { mapping.complain(key, "is longer than \(maximumNameBytes) bytes") }
        return text
    }

    private static func names(_ mapping: YAMLMapping) -> BilingualText {
        BilingualText(zh: name(mapping, "zh"), en: name(mapping, "en"))
    }

    private static func day(_ mapping: YAMLMapping, _ key: String) -> String? {
        guard let text = mapping.optionalString(key) else { return nil }
        if text.utf8.count != 10 || UTCTime(rfc3339: text + "T00:00:00Z") == nil {
            mapping.complain(key, "must be a day", hint: "such as 2026-08-15")
        }
        return text
    }

    private static func releases(
        _ mapping: YAMLMapping, catalogue: Catalogue?
    ) -> (otherwise: Release, entries: [String: Release]) {
        let otherwise: Release = mapping.enumeration("default", default: .review)
        let entries = mapping.namedWords("scene_types", as: Release.self)
        // A misspelt scene type would fall back to the default, which may send what should have been withheld.
        guard let catalogue, case .mapping(let written)? = mapping.node("scene_types")?.content else {
            return (otherwise, table(entries))
        }
        let known = catalogue.sceneTypes.map(\.id)
        for entry in written where entry.key != "*" {
            let pattern = entry.key
            let fits =
                pattern.hasSuffix(".*")
                ? known.contains { $0.hasPrefix(pattern.dropLast()) } : known.contains(pattern)
            guard !fits else { continue }
            mapping.complaints.add(
                line: entry.keyLine, column: entry.keyColumn, path: "\(mapping.path).scene_types.\(pattern)",
                "there is no scene type \(pattern) in the catalogue",
                hint: NearestName.hint(for: pattern, among: known))
        }
        return (otherwise, table(entries))
    }

    private static func entry(_ mapping: YAMLMapping, in jurisdiction: Jurisdiction) -> Entry {
        let law = mapping.list("law") { basis in
            check(basis.text("law"), among: jurisdiction.laws.keys, what: "law", basis)
            return Basis(
                law: basis.string("law"), articles: items(basis, "articles"), penalty: items(basis, "penalty"))
        }
        if law.count > maximumItems { mapping.complain("law", "has more than \(maximumItems) entries") }
        check(mapping.text("track"), among: jurisdiction.tracks.keys, what: "track", mapping)
        for department in mapping.texts("departments") {
            check(department, among: jurisdiction.departments.keys, what: "department", mapping)
        }
        let limits = mapping.namedTexts("limits")
        if limits.count > maximumItems { mapping.complain("limits", "has more than \(maximumItems) entries") }
        for (step, limit) in limits where !jurisdiction.steps.isEmpty && jurisdiction.steps[step] == nil {
            mapping.complaints.add(
                limit, "there is no step \(step)", hint: NearestName.hint(for: step, among: jurisdiction.steps.keys))
        }
        for (step, limit) in limits where step.utf8.count > maximumItemBytes {
            mapping.complaints.add(limit, "its step is longer than \(maximumItemBytes) bytes")
        }
        for (_, limit) in limits where !isLimit(limit.text) {
            mapping.complaints.add(limit, "must be working hours or working days", hint: "such as 4wh or 2wd")
        }
        for code in mapping.texts("codes") + mapping.texts("alternatives") where !isCode(code.text) {
            mapping.complaints.add(code, "must be five digits or local:…", hint: "such as \"06010\" or local:ppe.mask")
        }
        let unknown = mapping.texts("unknown")
        for word in unknown { check(word, among: ["law", "limits", "codes"], what: "part", mapping) }
        for (part, isEmpty) in [("law", law.isEmpty), ("limits", limits.isEmpty)]
        where isEmpty && !unknown.contains(where: { $0.text == part }) {
            mapping.complain("has no \(part)", hint: "give it, or say unknown: [\(part)]")
        }
        return Entry(
            track: mapping.string("track"), departments: items(mapping, "departments"),
            codes: items(mapping, "codes"), alternatives: items(mapping, "alternatives"), law: law,
            limits: table(limits).mapValues(\.text),
            unknown: unknown.map(\.text))
    }

    private static func items(_ mapping: YAMLMapping, _ key: String) -> [String] {
        let texts = mapping.texts(key)
        if texts.count > maximumItems { mapping.complain(key, "has more than \(maximumItems) entries") }
        for text in texts where text.text.utf8.count > maximumItemBytes {
            mapping.complaints.add(text, "is longer than \(maximumItemBytes) bytes")
        }
        return texts.map(\.text)
    }

    private static func check(
        _ text: LocatedText?, among names: some Sequence<String>, what: String, _ mapping: YAMLMapping
    ) {
        guard let text else { return }
        let all = Array(names)
        if !all.contains(text.text) {
            mapping.complaints.add(
                text, "there is no \(what) \(text.text)", hint: NearestName.hint(for: text.text, among: all))
        }
    }

    private static func isLimit(_ text: String) -> Bool {
        (text.hasSuffix("wh") || text.hasSuffix("wd")) && Int(text.dropLast(2)).map { (1...9999).contains($0) } ?? false
    }

    private static func isCode(_ text: String) -> Bool {
        if text.hasPrefix("local:") {
            return text.utf8.count > 6 && text.utf8.count <= 64
                && text.utf8.dropFirst(6).allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == 46 || $0 == 95
                }
        }
        return text.utf8.count == 5 && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
