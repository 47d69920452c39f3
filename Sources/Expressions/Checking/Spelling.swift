/// Suggestions for misspelt names.
enum Spelling {
    /// The candidate nearest to `name`, when it is near enough to be what was meant; of those equally near the one that
    /// begins most alike.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let wanted = Array(name.utf8)
        let limit = wanted.count <= 3 ? 1 : max(2, wanted.count / 3)
        var best: (name: String, distance: Int, prefix: Int)?
        for candidate in candidates where candidate.utf8.count <= 64 {
            let bytes = Array(candidate.utf8)
            let distance = distance(wanted, bytes)
            guard distance <= limit else { continue }
            let prefix = zip(wanted, bytes).prefix { $0 == $1 }.count
            if best.map({ (distance, -prefix) < ($0.distance, -$0.prefix) }) ?? true {
                best = (candidate, distance, prefix)
            }
        }
        return best?.name
    }

    /// Names that are `name` with its unit after it are what was meant before any other: `width`, `width_px`.
    static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
        let longer = candidates.filter { $0.hasPrefix(name + "_") }
        guard longer.isEmpty || longer.count > 3 || name.isEmpty else {
            return "did you mean \(longer.map { "'\($0)'" }.joined(separator: " or "))?"
        }
        return nearest(to: name, among: candidates).map { "did you mean '\($0)'?" }
    }

    /// Insertions, deletions, replacements and swaps of neighbours, in bytes.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for (i, leftByte) in left.enumerated() {
            var row = [i + 1]
            for (j, rightByte) in right.enumerated() {
                var cost = min(last[j] + (leftByte == rightByte ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, leftByte == right[j - 1], left[i - 1] == rightByte {
                    cost = min(cost, before[j - 1] + 1)
                }
                row.append(cost)
            }
            before = last
            last = row
        }
        return last[right.count]
    }
}
