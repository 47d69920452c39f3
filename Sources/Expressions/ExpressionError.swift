/// Where in an expression something stands.
public struct SourcePosition: Sendable, Hashable {
    /// Bytes of UTF-8 before it.
    public var offset: Int
    /// Counts from 1.
    public var line: Int
    /// Code points from the start of the line, counting from 1.
    public var column: Int

    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }
}

/// Why a text is not an expression of its environment. Holds every mistake that the check found, in order of the text.
public struct ExpressionError: Error, Sendable, Hashable {
    public struct Issue: Sendable, Hashable {
        public var position: SourcePosition
        public var message: String
        /// What the author could write instead; nil when there is nothing to say.
        public var hint: String?

        public init(position: SourcePosition, message: String, hint: String? = nil) {
            self.position = position
            self.message = message
            self.hint = hint
        }
    }

    /// Never empty.
    public var issues: [Issue]

    public init(issues: [Issue]) { self.issues = issues }

    public var position: SourcePosition { issues.first?.position ?? SourcePosition(offset: 0, line: 1, column: 1) }
    public var message: String { issues.first?.message ?? "" }
    public var hint: String? { issues.first?.hint }
}

extension ExpressionError: CustomStringConvertible {
    public var description: String {
        issues.map { issue in
            let place = "\(issue.position.line):\(issue.position.column): \(issue.message)"
            return issue.hint.map { "\(place) (\($0))" } ?? place
        }.joined(separator: "\n")
    }
}
