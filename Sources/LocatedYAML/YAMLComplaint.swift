/// One thing that is wrong with a document, where it is, and what to do about it.
public struct YAMLComplaint: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    /// Counts from 1; 0 when the complaint is about the whole file.
    public var line: Int
    /// Counts Unicode scalars from 1; 0 when the complaint is about the whole file.
    public var column: Int
    /// Keys and indices from the root: `sources.uav-1.url`, `rules[2].when[0]`.
    public var path: String
    public var message: String
    /// What the author can do; may be empty.
    public var hint: String

    public init(file: String, line: Int, column: Int, path: String, message: String, hint: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: path: message (hint)`.
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        let subject = path.isEmpty ? "" : "\(path): "
        return "\(place): \(subject)\(message)" + (hint.isEmpty ? "" : " (\(hint))")
    }
}
