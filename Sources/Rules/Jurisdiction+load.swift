import Inspection
import LocatedYAML

extension Jurisdiction {
    /// Reads a file of Models/jurisdictions; scene types must be in the catalogue.
    public static func load(_ path: String, catalogue: Catalogue) throws(RulesError) -> Jurisdiction {
        do {
            let document = try YAMLDocument(path: path)
            return try document.decode { decode($0, catalogue: catalogue) }
        } catch {
            throw RulesError(error.complaints)
        }
    }

    static func parse(_ text: String, file: String, catalogue: Catalogue) throws(RulesError) -> Jurisdiction {
        do {
            let document = try YAMLDocument(text, file: file)
            return try document.decode { decode($0, catalogue: catalogue) }
        } catch {
            throw RulesError(error.complaints)
        }
    }

    private static func decode(_ root: YAMLMapping, catalogue: Catalogue) -> Jurisdiction {
        let tracks = root.named("tracks") { _, track in
            Track(zh2016: track.string("zh_2016"), zh2021: track.string("zh_2021"), en: track.string("en"))
        }
        let departments = root.named("departments") { _, name in
            BilingualText(zh: name.string("zh"), en: name.string("en"))
        }
        let laws = root.named("laws") { _, law in
            Law(
                title: BilingualText(zh: law.string("zh"), en: law.string("en")), from: day(law, "from"),
                to: day(law, "to"))
        }
        let release = root.mapping("release") { releases($0) }
        var jurisdiction = Jurisdiction(
            id: root.string("jurisdiction"), version: root.string("version"), title: root.title("title"),
            tracks: table(tracks), departments: table(departments), laws: table(laws),
            calendar: root.mapping("calendar") { WorkingCalendar.decode($0) }, releaseOtherwise: release.otherwise,
            release: release.entries, entries: [:])
        let entries = root.named("scene_types") { name, mapping -> Entry in
            if catalogue[name] == nil {
                mapping.complain(
                    "there is no such scene type in the catalogue",
                    hint: NearestName.hint(for: name, among: catalogue.sceneTypes.map(\.id)))
            }
            return entry(mapping, in: jurisdiction)
        }
        jurisdiction.entries = table(entries)
        return jurisdiction
    }

    private static func table<Value>(_ pairs: [(name: String, value: Value)]) -> [String: Value] {
        Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }

    private static func day(_ mapping: YAMLMapping, _ key: String) -> String? {
        guard let text = mapping.optionalString(key) else { return nil }
        if text.utf8.count != 10 || UTCTime(rfc3339: text + "T00:00:00Z") == nil {
            mapping.complain(key, "must be a day", hint: "such as 2026-08-15")
        }
        return text
    }

    private static func releases(_ mapping: YAMLMapping) -> (otherwise: Release, entries: [String: Release]) {
        let otherwise: Release = mapping.enumeration("default", default: .review)
        return (otherwise, table(mapping.namedWords("scene_types", as: Release.self)))
    }

    private static func entry(_ mapping: YAMLMapping, in jurisdiction: Jurisdiction) -> Entry {
        let law = mapping.list("law") { basis in
            check(basis.text("law"), among: jurisdiction.laws.keys, what: "law", basis)
            return Basis(
                law: basis.string("law"), articles: basis.strings("articles"), penalty: basis.strings("penalty"))
        }
        check(mapping.text("track"), among: jurisdiction.tracks.keys, what: "track", mapping)
        for department in mapping.texts("departments") {
            check(department, among: jurisdiction.departments.keys, what: "department", mapping)
        }
        let limits = mapping.namedTexts("limits")
        for (_, limit) in limits where !isLimit(limit.text) {
            mapping.complaints.add(limit, "must be working hours or working days", hint: "such as 4wh or 2wd")
        }
        for code in mapping.texts("codes") where !isCode(code.text) {
            mapping.complaints.add(code, "must be five digits or local:…", hint: "such as \"06010\" or local:ppe.mask")
        }
        let unknown = mapping.texts("unknown")
        for word in unknown { check(word, among: ["law", "limits", "codes"], what: "part", mapping) }
        for (part, isEmpty) in [("law", law.isEmpty), ("limits", limits.isEmpty)]
        where isEmpty && !unknown.contains(where: { $0.text == part }) {
            mapping.complain("has no \(part)", hint: "give it, or say unknown: [\(part)]")
        }
        return Entry(
            track: mapping.string("track"), departments: mapping.strings("departments"),
            codes: mapping.strings("codes"),
            alternatives: mapping.strings("alternatives"), law: law, limits: table(limits).mapValues(\.text),
            unknown: unknown.map(\.text))
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
