/// `GPS(a, b, c)`: which is the latitude differs between models and is not said.
///
/// Hemispheres where they are written; else a value beyond 90, which can only be a longitude, here or in `HOME`, which is of
/// the same order; else the order that an earlier subtitle of this form proved; else the form itself: the Matrice 300 writes
/// latitude, longitude and a height with its unit, all others longitude, latitude and a count of satellites.
struct DJIPositionPair: Sendable, Hashable {
    enum Order: Sendable, Hashable { case longitudeFirst, latitudeFirst }

    var latitude: Double
    var longitude: Double
    /// Metres, where the third value has a unit.
    var height: Double?

    /// What subtitles so far proved, by form.
    struct Memory: Sendable {
        fileprivate var proved: [Bool: Order] = [:]
        init() {}
    }

    /// Nil when `parts` are no position.
    init?(_ parts: [String], home: [String]?, memory: inout Memory) {
        guard let pair = Self.pair(parts) else { return nil }
        let third = parts.count > 2 ? DJINumber(parts[2]) : nil
        let hasUnit = third?.unit == "m"
        if hasUnit { height = third?.value }
        if let order = pair.order {
            (latitude, longitude) = order == .latitudeFirst ? (pair.first, pair.second) : (pair.second, pair.first)
            return
        }
        let proof = Self.order(pair) ?? home.flatMap(Self.pair).flatMap(Self.order)
        if let proof { memory.proved[hasUnit] = proof }
        let order = proof ?? memory.proved[hasUnit] ?? (hasUnit ? .latitudeFirst : .longitudeFirst)
        (latitude, longitude) = order == .latitudeFirst ? (pair.first, pair.second) : (pair.second, pair.first)
    }

    private typealias Pair = (first: Double, second: Double, order: Order?)

    private static func pair(_ parts: [String]) -> Pair? {
        // More than three: a decimal comma divides the numbers themselves.
        guard (2...3).contains(parts.count), let first = coordinate(parts[0]), let second = coordinate(parts[1]) else {
            return nil
        }
        switch (first.isLatitude, second.isLatitude) {
        case (nil, nil): return (first.value, second.value, nil)
        case (true?, false?): return (first.value, second.value, .latitudeFirst)
        case (false?, true?): return (first.value, second.value, .longitudeFirst)
        default: return nil
        }
    }

    /// `149.0251`, or with its hemisphere: `W:58.85`.
    private static func coordinate(_ text: String) -> (value: Double, isLatitude: Bool?)? {
        guard let colon = text.firstIndex(of: ":") else {
            return DJINumber(text).flatMap { $0.unit.isEmpty ? ($0.value, nil) : nil }
        }
        guard let number = DJINumber(String(text[text.index(after: colon)...])), number.unit.isEmpty else { return nil }
        switch text[..<colon].uppercased() {
        case "N": return (number.value, true)
        case "S": return (-abs(number.value), true)
        case "E": return (number.value, false)
        case "W": return (-abs(number.value), false)
        default: return nil
        }
    }

    private static func order(_ pair: Pair) -> Order? {
        switch (abs(pair.first) > 90, abs(pair.second) > 90) {
        case (true, false): .longitudeFirst
        case (false, true): .latitudeFirst
        default: nil
        }
    }
}
