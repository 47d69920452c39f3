import Inspection
import LocatedYAML

/// A file of areas on the ground.
public struct AreaSettings: Sendable, Hashable {
    /// What rules may call all of its areas.
    public var name: String
    public var file: String
    /// A word of docs/areas.md.
    public var kind: String
    public var system: String
    /// Metres.
    public var margin: Double
    public var nameProperty: String?
    public var codeProperty: String?

    public static let kinds = [
        "no_record", "no_alert", "grid", "district", "settlement", "school", "site", "mine", "quarry", "river", "lake",
        "reservoir", "water_source", "red_line", "farmland", "forest", "road", "railway", "power_line", "other",
    ]

    private static func hint(for kind: String) -> String {
        let nearest = NearestName.hint(for: kind, among: kinds)
        return (nearest.isEmpty ? "" : nearest + "; ") + "kinds are \(kinds.joined(separator: ", "))"
    }

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> AreaSettings {
        let kind = mapping.string("kind")
        if !kind.isEmpty, !kinds.contains(kind) {
            mapping.complain("kind", "is no kind of area", hint: hint(for: kind))
        }
        return AreaSettings(
            name: mapping.dataName(), file: folder.path(mapping.string("file")), kind: kind,
            system: mapping.coordinateSystem(), margin: mapping.number("margin_m", default: 0, in: 0...10_000),
            nameProperty: mapping.optionalString("name_property"), codeProperty: mapping.optionalString("code_property")
        )
    }
}

/// A register: permits, licensed sites, filed construction.
public struct RegisterSettings: Sendable, Hashable {
    public var name: String
    public var file: String
    public var system: String
    /// Metres around a point, where its row does not say.
    public var radius: Double
    /// Seconds that its days and times are ahead of UTC.
    public var utcOffsetSeconds: Int
    /// From what a column is to what it is called: `id`, `name`, `lat`, `lon`, `radius_m`, `from`, `to`.
    public var columns: [String: String]

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> RegisterSettings {
        let columns = mapping.mapping("columns") { columns in
            var names: [String: String] = [:]
            for key in ["id", "name", "lat", "lon", "radius_m", "from", "to"] {
                names[key] = columns.optionalString(key)
            }
            return names
        }
        return RegisterSettings(
            name: mapping.dataName(), file: folder.path(mapping.string("file")), system: mapping.coordinateSystem(),
            radius: mapping.number("radius_m", default: 30, in: 0...100_000),
            utcOffsetSeconds: mapping.utcOffset() ?? 0,
            columns: columns)
    }
}

extension YAMLMapping {
    static let coordinateSystems = ["wgs84", "cgcs2000", "gcj02", "bd09"]

    /// One to 63 of a–z, 0–9, underscore and hyphen.
    fileprivate func dataName() -> String {
        let name = string("name")
        let fits =
            (1...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
        if !fits, !name.isEmpty { complain("name", "must be 1 to 63 of a–z, 0–9, underscore and hyphen") }
        return name
    }

    fileprivate func coordinateSystem() -> String {
        let word = string("crs", default: "wgs84")
        if !Self.coordinateSystems.contains(word) {
            complain(
                "crs", "is no coordinate system known here",
                hint: NearestName.hint(for: word, among: Self.coordinateSystems))
        }
        return word
    }

    /// Seconds that the clock at `utc_offset` is ahead of UTC; nil when absent or wrong.
    func utcOffset() -> Int? {
        guard let text = optionalString("utc_offset") else { return nil }
        if let seconds = UTCOffset.seconds(text) { return seconds }
        complain("utc_offset", "must be an offset", hint: "such as \"+08:00\"")
        return nil
    }
}

extension GatewaySettings {
    /// Files of areas at most, and of registers.
    static let maximumDataFiles = 64

    /// Complains of names that stand twice.
    static func dataFiles<Value>(
        _ root: YAMLMapping, _ key: String, name: (Value) -> String, _ body: (YAMLMapping) -> Value
    ) -> [Value] {
        var seen: Set<String> = []
        let values = root.list(key) { mapping in
            let value = body(mapping)
            if !seen.insert(name(value)).inserted { mapping.complain("name", "is given twice") }
            return value
        }
        if values.count > maximumDataFiles { root.complain(key, "has more than \(maximumDataFiles) entries") }
        return values
    }
}
