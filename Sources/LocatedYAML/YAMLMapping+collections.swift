/// Mappings and lists inside a mapping.
extension YAMLMapping {
    /// Reads the mapping at `key`; an absent one is read as empty, so that its keys have their defaults.
    @discardableResult
    public func mapping<Value>(_ key: String, _ body: (YAMLMapping) -> Value) -> Value {
        let node = node(key) ?? YAMLNode(line: line, column: column, style: .plain, content: .null)
        return read(node, join(key), joinPattern(key), body)
    }

    /// Nil when absent.
    public func optionalMapping<Value>(_ key: String, _ body: (YAMLMapping) -> Value) -> Value? {
        node(key).map { read($0, join(key), joinPattern(key), body) }
    }

    /// The mapping at `key` whose keys the author chooses and whose values are mappings: `sources: {uav-1: {…}}`. In order.
    public func named<Value>(_ key: String, _ body: (String, YAMLMapping) -> Value) -> [(name: String, value: Value)] {
        guard let node = node(key) else { return [] }
        return read(node, join(key), joinPattern(key)) { names in
            names.allEntries().map { entry in
                (entry.key, read(entry.value, names.join(entry.key), joinPattern(key) + ".*") { body(entry.key, $0) })
            }
        }
    }

    /// The mapping at `key` from names the author chooses to words of an enumeration.
    public func namedWords<E: RawRepresentable & CaseIterable>(_ key: String, as type: E.Type = E.self) -> [(
        name: String, value: E
    )]
    where E.RawValue == String {
        guard let node = node(key) else { return [] }
        return read(node, join(key), joinPattern(key)) { names in
            names.allEntries().compactMap { entry in
                guard let text = names.located(entry.value, path: names.join(entry.key)) else { return nil }
                return names.word(text.text, of: entry.key).map { (entry.key, $0) }
            }
        }
    }

    /// The mapping at `key` from names the author chooses to text.
    public func namedTexts(_ key: String) -> [(name: String, value: LocatedText)] {
        guard let node = node(key) else { return [] }
        return read(node, join(key), joinPattern(key)) { names in
            names.allEntries().compactMap { entry in
                names.located(entry.value, path: names.join(entry.key)).map { (entry.key, $0) }
            }
        }
    }

    /// Items that are mappings. Empty when absent.
    public func list<Value>(_ key: String, _ body: (YAMLMapping) -> Value) -> [Value] {
        items(key).map { item in read(item.node, item.path, joinPattern(key) + "[]", body) }
    }

    /// Items that are text. Empty when absent.
    public func texts(_ key: String) -> [LocatedText] {
        items(key).compactMap { located($0.node, path: $0.path) }
    }

    public func strings(_ key: String) -> [String] { texts(key).map(\.text) }

    /// Text with its place; nil when absent.
    public func text(_ key: String) -> LocatedText? {
        node(key).flatMap { located($0, path: join(key)) }
    }

    private func located(_ node: YAMLNode, path: String) -> LocatedText? {
        guard let text = node.scalar else {
            let hint =
                switch node.content {
                case .mapping: "put it in quotes where it holds \": \" or braces"
                case .sequence: "put it in quotes where it begins with ["
                default: "put it in quotes where it begins with ! or #"
                }
            complaints.add(
                line: node.line, column: node.column, path: path, "must be text, not \(node.kind)", hint: hint)
            return nil
        }
        return LocatedText(text: text, path: path, node: node)
    }

    private func items(_ key: String) -> [(node: YAMLNode, path: String)] {
        guard let node = node(key) else { return [] }
        guard case .sequence(let nodes) = node.content else {
            complain(key, "must be a list, not \(node.kind)", hint: node.scalar == nil ? "" : "put it in brackets: […]")
            return []
        }
        return nodes.enumerated().map { ($1, "\(join(key))[\($0)]") }
    }

    private func read<Value>(
        _ node: YAMLNode, _ path: String, _ pattern: String, _ body: (YAMLMapping) -> Value
    ) -> Value {
        let mapping = YAMLMapping(node, path: path, pattern: pattern, complaints: complaints)
        let value = body(mapping)
        mapping.finish()
        return value
    }
}
