/// Names and values as forms and addresses carry them. Source: WHATWG URL, application/x-www-form-urlencoded; what is encoded is
/// more than need be (RFC 3986 section 2.3), so that the same text serves a query.
enum FormText {
    static func encoded(_ pairs: [(String, String)]) -> String {
        pairs.map { FourPlatformAdapter.percentEncoded($0.0) + "=" + FourPlatformAdapter.percentEncoded($0.1) }
            .joined(separator: "&")
    }

    static func pairs(_ text: String) -> [(String, String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
        }
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 43 {
                bytes.append(32)
            } else if byte == 37, rest.count >= 2,
                let value = SigningAlgorithm.bytes(hexadecimal: String(decoding: rest.prefix(2), as: UTF8.self))
            {
                bytes += value
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// Text of a single value: numbers without a needless fraction. Nil for null, lists and objects.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number) where number == number.rounded():
            // Beyond 2^53 digits were lost on the way: better no number than another's.
            abs(number) < 9_007_199_254_740_992 ? String(Int64(number)) : nil
        case .number(let number): String(number)
        case .null, .array, .object: nil
        }
    }
}
