import KLV

/// What people are shown of an item: as many decimals as mean something, and the word that the standard gives a number.
enum ItemMeaning {
    /// Decimals by unit: a centimetre of length, seven decimals of a degree for places (a centimetre on the ground) and
    /// four for other angles (2⁻¹⁶ of a circle is 0.005°), elsewhere what the coarsest form of the standard can tell apart.
    static func decimals(_ item: LocalSetItem) -> Int {
        switch item.unit {
        case "deg":
            let name = item.name.lowercased()
            return name.contains("latitude") || name.contains("longitude") || name.contains("offset") ? 7 : 4
        case "m", "km", "m/s", "mbar", "%", "kg", "px": return 2
        case "deg/s", "MHz": return 4
        default: return 6
        }
    }

    /// `number` with at most this many decimals; no more zeros than it needs.
    static func text(_ number: Double, decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        guard number.isFinite, let scaled = Int64(exactly: (abs(number) * scale).rounded()), scaled < 1 << 53 else {
            return String(number)
        }
        let unit = Int64(scale)
        var fraction = String(scaled % unit)
        fraction = String(repeating: "0", count: max(decimals - fraction.count, 0)) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = number < 0 && scaled > 0 ? "-" : ""
        return sign + String(scaled / unit) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// The standard's word for the number of an item of `set`; nil when it has none.
    static func word(_ item: LocalSetItem, of set: SetKind) -> String? {
        guard set == .st0601, case .unsigned(let number) = item.value, let index = Int(exactly: number) else {
            return nil
        }
        if item.tag == 47 || item.tag == 124 { return bits(number, item.tag == 47 ? flags : positioning) }
        guard let words = words[item.tag], words.indices.contains(index) else { return nil }
        return words[index]
    }

    private static func bits(_ number: UInt64, _ words: [String]) -> String? {
        let set = words.indices.filter { number >> UInt64($0) & 1 == 1 }
        return set.isEmpty ? nil : set.map { words[$0] }.joined(separator: ", ")
    }

    /// By item of ST 0601.19, in the order of the numbers from 0.
    private static let words: [Int: [String]] = [
        34: ["detector off", "no icing detected", "icing detected"],
        63: [
            "ultranarrow", "narrow", "medium", "wide", "ultrawide", "narrow medium", "2× ultranarrow",
            "4× ultranarrow", "continuous zoom",
        ],
        77: ["other", "operational", "training", "exercise", "maintenance", "test"],
        125: [
            "active", "pre-flight", "pre-flight taxiing", "run-up", "take-off", "ingress", "manual operation",
            "automated orbit", "transitioning", "egress", "landing", "landed taxiing", "landed parked",
        ],
        126: [
            "off", "home position", "uncontrolled", "manual control", "calibrating", "auto, holding position",
            "auto, tracking",
        ],
    ]

    /// Item 47, bit 0 first.
    private static let flags = [
        "laser range", "auto-track", "IR polarity black hot", "icing detected", "slant range measured", "image invalid",
    ]

    /// Item 124, bit 0 first.
    private static let positioning = [
        "on-board INS", "GPS", "Galileo", "QZSS", "NAVIC", "GLONASS", "BeiDou-1", "BeiDou-2",
    ]
}
