import Yams

/// Turns what Yams composed into nodes that know their place, within the limits.
struct TreeBuilder {
    let file: String
    let limits: YAMLLimits
    let lines: [[Unicode.Scalar]]
    let renamed: [String: String]
    private(set) var complaints: [YAMLComplaint] = []
    private var count = 0

    init(file: String, limits: YAMLLimits, lines: [[Unicode.Scalar]], renamed: [String: String]) {
        self.file = file
        self.limits = limits
        self.lines = lines
        self.renamed = renamed
    }

    mutating func build(_ node: Node?) throws(YAMLError) -> YAMLNode {
        guard let node else { return YAMLNode(line: 1, column: 1, style: .plain, content: .null) }
        return try build(node, depth: 0)
    }

    private mutating func build(_ node: Node, depth: Int) throws(YAMLError) -> YAMLNode {
        let line = node.mark?.line ?? 0
        let column = node.mark?.column ?? 0
        count += 1
        guard depth <= limits.depth else { throw failure(line, column, "is nested deeper than \(limits.depth) levels") }
        guard count <= limits.nodes else { throw failure(line, column, "has more than \(limits.nodes) values") }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            return YAMLNode(
                line: line, column: column, style: style(scalar, line: line),
                content: isNull ? .null : .scalar(scalar.string))
        case .sequence(let items):
            var nodes: [YAMLNode] = []
            for item in items { nodes.append(try build(item, depth: depth + 1)) }
            return YAMLNode(line: line, column: column, style: .plain, content: .sequence(nodes))
        case .mapping(let pairs):
            return YAMLNode(
                line: line, column: column, style: .plain, content: .mapping(try entries(pairs, depth: depth)))
        case .alias:
            throw failure(line, column, "aliases (*name) are not allowed")
        }
    }

    private mutating func entries(_ pairs: Node.Mapping, depth: Int) throws(YAMLError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var doubled: [(name: String, line: Int)] = []
        for (key, value) in pairs {
            guard case .scalar(let name) = key else {
                throw failure(key.mark?.line ?? 0, key.mark?.column ?? 0, "a key must be a single value")
            }
            if let original = renamed[name.string] {
                doubled.append((original, key.mark?.line ?? 0))
                continue
            }
            entries.append(
                YAMLNode.Entry(
                    key: name.string, keyLine: key.mark?.line ?? 0, keyColumn: key.mark?.column ?? 0,
                    value: try build(value, depth: depth + 1)))
        }
        for (name, line) in doubled {
            guard let kept = entries.first(where: { $0.key == name }) else { continue }
            complaints.append(
                YAMLComplaint(
                    file: file, line: kept.keyLine, column: kept.keyColumn, path: name,
                    message: "duplicate key, already given on line \(line)", hint: "keep one of them"))
        }
        return entries
    }

    private func style(_ scalar: Node.Scalar, line: Int) -> YAMLNode.Style {
        switch scalar.style {
        case .singleQuoted, .doubleQuoted: return .quoted
        case .folded: return .folded
        case .literal:
            var index = line
            while index < lines.count {
                let text = lines[index]
                if let first = text.firstIndex(where: { $0 != " " }), text[first] != "\n", text[first] != "\r" {
                    return .literal(column: first + 1)
                }
                index += 1
            }
            return .folded
        case .any, .plain: return .plain
        }
    }

    private func failure(_ line: Int, _ column: Int, _ message: String) -> YAMLError {
        YAMLError([YAMLComplaint(file: file, line: line, column: column, path: "", message: message)])
    }
}
