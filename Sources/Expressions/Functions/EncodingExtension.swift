/// Base64 of RFC 4648. Source: cel-go, ext/README.md, "Encoders".
enum EncodingExtension {
    static let table: [String: LibraryFunction] = [
        "base64.encode": LibraryFunction([Signature([.bytes], .string)]) { arguments, meter throws(EvaluationError) in
            guard case .bytes(let bytes) = arguments[0] else { throw .noOverload("base64.encode", arguments) }
            try meter.allow(bytes: bytes.count / 3 * 4 + 4)
            return .string(encode(bytes))
        },
        "base64.decode": LibraryFunction([Signature([.string], .bytes)]) { arguments, meter throws(EvaluationError) in
            guard case .string(let text) = arguments[0] else { throw .noOverload("base64.decode", arguments) }
            try meter.charge(bytes: text.utf8.count)
            guard let bytes = decode(Array(text.utf8)) else {
                throw EvaluationError(.invalidArgument, "\(arguments[0]) is no base64")
            }
            return .bytes(bytes)
        },
    ]

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 3 * 4 + 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            var letters: [UInt8] = []
            for _ in 0..<4 {
                letters.insert(alphabet[Int(bits & 63)], at: 0)
                bits >>= 6
            }
            for place in letters.indices where place > group.count { letters[place] = UInt8(ascii: "=") }
            text += letters
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Padding may be left out, but must be right where it is written.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var letters = text[...]
        while letters.last == UInt8(ascii: "="), text.count - letters.count < 2 { letters.removeLast() }
        guard letters.count % 4 != 1, letters.count == text.count || text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for letter in letters {
            guard let value = alphabet.firstIndex(of: letter) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= 0xFFFF
            }
        }
        return bytes
    }
}
