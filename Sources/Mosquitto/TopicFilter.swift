/// A topic to read, with `+` for any one level and `#` for any rest. Source: MQTT 5.0, section 4.7.
public struct TopicFilter: Sendable, Hashable, CustomStringConvertible {
    public let text: String
    private let levels: [Substring]

    /// Nil when it is no filter: empty, too long, with control characters, or a wildcard beside other characters.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 1024, !text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
            return nil
        }
        let levels = text.split(separator: "/", omittingEmptySubsequences: false)
        for (index, level) in levels.enumerated() {
            if level.contains("+"), level != "+" { return nil }
            if level.contains("#"), level != "#" || index != levels.count - 1 { return nil }
        }
        self.text = text
        self.levels = levels
    }

    public func matches(_ topic: String) -> Bool {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        // Topics of the broker's own are met by no wildcard.
        if topic.hasPrefix("$"), levels.first == "+" || levels.first == "#" { return false }
        for (index, level) in levels.enumerated() {
            // `a/#` meets `a` too.
            if level == "#" { return parts.count >= index }
            guard index < parts.count else { return false }
            if level != "+", level != parts[index] { return false }
        }
        return parts.count == levels.count
    }

    public var description: String { text }
}
