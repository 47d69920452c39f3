public import LocatedYAML

/// Where each value of the settings stands in its file, for what turns out wrong only after the file was read.
public struct SettingsPlaces: Sendable, Hashable {
    private struct Place: Sendable, Hashable {
        var line: Int
        var column: Int
    }

    public let file: String
    private var places: [String: Place] = [:]

    init(_ document: YAMLDocument) {
        file = document.file
        add(document.root, at: "")
    }

    /// True when a value stands at `path`; false for defaults.
    public func contains(_ path: String) -> Bool { places[path] != nil }

    /// A complaint about the value at `path` (`sources.uav-1.packs[0]`), or at the nearest that holds it.
    public func complaint(_ path: String, _ message: String, hint: String = "") -> YAMLComplaint {
        var known = path
        while places[known] == nil, let end = known.lastIndex(where: { $0 == "." || $0 == "[" }) {
            known = String(known[..<end])
        }
        let place = places[known] ?? Place(line: 0, column: 0)
        return YAMLComplaint(
            file: file, line: place.line, column: place.column, path: path, message: message, hint: hint)
    }

    private mutating func add(_ node: YAMLNode, at path: String) {
        if !path.isEmpty { places[path] = Place(line: node.line, column: node.column) }
        switch node.content {
        case .null, .scalar: break
        case .sequence(let items):
            for (index, item) in items.enumerated() { add(item, at: "\(path)[\(index)]") }
        case .mapping(let entries):
            for entry in entries { add(entry.value, at: path.isEmpty ? entry.key : "\(path).\(entry.key)") }
        }
    }
}
