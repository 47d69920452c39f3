import Foundation
import Yams

/// A document as a tree in which everything knows its place. Parsing is bounded: size, depth and number of values have limits,
/// and anchors are refused, because a few of them can stand for more values than any machine holds.
public struct YAMLDocument: Sendable {
    public let file: String
    public let root: YAMLNode
    /// Found while the tree was made (duplicate keys); they join what the reader finds.
    let complaints: [YAMLComplaint]
    let limits: YAMLLimits

    /// Parses `text`; `file` is the name that complaints carry. Throws when no tree can be made of it.
    public init(_ text: String, file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        self.file = file
        self.limits = limits
        guard text.utf8.count <= limits.bytes else {
            throw Self.failure(file, 0, 0, "is larger than \(limits.bytes) bytes", "split it")
        }
        // A byte order mark, which some editors write, is no part of the text.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        if let place = TextFault.firstControl(in: text) {
            throw Self.failure(file, place.line, place.column, "control characters are not allowed", "remove it")
        }
        if let place = AnchorScan.firstAnchor(in: text) {
            throw Self.failure(
                file, place.line, place.column, "anchors (&name) are not allowed",
                "write the value out where it is needed; put text that has an & inside it in another form")
        }
        var duplicates = DuplicateKeys(text: text)
        let node = try Self.compose(&duplicates, file: file, limits: limits)
        var builder = TreeBuilder(file: file, limits: limits, lines: duplicates.lines, renamed: duplicates.renamed)
        root = try builder.build(node)
        complaints = builder.complaints
    }

    /// Reads and parses a file. Files past the size limit are not read.
    public init(path: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Self.failure(path, 0, 0, "cannot be opened", "check that it exists and may be read")
        }
        let data: Data
        do {
            data = try handle.read(upToCount: limits.bytes &+ 1) ?? Data()
        } catch {
            throw Self.failure(path, 0, 0, "cannot be read", "check that it is a file")
        }
        guard data.count <= limits.bytes else {
            throw Self.failure(path, 0, 0, "is larger than \(limits.bytes) bytes", "split it")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            let place = TextFault.firstOutsideUTF8(in: data)
            throw Self.failure(path, place.line, place.column, "is not UTF-8 text", "save it as UTF-8")
        }
        try self.init(text, file: path, limits: limits)
    }

    /// Reads the root mapping with `body` and throws everything that was found wrong, by the parser and by the reader.
    public func decode<Value>(_ body: (YAMLMapping) -> Value) throws(YAMLError) -> Value {
        let collected = Complaints(file: file, limit: limits.complaints, initial: complaints)
        let value = decode(into: collected, body)
        guard collected.isEmpty else { throw YAMLError(collected.all) }
        return value
    }

    /// The same, for a reader that goes on complaining after the document was read.
    @discardableResult
    public func decode<Value>(into collected: Complaints, _ body: (YAMLMapping) -> Value) -> Value {
        let mapping = YAMLMapping(root, path: "", pattern: "", complaints: collected)
        let value = body(mapping)
        mapping.finish()
        return value
    }

    /// A collector that already holds what the parser found.
    public func makeComplaints() -> Complaints {
        Complaints(file: file, limit: limits.complaints, initial: complaints)
    }

    /// Yams stops at the first duplicate key; each is renamed and the text composed again, so that all are found.
    private static func compose(
        _ text: inout DuplicateKeys, file: String, limits: YAMLLimits
    ) throws(YAMLError) -> Node? {
        while true {
            do {
                // Without tags: what a value is, is for its reader to say, and to resolve them costs more than to parse.
                return try Yams.compose(yaml: text.text, .basic)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                if text.rename(names, at: context.mark) { continue }
                throw failure(
                    file, context.mark.line, context.mark.column,
                    "duplicate key \(names.joined(separator: ", "))", "keep one of them")
            } catch let error as YamlError {
                throw syntaxFailure(error, file: file)
            } catch {
                throw failure(file, 0, 0, "cannot be parsed", "")
            }
        }
    }

    private static func syntaxFailure(_ error: YamlError, file: String) -> YAMLError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.contains("nesting level") {
                let message = "lists and mappings stand too deep inside one another"
                return failure(file, mark.line, mark.column, message, "close them")
            }
            let before = context.map { $0.text.trimmingCharacters(in: .whitespaces) + ": " } ?? ""
            let hint =
                switch before {
                case "while scanning a tag: ", "while parsing a tag: ": "put text that begins with ! in quotes: '!…'"
                case "while scanning an anchor: ": "put text with & in quotes: '… && …'"
                default: "check indentation, colons and quotes here"
                }
            return failure(file, mark.line, mark.column, before + problem, hint)
        case .reader(let problem, _, _, _):
            return failure(file, 0, 0, problem, "remove control characters")
        default:
            return failure(file, 0, 0, "is not YAML", "")
        }
    }

    private static func failure(
        _ file: String, _ line: Int, _ column: Int, _ message: String, _ hint: String
    ) -> YAMLError {
        YAMLError([YAMLComplaint(file: file, line: line, column: column, path: "", message: message, hint: hint)])
    }
}
