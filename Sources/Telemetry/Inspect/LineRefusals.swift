/// Where in a text the first thing was refused, told by the counters of whoever reads it line by line.
struct LineRefusals: Sendable {
    /// Counters that refuse, by what their names begin with, and what they say of a line.
    private static let words: [(counter: String, says: String)] = [
        ("bad_json", "is no JSON, or was cut"), ("damaged_messages", "is no JSON, or was cut"),
        ("messages_too_long", "is of a message that is too long"),
        ("messages_of_other_dialects", "is of no dialect that is known: docs/metadata/analysis.md has their members"),
        ("bad_form", "is of another form than its dialect's"),
        ("bad_messages", "says nothing that its dialect knows: docs/metadata/analysis.md has its members"),
        ("documents_truncated", "is where the document was cut: check that it was copied whole"),
        ("documents_refused_dtd", "is of a document type definition: send the document without one"),
        ("documents_refused_encoding", "is UTF-16: iconv -f UTF-16 -t UTF-8 makes it readable"),
        ("documents_refused_", "is no well-formed XML: check it with xmllint"),
    ]

    /// `line 3 is no JSON, or was cut`.
    private(set) var first: String?
    /// The first thing that is odd, though it was read: `line 1: …`.
    private(set) var oddity: String?
    /// From 1.
    private var line = 1

    /// Hands on `bytes` line by line. `read` returns the counters after each.
    mutating func lines(_ bytes: [UInt8], _ read: (ArraySlice<UInt8>) -> Told) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 10)
            note(read(rest[...(end ?? rest.endIndex - 1)]))
            guard let end else { return }
            line += 1
            rest = rest[(end + 1)...]
        }
    }

    /// Counters after a line, why the newest message was refused where that is known, and what is odd of it.
    typealias Told = (counters: [String: Int64], refusal: String?, remark: String?)

    mutating func note(_ told: Told) {
        if oddity == nil, let remark = told.remark { oddity = "line \(line): \(remark)" }
        let counters = told.counters
        guard first == nil else { return }
        let refused = Self.words.first { word in
            counters.contains { $0.value > 0 && $0.key.hasPrefix(word.counter) }
        }
        guard let refused else { return }
        let why = refused.counter == "bad_form" ? told.refusal.map { ": \($0)" } : nil
        first = "line \(line) \(refused.says)\(why ?? "")"
    }
}
