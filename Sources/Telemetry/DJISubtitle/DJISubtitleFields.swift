/// The named values in the text of one subtitle, whatever its generation: `name : value`, `name value` and `NAME(a, b, c)`,
/// inside brackets and outside. Names are in lower case; the first of a name counts.
struct DJISubtitleFields: Sendable {
    /// Names kept of one subtitle.
    static let limit = 256

    /// A value, and what stands right behind its number.
    struct Value: Sendable, Hashable {
        var text: String
        /// True when the number is the last of the subtitle: it may have been cut.
        var isLast = false
    }

    private(set) var values: [String: Value] = [:]
    private(set) var tuples: [String: [String]] = [:]
    private let text: [UInt8]
    private var index = 0
    /// `[Drone: Yaw:…, Pitch:…]`: the name that the others in its brackets belong to.
    private var group = ""
    private var isInBrackets = false

    init(_ text: DJISubtitleText) {
        self.text = text.bytes
        while index < self.text.count, values.count + tuples.count < Self.limit { step() }
    }

    /// The first of these names that has a number.
    func number(_ names: String...) -> Double? {
        for name in names {
            if let value = values[name], let number = DJINumber(value.text) { return number.value }
        }
        return nil
    }

    /// Numbers of a tuple, all of which must be some.
    func numbers(_ name: String) -> [Double]? {
        guard let parts = tuples[name] else { return nil }
        let numbers = parts.compactMap { DJINumber($0)?.value }
        return numbers.count == parts.count ? numbers : nil
    }

    /// Values that are meant for numbers and are none, and groups with more values than theirs have.
    var badNumbers: Int {
        let words = Self.numeric.count { name in values[name].map { DJINumber.isBad($0.text) } ?? false }
        let groups = Self.groups.count { name in
            tuples[name].map { $0.count > 3 || $0.contains(where: DJINumber.isBad) } ?? false
        }
        return words + groups
    }

    /// Names whose values are read as numbers.
    private static let numeric = [
        "latitude", "longitude", "longtitude", "rel_alt", "abs_alt", "altitude", "barometer", "hb", "h", "h.s",
        "drone_yaw", "drone_pitch", "drone_roll", "drone.yaw", "drone.pitch", "drone.roll", "flight_yaw",
        "flight_pitch",
        "flight_roll", "gb_yaw", "gb_pitch", "gb_roll", "gimbal_yaw", "gimbal_pitch", "gimbal_roll", "gimbal.yaw",
        "gimbal.pitch", "gimbal.roll", "drone_speedx", "drone_speedy", "focal_len", "dzoom_ratio", "dzoom",
    ]
    private static let groups = ["gps", "rtk", "f.pry", "g.pry"]

    // MARK: Reading

    private mutating func step() {
        let byte = text[index]
        switch byte {
        case 91, 93:
            group = ""
            isInBrackets = byte == 91
            index += 1
        case 40: skipParentheses()
        case _ where Self.isLetter(byte): name()
        case _ where Self.isDigit(byte): skipWord()
        default: index += 1
        }
    }

    private mutating func name() {
        let from = index
        while index < text.count,
            Self.isLetter(text[index]) || Self.isDigit(text[index]) || [46, 95].contains(text[index])
        {
            index += 1
        }
        let name = String(decoding: text[from..<index], as: UTF8.self).lowercased()
        let hadBlank = skipBlanks()
        guard index < text.count else { return }
        switch text[index] {
        case 40:
            let parts = parentheses()
            if tuples[name] == nil { tuples[name] = parts }
        case 58, 61:
            index += 1
            value(of: name)
        case _ where hadBlank && isNumber(at: index):
            add(name, word())
        default: break
        }
    }

    /// After the colon.
    private mutating func value(of name: String) {
        skipBlanks()
        guard index < text.count, ![10, 44, 91, 93].contains(text[index]) else { return }
        if text[index] == 40 { return skipParentheses() }
        let start = index
        let found = word()
        let end = index
        skipBlanks()
        // `EV: Fnum:2.2` and `Drone: Yaw:1.0`: what follows is a name itself.
        if index < text.count, text[index] == 58, found.text.utf8.first.map(Self.isLetter) == true {
            index = start
            if isInBrackets { group = name + "." }
            return
        }
        index = end
        add(group + name, found)
    }

    private mutating func add(_ name: String, _ value: Value) {
        if values[name] == nil, !value.text.isEmpty { values[name] = value }
    }

    /// To the next blank, comma or bracket.
    private mutating func word() -> Value {
        let from = index
        while index < text.count, ![10, 32, 40, 41, 58, 91, 93].contains(text[index]) {
            if text[index] == 44, !isDecimalComma(from) { break }
            index += 1
        }
        let value = String(decoding: text[from..<index].prefix(64), as: UTF8.self)
        return Value(text: value, isLast: index == text.count)
    }

    /// True at the comma of `31,5`, which then is no number: a comma that divides two values has no digit right behind it.
    private func isDecimalComma(_ from: Int) -> Bool {
        index > from && Self.isDigit(text[index - 1]) && index + 1 < text.count && Self.isDigit(text[index + 1])
            && (Self.isDigit(text[from]) || text[from] == 43 || text[from] == 45 || text[from] == 46)
    }

    private mutating func parentheses() -> [String] {
        let from = index + 1
        skipParentheses()
        let to = index > from && text[index - 1] == 41 ? index - 1 : index
        guard from <= to, to - from <= 256 else { return [] }
        return text[from..<to].split(separator: 44, omittingEmptySubsequences: false).prefix(8).map { part in
            String(decoding: part.filter { $0 != 32 && $0 != 10 }, as: UTF8.self)
        }
    }

    /// Past the parenthesis that closes this one.
    private mutating func skipParentheses() {
        var depth = 0
        while index < text.count {
            if text[index] == 40 { depth += 1 }
            if text[index] == 41 { depth -= 1 }
            index += 1
            if depth == 0 { return }
        }
    }

    private mutating func skipWord() {
        while index < text.count, Self.isLetter(text[index]) || Self.isDigit(text[index]) || text[index] == 46 {
            index += 1
        }
    }

    @discardableResult private mutating func skipBlanks() -> Bool {
        let from = index
        while index < text.count, text[index] == 32 { index += 1 }
        return index > from
    }

    private func isNumber(at place: Int) -> Bool {
        let rest = text[place...].prefix(3).drop { $0 == 43 || $0 == 45 }
        return rest.first.map(Self.isDigit) ?? false
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 32) >= 97 && (byte | 32) <= 122 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
}
