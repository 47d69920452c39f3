/// Why a line is not of the analyser dialect.
public struct AnalysisFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// By which refused messages are counted.
    public enum Reason: String, Sendable, Hashable {
        case json = "bad_json"
        case depth = "bad_depth"
        /// JSON, of another form than the dialect's.
        case form = "bad_form"
        case otherDialect = "messages_of_other_dialects"
    }

    public var description: String
    public var reason: Reason

    init(_ description: String, _ reason: Reason = .form) {
        self.description = description
        self.reason = reason
    }
}

/// Reads JSON (RFC 8259) as its caller asks for it, without building a tree: analysers answer with many objects, many times a
/// second. Nothing is believed: every byte is looked for before it is read, depth and numbers are bounded.
struct AnalysisJSON {
    enum Kind { case object, array, string, number, bool, null }

    static let maximumDepth = 32
    static let longestNumber = 64

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var depth = 0
    private var names = [Name](repeating: Name(key: Name.Key(first: 0, second: 0), text: ""), count: 64)

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    private var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private func fault(_ text: String) -> AnalysisFault {
        AnalysisFault("\(text) at byte \(index - bytes.startIndex)", .json)
    }

    private mutating func skipSpace() {
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte <= 32, byte == 32 || byte == 9 || byte == 10 || byte == 13 else { return }
            index += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        index += 1
        return true
    }

    /// What comes next.
    mutating func kind() throws(AnalysisFault) -> Kind {
        skipSpace()
        switch next {
        case 123: return .object
        case 91: return .array
        case 34: return .string
        case 116, 102: return .bool
        case 110: return .null
        case 45, .some(48...57): return .number
        default: throw fault("no JSON value")
        }
    }

    /// After the one value of the line.
    mutating func end() throws(AnalysisFault) {
        skipSpace()
        if index != bytes.endIndex { throw fault("more than one JSON value") }
    }

    /// `member` must read its value, or ``skip()`` it.
    mutating func object(
        _ member: (String, inout AnalysisJSON) throws(AnalysisFault) -> Void
    ) throws(AnalysisFault) {
        try enter(123, "no object")
        if !take(125) {
            repeat {
                let name = try name()
                guard take(58) else { throw fault("no colon") }
                try member(name, &self)
            } while take(44)
            guard take(125) else { throw fault("an object without its end") }
        }
        depth -= 1
    }

    /// Of a member. Messages have few, and each many times: those of at most sixteen ASCII characters are remembered.
    private mutating func name() throws(AnalysisFault) -> String {
        skipSpace()
        guard next == 34 else { throw fault("no member name") }
        // No character is zero, so a key is of one name only.
        var key = Name.Key(first: 0, second: 0)
        var place = index + 1
        let end = min(bytes.endIndex, place + 17)
        while place < end {
            let byte = bytes[place]
            if byte == 34 {
                let slot = key.slot
                if names[slot].key == key, place > index + 1 {
                    index = place + 1
                    return names[slot].text
                }
                let text = try string()
                names[slot] = Name(key: key, text: text)
                return text
            }
            guard byte > 32, byte < 127, byte != 92 else { break }
            if place - index <= 8 {
                key.first = key.first << 8 | UInt64(byte)
            } else {
                key.second = key.second << 8 | UInt64(byte)
            }
            place += 1
        }
        return try string()
    }

    private struct Name {
        struct Key: Equatable {
            var first: UInt64
            var second: UInt64

            /// Of ``AnalysisJSON/names``.
            var slot: Int { Int(truncatingIfNeeded: ((first ^ second &* 31) &* 0x9E37_79B9_7F4A_7C15) >> 58) }
        }

        var key: Key
        var text: String
    }

    /// `element` must read its value, or ``skip()`` it.
    mutating func array(_ element: (inout AnalysisJSON) throws(AnalysisFault) -> Void) throws(AnalysisFault) {
        try enter(91, "no array")
        if !take(93) {
            repeat { try element(&self) } while take(44)
            guard take(93) else { throw fault("an array without its end") }
        }
        depth -= 1
    }

    private mutating func enter(_ byte: UInt8, _ complaint: String) throws(AnalysisFault) {
        guard take(byte) else { throw fault(complaint) }
        depth += 1
        guard depth <= Self.maximumDepth else { throw AnalysisFault("deeper than \(Self.maximumDepth)", .depth) }
    }

    /// Reads past one value of any kind.
    mutating func skip() throws(AnalysisFault) {
        switch try kind() {
        case .object: try object { (_, json) throws(AnalysisFault) in try json.skip() }
        case .array: try array { (json) throws(AnalysisFault) in try json.skip() }
        case .string: try skipString()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        }
    }

    mutating func bool() throws(AnalysisFault) -> Bool {
        skipSpace()
        if word("true") { return true }
        if word("false") { return false }
        throw fault("neither true nor false")
    }

    mutating func null() throws(AnalysisFault) {
        skipSpace()
        guard word("null") else { throw fault("no null") }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let text = word.description.utf8
        guard bytes.endIndex - index >= text.count, bytes[index..<index + text.count].elementsEqual(text) else {
            return false
        }
        index += text.count
        return true
    }

    // MARK: Numbers

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Always finite.
    mutating func number() throws(AnalysisFault) -> Double {
        skipSpace()
        let start = index
        let isNegative = next == 45
        if isNegative { index += 1 }
        var digits: UInt64 = 0
        var isExact = true
        let first = index
        var place = index
        while place < bytes.endIndex, (48...57).contains(bytes[place]) {
            if digits > 900_719_925_474_098 { isExact = false }
            digits = digits &* 10 &+ UInt64(bytes[place] & 15)
            place += 1
        }
        index = place
        guard place > first, bytes[first] != 48 || place == first + 1 else { throw fault("no number") }
        var decimals = 0
        if next == 46 {
            place += 1
            let point = place
            while place < bytes.endIndex, (48...57).contains(bytes[place]) {
                if digits > 900_719_925_474_098 { isExact = false }
                digits = digits &* 10 &+ UInt64(bytes[place] & 15)
                place += 1
            }
            decimals = place - point
            index = place
            guard decimals > 0 else { throw fault("no number") }
        }
        if next == 101 || next == 69 {
            isExact = false
            index += 1
            if next == 43 || next == 45 { index += 1 }
            let exponent = index
            while let byte = next, (48...57).contains(byte) { index += 1 }
            guard index > exponent else { throw fault("no number") }
        }
        guard index - start <= Self.longestNumber else { throw fault("a number of too many digits") }
        // Both are exact in a double, so their quotient is the nearest double (Clinger's fast path).
        if isExact, decimals < Self.powers.count {
            let value = Double(digits) / Self.powers[decimals]
            return isNegative ? -value : value
        }
        guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)), value.isFinite else {
            throw fault("a number out of range")
        }
        return value
    }

    // MARK: Strings

    /// Reads past a string of any length; of its escapes only the quotation mark is looked at.
    private mutating func skipString() throws(AnalysisFault) {
        guard take(34) else { throw fault("no string") }
        while let byte = next {
            index += 1
            switch byte {
            case 34: return
            case 92: index = min(index + 1, bytes.endIndex)
            case 0..<32: throw fault("a control character in a string")
            default: break
            }
        }
        throw fault("a string without its end")
    }

    mutating func string() throws(AnalysisFault) -> String {
        guard take(34) else { throw fault("no string") }
        let start = index
        var place = index
        var all: UInt8 = 0
        while place < bytes.endIndex {
            let byte = bytes[place]
            if byte == 34 || byte == 92 || byte < 32 { break }
            all |= byte
            place += 1
        }
        index = place
        if next == 34 {
            defer { index += 1 }
            // What is ASCII needs no other look.
            if all < 128 { return String(decoding: bytes[start..<place], as: UTF8.self) }
            guard let text = String(validating: bytes[start..<index], as: UTF8.self) else { throw fault("no UTF-8") }
            return text
        }
        var text = Array(bytes[start..<index])
        while let byte = next {
            index += 1
            switch byte {
            case 34:
                guard let text = String(validating: text, as: UTF8.self) else { throw fault("no UTF-8") }
                return text
            case 92: text.append(contentsOf: String(try escape()).utf8)
            case 0..<32: throw fault("a control character in a string")
            default: text.append(byte)
            }
        }
        throw fault("a string without its end")
    }

    private mutating func escape() throws(AnalysisFault) -> Unicode.Scalar {
        guard let byte = next else { throw fault("half an escape") }
        index += 1
        switch byte {
        case 34, 92, 47: return Unicode.Scalar(byte)
        case 98: return "\u{8}"
        case 102: return "\u{c}"
        case 110: return "\n"
        case 114: return "\r"
        case 116: return "\t"
        case 117:
            let first = try unit()
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, next == 92 else { throw fault("half a surrogate pair") }
            index += 1
            guard next == 117 else { throw fault("half a surrogate pair") }
            index += 1
            let second = try unit()
            guard (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { throw fault("half a surrogate pair") }
            return scalar
        default: throw fault("no escape")
        }
    }

    private mutating func unit() throws(AnalysisFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw fault("half an escape") }
            index += 1
            switch byte {
            case 48...57: value = value << 4 | UInt32(byte - 48)
            case 65...70: value = value << 4 | UInt32(byte - 55)
            case 97...102: value = value << 4 | UInt32(byte - 87)
            default: throw fault("no escape")
            }
        }
        return value
    }
}
