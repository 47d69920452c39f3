/// A name that may stand in a path, a metric label and a URL: `[a-z0-9-]{1,63}`. Sources, destinations, gateways and
/// consumers are known by one.
public struct Name: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// Nil unless `text` is one to 63 of a–z, 0–9 and hyphen.
    public init?(_ text: String) {
        guard (1...63).contains(text.utf8.count),
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (a: Name, b: Name) -> Bool { a.text < b.text }
}
