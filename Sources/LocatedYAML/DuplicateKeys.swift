import Yams

/// The text of a document in which keys that stand twice are replaced by unique ones of the same length, which no author
/// can type by accident: private-use characters.
struct DuplicateKeys {
    private(set) var lines: [[Unicode.Scalar]]
    /// What a replaced key was.
    private(set) var renamed: [String: String] = [:]
    private var original: String
    private static let limit = 32

    init(text: String) {
        original = text
        lines = []
        var line: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            line.append(scalar)
            if scalar == "\n" {
                lines.append(line)
                line = []
            }
        }
        lines.append(line)
    }

    var text: String {
        guard !renamed.isEmpty else { return original }
        var view = String.UnicodeScalarView()
        for line in lines { view.append(contentsOf: line) }
        return String(view)
    }

    /// Replaces the key at `mark`, which is one of `names`. False when it is not found there, or there are too many.
    mutating func rename(_ names: [String], at mark: Mark) -> Bool {
        guard renamed.count < Self.limit, let unique = Unicode.Scalar(UInt32(0xE000 + renamed.count)),
            lines.indices.contains(mark.line - 1), mark.column > 0
        else { return false }
        let line = lines[mark.line - 1]
        var start = mark.column - 1
        guard start < line.count else { return false }
        if line[start] == "\"" || line[start] == "'" { start += 1 }
        for name in names.sorted(by: { $0.unicodeScalars.count > $1.unicodeScalars.count }) {
            let key = Array(name.unicodeScalars)
            guard !key.isEmpty, line[min(start, line.count)...].starts(with: key) else { continue }
            lines[mark.line - 1].replaceSubrange(
                start..<start + key.count, with: repeatElement(unique, count: key.count))
            renamed[String(String.UnicodeScalarView(repeatElement(unique, count: key.count)))] = name
            return true
        }
        return false
    }
}
