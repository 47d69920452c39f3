/// A JSON value, for the lines of `rules eval` only: numbers keep their text, members their order.
indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])

    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }
}

/// Reads JSON (RFC 8259), nested at most 100 levels deep.
struct JSONReader {
    struct Malformed: Error {
        let message: String
    }

    private var rest: ArraySlice<UInt8>
    private var depth = 0

    static func read(_ text: String) throws(Malformed) -> JSONValue {
        var reader = JSONReader(rest: Array(text.utf8)[...])
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.rest.isEmpty else { throw Malformed(message: "text after the JSON value") }
        return value
    }

    private init(rest: ArraySlice<UInt8>) { self.rest = rest }

    private mutating func skipBlanks() {
        while let byte = rest.first, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { rest.removeFirst() }
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard let byte = rest.first, UInt32(byte) == mark.value else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func value() throws(Malformed) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw Malformed(message: "nested too deep") }
        if take("{") { return .object(try members()) }
        if take("[") { return .array(try elements()) }
        if take("\"") { return .string(try string()) }
        for (word, value) in [("null", JSONValue.null), ("true", .bool(true)), ("false", .bool(false))]
        where rest.starts(with: word.utf8) {
            rest.removeFirst(word.utf8.count)
            return value
        }
        let number = rest.prefix { $0.isDigit || "+-.eE".utf8.contains($0) }
        let text = String(decoding: number, as: UTF8.self)
        guard Double(text) != nil else { throw Malformed(message: "not a JSON value") }
        rest.removeFirst(number.count)
        return .number(text)
    }

    private mutating func members() throws(Malformed) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        if take("}") { return members }
        repeat {
            guard take("\"") else { throw Malformed(message: "a member without a name") }
            let name = try string()
            guard take(":") else { throw Malformed(message: "a member without ':'") }
            members.append((name, try value()))
        } while take(",")
        guard take("}") else { throw Malformed(message: "an object without '}'") }
        return members
    }

    private mutating func elements() throws(Malformed) -> [JSONValue] {
        var elements: [JSONValue] = []
        if take("]") { return elements }
        repeat { elements.append(try value()) } while take(",")
        guard take("]") else { throw Malformed(message: "an array without ']'") }
        return elements
    }

    /// The rest of a string whose opening quote is taken.
    private mutating func string() throws(Malformed) -> String {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"): bytes += Array(String(Character(try escape())).utf8)
            case 0..<0x20: throw Malformed(message: "a control character in a string")
            default: bytes.append(byte)
            }
        }
        throw Malformed(message: "a string without its end")
    }

    private mutating func escape() throws(Malformed) -> Unicode.Scalar {
        guard let letter = rest.popFirst() else { throw Malformed(message: "a string without its end") }
        switch letter {
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "u"): return try codePoint()
        default: throw Malformed(message: "an unknown escape")
        }
    }

    private mutating func codePoint() throws(Malformed) -> Unicode.Scalar {
        var value = try unit()
        if (0xD800..<0xDC00).contains(value), rest.starts(with: "\\u".utf8) {
            rest.removeFirst(2)
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw Malformed(message: "half a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw Malformed(message: "half a surrogate pair") }
        return scalar
    }

    private mutating func unit() throws(Malformed) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = rest.popFirst()?.hexadecimalValue else { throw Malformed(message: "a malformed escape") }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
