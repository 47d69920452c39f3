/// Where in a text the first thing was refused, told by the counters of whoever reads it line by line.
struct LineRefusals: Sendable {
    /// Counters that refuse, by what their names begin with, and what they say of a line.
    private static let words: [(counter: String, says: String)] = [
        ("bad_json", "is no JSON, or was cut"), ("damaged_messages", "is no JSON, or was cut"),
        ("messages_too_long", "is of a message that is too long"),
        ("messages_of_other_dialects", "is of no dialect that is known: docs/metadata/analysis.md has their members"),
        ("bad_messages", "says nothing that its dialect knows: docs/metadata/analysis.md has its members"),
        ("documents_truncated", "is where the document was cut: check that it was copied whole"),
        ("documents_refused_", "is no well-formed XML: check it with xmllint"),
    ]

    /// `line 3 is no JSON, or was cut`.
    private(set) var first: String?
    /// From 1.
    private var line = 1

    /// Hands on `bytes` line by line. `read` returns the counters after each.
    mutating func lines(_ bytes: [UInt8], _ read: (ArraySlice<UInt8>) -> [String: Int64]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 10)
            note(read(rest[...(end ?? rest.endIndex - 1)]))
            guard let end else { return }
            line += 1
            rest = rest[(end + 1)...]
        }
    }

    mutating func note(_ counters: [String: Int64]) {
        guard first == nil else { return }
        let refused = Self.words.first { word in
            counters.contains { $0.value > 0 && $0.key.hasPrefix(word.counter) }
        }
        if let refused { first = "line \(line) \(refused.says)" }
    }
}
