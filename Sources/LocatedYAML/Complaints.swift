/// The complaints of one document as they are collected, and the keys that were asked for. Used by one reader at a time.
public final class Complaints {
    public let file: String
    private let limit: Int
    private var list: [YAMLComplaint] = []
    private var dropped = 0
    /// Every key the reader asked for, as a path in which the names an author chooses are `*`: `sources.*.url`.
    public private(set) var knownKeys: Set<String> = []

    init(file: String, limit: Int, initial: [YAMLComplaint] = []) {
        self.file = file
        self.limit = limit
        initial.forEach { add($0) }
    }

    public var isEmpty: Bool { list.isEmpty }

    /// What comes now is only counted.
    var isFull: Bool { list.count >= limit }

    /// In the order of the lines; the last one says how many were left out.
    public var all: [YAMLComplaint] {
        var sorted = list.sorted {
            ($0.line, $0.column, $0.path, $0.message) < ($1.line, $1.column, $1.path, $1.message)
        }
        if dropped > 0 {
            sorted.append(
                YAMLComplaint(
                    file: file, line: 0, column: 0, path: "", message: "\(dropped) more complaints not listed"))
        }
        return sorted
    }

    public func add(line: Int, column: Int, path: String, _ message: String, hint: String = "") {
        add(YAMLComplaint(file: file, line: line, column: column, path: path, message: message, hint: hint))
    }

    func add(_ complaint: YAMLComplaint) {
        if list.count < limit { list.append(complaint) } else { dropped &+= 1 }
    }

    func know(_ pattern: String) { knownKeys.insert(pattern) }
}
