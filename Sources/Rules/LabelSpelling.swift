import Inspection
import LocatedYAML

/// Labels of the catalogue that written ones are nearly. Words of one language lie close together, and many labels of a
/// model are none of the catalogue's: only what is hardly anything but a slip of the pen is told.
struct LabelSpelling {
    /// Labels that are looked for at most: packs may be about a model whose labels are all its own.
    private static let limit = 500
    /// Letters that a word has at least: of shorter ones a letter makes another word (tire, wire, fire).
    private static let least = 6

    private let known: Set<String>
    private let candidates: [Spelled]
    private var found: [String: String?] = [:]

    init(_ catalogue: Catalogue) {
        known = Set(catalogue.sceneTypes.flatMap(\.labels))
        candidates = known.sorted().compactMap { Spelled($0) }
    }

    /// Of a normalized label that is none of them: one letter away, within one word that begins alike, so that neither
    /// `on` and `off` nor `covered` and `uncovered` are taken for each other.
    mutating func near(_ label: String) -> String? {
        guard !known.contains(label), let spelled = Spelled(label) else { return nil }
        if let near = found[label] { return near }
        guard found.count < Self.limit else { return nil }
        let alike = candidates.filter { spelled.mayMean($0) }.map(\.label)
        let near = NearestName.suggestion(for: label, among: alike, edits: 1)
        found[label] = .some(near)
        return near
    }

    /// A label of the letters a to z alone, and blanks.
    private struct Spelled {
        let label: String
        let words: [Substring]

        init?(_ label: String) {
            guard label.utf8.allSatisfy({ (97...122).contains($0) || $0 == UInt8(ascii: "_") }) else { return nil }
            self.label = label
            words = label.split(separator: "_", omittingEmptySubsequences: false)
            guard letters.utf8.count >= LabelSpelling.least else { return nil }
        }

        var letters: String { words.joined() }

        func mayMean(_ other: Spelled) -> Bool {
            guard abs(label.utf8.count - other.label.utf8.count) <= 1, label.utf8.first == other.label.utf8.first else {
                return false
            }
            guard words.count == other.words.count else { return letters == other.letters }
            let differing = zip(words, other.words).filter { $0 != $1 }
            guard differing.count == 1, let (word, meant) = differing.first else { return false }
            // An ending makes another word of it: stalls, smoker, smoked.
            return min(word.utf8.count, meant.utf8.count) >= LabelSpelling.least
                && word.utf8.first == meant.utf8.first && !Self.areForms(word, meant)
        }

        /// True where they differ in the last letter alone.
        private static func areForms(_ a: Substring, _ b: Substring) -> Bool {
            a.dropLast() == b.dropLast() || a.dropLast() == b || a == b.dropLast()
        }
    }
}
