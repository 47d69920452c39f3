/// Text of a document and where it stands.
public struct LocatedText: Sendable, Hashable {
    public var text: String
    public var path: String
    public var node: YAMLNode

    public init(text: String, path: String, node: YAMLNode) {
        self.text = text
        self.path = path
        self.node = node
    }

    public var line: Int { node.line }
    public var column: Int { node.column }
}

extension Complaints {
    /// Complains of text, at a place inside it where one is known (both from 1).
    public func add(_ text: LocatedText, _ message: String, hint: String = "", textLine: Int = 0, textColumn: Int = 0) {
        let place = text.node.position(textLine: textLine, textColumn: textColumn)
        add(line: place.line, column: place.column, path: text.path, message, hint: hint)
    }
}
