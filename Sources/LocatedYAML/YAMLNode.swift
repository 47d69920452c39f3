/// A value of a document and where it stands. Scalars keep their own text: what it means is decided by who asks.
public struct YAMLNode: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        /// Nothing, `~` or `null`.
        case null
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    public struct Entry: Sendable, Hashable {
        public var key: String
        public var keyLine: Int
        public var keyColumn: Int
        public var value: YAMLNode
    }

    /// How a scalar was written: it decides where a position inside the text is in the file.
    public enum Style: Sendable, Hashable {
        case plain
        case quoted
        /// `|`, with the column at which its lines begin.
        case literal(column: Int)
        /// `>`, whose line breaks are gone.
        case folded
    }

    public var line: Int
    public var column: Int
    public var style: Style
    public var content: Content

    /// What it is, for complaints.
    public var kind: String {
        switch content {
        case .null: "nothing"
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// Scalar text; nil for anything else.
    public var scalar: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    /// Where the Unicode scalar at `textLine` and `textColumn` (both from 1) of this scalar's text stands in the file. The start of
    /// the scalar where line breaks were folded away.
    public func position(textLine: Int, textColumn: Int) -> (line: Int, column: Int) {
        guard textLine > 0, textColumn > 0 else { return (line, column) }
        switch style {
        case .plain: return textLine == 1 ? (line, column &+ textColumn &- 1) : (line, column)
        case .quoted: return textLine == 1 ? (line, column &+ textColumn) : (line, column)
        case .literal(let start): return (line &+ textLine, start &+ textColumn &- 1)
        case .folded: return (line, column)
        }
    }
}
