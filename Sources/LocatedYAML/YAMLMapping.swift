/// A mapping as a reader pulls typed values out of it. What is wrong is collected and a stand-in returned, so that one
/// reading finds everything; the values count only when there are no complaints. Keys nobody asked for are complained of at the end.
///
/// A mapping that is absent can be read too: every optional key has its default.
public final class YAMLMapping {
    public let path: String
    let pattern: String
    public let complaints: Complaints
    /// Where the mapping begins; for an absent one, where it would have been.
    public let line: Int
    public let column: Int
    public let isPresent: Bool
    private let entries: [YAMLNode.Entry]
    private var asked: Set<String> = []

    init(_ node: YAMLNode, path: String, pattern: String, complaints: Complaints) {
        self.path = path
        self.pattern = pattern
        self.complaints = complaints
        line = node.line
        column = node.column
        switch node.content {
        case .mapping(let entries):
            self.entries = entries
            isPresent = true
        case .null:
            entries = []
            isPresent = false
        default:
            entries = []
            isPresent = true
            complaints.add(
                line: node.line, column: node.column, path: path, "must be a mapping (key: value), not \(node.kind)")
        }
    }

    /// Keys as they stand, in their order.
    public var keys: [String] { entries.map(\.key) }

    /// Marks `key` as known and gives its value; nil when absent or null.
    public func node(_ key: String) -> YAMLNode? {
        know(key)
        guard let value = entries.first(where: { $0.key == key })?.value, value.content != .null else { return nil }
        return value
    }

    /// True when the key stands in the document with a value.
    public func has(_ key: String) -> Bool {
        know(key)
        return entries.contains { $0.key == key && $0.value.content != .null }
    }

    /// Where the value of `key` stands, also where it is null; nil when absent.
    public func place(_ key: String) -> LocatedText? {
        know(key)
        return entries.first { $0.key == key }.map { LocatedText(text: "", path: join(key), node: $0.value) }
    }

    /// Every entry, for mappings whose keys the author chooses. All are known.
    public func allEntries() -> [YAMLNode.Entry] {
        for entry in entries { asked.insert(entry.key) }
        complaints.know(pattern.isEmpty ? "*" : pattern + ".*")
        return entries
    }

    public func complain(_ key: String, _ message: String, hint: String = "") {
        // No search for what is only counted: a hostile document has many.
        let entry = complaints.isFull ? nil : entries.first { $0.key == key }
        complaints.add(
            line: entry?.value.line ?? line, column: entry?.value.column ?? column, path: join(key), message, hint: hint
        )
    }

    public func complain(_ message: String, hint: String = "") {
        complaints.add(line: line, column: column, path: path, message, hint: hint)
    }

    public func missing(_ key: String) {
        complaints.add(line: line, column: column, path: join(key), "is missing", hint: "add \(key): …")
    }

    func join(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    func joinPattern(_ key: String) -> String { pattern.isEmpty ? key : pattern + "." + key }

    private func know(_ key: String) {
        asked.insert(key)
        complaints.know(joinPattern(key))
    }

    /// Complains of the keys that nobody asked for.
    func finish() {
        for entry in entries where !asked.contains(entry.key) {
            complaints.add(
                line: entry.keyLine, column: entry.keyColumn, path: join(entry.key), "unknown key",
                hint: NearestName.hint(for: entry.key, among: asked))
        }
    }
}
