import Inspection

/// One measured pair: ours, and what it is held against in the same run.
struct Figure: Sendable {
    enum Better: String, Sendable { case less, more }

    var name: String
    var unit: String
    var ours: Double
    var anchor: Double?
    /// What the anchor is; what is missing when there is none.
    var anchorName: String
    var better: Better

    /// Ours over the anchor.
    var ratio: Double? { anchor.flatMap { $0 > 0 ? ours / $0 : nil } }

    var line: String {
        let anchor = anchor.map(Self.text) ?? "-"
        let ratio = ratio.map { Self.text($0) + "x" } ?? "-"
        return Self.padded(name, 34) + Self.padded(Self.text(ours), 10, right: true)
            + Self.padded(anchor, 10, right: true) + "  " + Self.padded(unit, 10) + Self.padded(ratio, 9, right: true)
            + "  \(better.rawValue) is better; \(anchorName)"
    }

    var json: String {
        var json = JSONText()
        json.object { json in
            json.member("name", name)
            json.member("unit", unit)
            json.member("ours", ours)
            if let anchor { json.member("anchor", anchor) } else { json.null("anchor") }
            json.member("anchor_name", anchorName)
            if let ratio { json.member("ratio", ratio) } else { json.null("ratio") }
            json.member("better", better.rawValue)
        }
        return json.string
    }

    /// Three significant digits, or whole.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        let decimals = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 4
        var json = JSONText()
        json.value(value, decimals: decimals)
        return json.string
    }

    private static func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(width - text.count, 1))
        return right ? blanks + text : text + blanks
    }
}
