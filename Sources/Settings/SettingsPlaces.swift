public import LocatedYAML

/// Where each value of the settings stands in its file, for what turns out wrong only after the file was read.
public struct SettingsPlaces: Sendable, Hashable {
    private struct Place: Sendable, Hashable {
        var line: Int
        var column: Int
    }

    public let file: String
    private var places: [String: Place] = [:]
    /// Of what stands on the command line and in no file: the argument of each path, `--area river=river.geojson` of
    /// `areas[0]`.
    public var arguments: [String: String] = [:]

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

    /// As its reader can look it up: a complaint about what was an argument names the argument.
    public func said(_ complaint: YAMLComplaint) -> YAMLComplaint {
        var path = complaint.path
        while arguments[path] == nil, let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) {
            path = String(path[..<end])
        }
        guard let argument = arguments[path] else { return complaint }
        return YAMLComplaint(
            file: argument, line: 0, column: 0, path: "", message: complaint.message, hint: complaint.hint)
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
