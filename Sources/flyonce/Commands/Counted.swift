/// `1 frame`, `2 frames`.
func counted(_ count: some BinaryInteger, _ singular: String, _ plural: String? = nil) -> String {
    count == 1 ? "1 \(singular)" : "\(count) \(plural ?? singular + "s")"
}

/// A counter by its name in the status: `1 finding opened`, `12 bad checksums`. The names are plurals where they count things.
func counted(_ count: some BinaryInteger, counter name: String) -> String {
    let words = name.split(separator: "_").map(String.init)
    guard count == 1 else { return "\(count) \(words.joined(separator: " "))" }
    // The thing counted is the first plural: `findings_opened`, `bad_checksums`, `garbage_bytes`.
    let thing = words.firstIndex { $0.hasSuffix("s") && !$0.hasSuffix("ss") && $0 != "pes" }
    let singular = words.enumerated().map { index, word in index == thing ? singularForm(word) : word }
    return "1 \(singular.joined(separator: " "))"
}

private func singularForm(_ word: String) -> String {
    if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
    return String(word.dropLast(word.hasSuffix("sses") || word.hasSuffix("xes") ? 2 : 1))
}
