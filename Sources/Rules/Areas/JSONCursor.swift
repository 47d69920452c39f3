/// Reads JSON (RFC 8259) from front to back, knowing at which byte it is. Nothing is built that nobody asks for.
struct JSONCursor {
    typealias Fault = GeoJSONReader.Fault

    private let bytes: [UInt8]
    private(set) var offset = 0
    private static let depthLimit = 64
    private static let textLimit = 65_536

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Past a byte order mark.
    mutating func skipMark() { if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 } }

    private mutating func skipBlanks() {
        while offset < bytes.count, [32, 9, 10, 13].contains(bytes[offset]) { offset += 1 }
    }

    /// Where the next value begins.
    mutating func peek() throws(Fault) -> Int {
        skipBlanks()
        guard offset < bytes.count else { throw Fault(offset: offset, message: "the file ends in the middle") }
        return offset
    }

    mutating func peekByte() throws(Fault) -> UInt8 { bytes[try peek()] }

    mutating func open(_ mark: Unicode.Scalar) throws(Fault) {
        guard try peekByte() == UInt8(ascii: mark) else {
            throw Fault(offset: offset, message: "\(mark) is expected here")
        }
        offset += 1
    }

    /// True when another element follows; past the comma then, else past the closing mark.
    mutating func next(_ close: Unicode.Scalar, isFirst: inout Bool) throws(Fault) -> Bool {
        let byte = try peekByte()
        if byte == UInt8(ascii: close) {
            offset += 1
            return false
        }
        if isFirst {
            isFirst = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw Fault(offset: offset, message: ", or \(close) is expected here") }
        offset += 1
        return true
    }

    mutating func key() throws(Fault) -> String {
        guard let key = try text() else { throw Fault(offset: offset, message: "a name in quotes is expected here") }
        try open(":")
        return key
    }

    mutating func end() throws(Fault) {
        skipBlanks()
        guard offset == bytes.count else { throw Fault(offset: offset, message: "something follows after the end") }
    }

    /// A string; nil for any other value, which is left out.
    mutating func text() throws(Fault) -> String? {
        guard try peekByte() == UInt8(ascii: "\"") else {
            try skip()
            return nil
        }
        let start = offset
        offset += 1
        var out: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else {
                    throw Fault(offset: start, message: "is not UTF-8 text", hint: "save the file as UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<32: throw Fault(offset: offset - 1, message: "a line or control character inside of text")
            default: out.append(byte)
            }
            guard out.count <= Self.textLimit else { throw Fault(offset: start, message: "text is too long") }
        }
        throw Fault(offset: start, message: "text does not end")
    }

    private mutating func escape(into out: inout [UInt8]) throws(Fault) {
        guard offset < bytes.count else { throw Fault(offset: offset, message: "text does not end") }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): out.append(10)
        case UInt8(ascii: "t"): out.append(9)
        case UInt8(ascii: "r"): out.append(13)
        case UInt8(ascii: "b"): out.append(8)
        case UInt8(ascii: "f"): out.append(12)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "u"):
            var code = try hex()
            if (0xD800..<0xDC00).contains(code), offset + 1 < bytes.count, bytes[offset] == 92, bytes[offset + 1] == 117
            {
                offset += 2
                let low = try hex()
                if (0xDC00..<0xE000).contains(low) { code = 0x10000 + (code - 0xD800) * 1024 + (low - 0xDC00) }
            }
            out += Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
        default: throw Fault(offset: offset - 1, message: "is no escape of JSON")
        }
    }

    private mutating func hex() throws(Fault) -> UInt32 {
        let end = offset + 4
        guard end <= bytes.count, let text = String(validating: bytes[offset..<end], as: UTF8.self),
            let code = UInt32(text, radix: 16)
        else { throw Fault(offset: offset, message: "\\u wants four hexadecimal digits") }
        offset = end
        return code
    }

    mutating func number() throws(Fault) -> Double {
        let start = try peek()
        var end = offset
        while end < bytes.count, end - start < 64, Self.isOfNumber(bytes[end]) { end += 1 }
        guard let text = String(validating: bytes[start..<end], as: UTF8.self), let number = Double(text),
            number.isFinite
        else { throw Fault(offset: start, message: "a number is expected here") }
        offset = end
        return number
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || byte == 45 || byte == 43 || byte == 46 || byte == 101 || byte == 69
    }

    /// Text, a number or a truth as text; nil for null, lists and objects.
    mutating func scalar() throws(Fault) -> String? {
        switch try peekByte() {
        case UInt8(ascii: "\""): return try text()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try skip()
            return nil
        default:
            let word = try raw()
            return word == "null" ? nil : word
        }
    }

    /// The text of the next value as it stands.
    mutating func raw() throws(Fault) -> String {
        let start = try peek()
        try skip()
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    mutating func skip() throws(Fault) { try skip(depth: 0) }

    private mutating func skip(depth: Int) throws(Fault) {
        guard depth < Self.depthLimit else { throw Fault(offset: offset, message: "stands too deep") }
        var isFirst = true
        switch try peekByte() {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "{"):
            offset += 1
            while try next("}", isFirst: &isFirst) {
                _ = try key()
                try skip(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            offset += 1
            while try next("]", isFirst: &isFirst) { try skip(depth: depth + 1) }
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            for word in ["true", "false", "null"] where bytes[offset...].starts(with: word.utf8) {
                offset += word.utf8.count
                return
            }
            throw Fault(offset: offset, message: "is no value of JSON")
        default: _ = try number()
        }
    }
}
