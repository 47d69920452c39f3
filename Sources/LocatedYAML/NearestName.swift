/// The name an author most likely meant.
public enum NearestName {
    /// The nearest of `names` to `word`: at most one edit for three letters (and always one), or `edits` of them. Nil when none
    /// is near.
    public static func suggestion(
        for word: String, among names: some Sequence<String>, edits limit: Int? = nil
    ) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars.prefix(64))
        let allowed = limit ?? max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for name in names.sorted() {
            let candidate = Array(name.lowercased().unicodeScalars.prefix(64))
            guard abs(candidate.count - wanted.count) <= allowed else { continue }
            let distance = edits(wanted, candidate)
            if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// `did you mean …?`, or else the names to choose from when they are few.
    public static func hint(for word: String, among names: some Sequence<String>) -> String {
        if let name = suggestion(for: word, among: names) { return "did you mean \(name)?" }
        let all = names.sorted()
        return all.isEmpty || all.count > 12 ? "" : "one of: " + all.joined(separator: ", ")
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    private static func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
