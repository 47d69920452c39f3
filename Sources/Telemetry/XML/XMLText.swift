/// Character data with its references resolved.
enum XMLText {
    /// The longest reference: `&#x0010FFFF;`.
    private static let referenceLimit = 12

    /// True for what begins with the mark of UTF-16, or with a `<` of two bytes.
    static func isWide(_ bytes: [UInt8]) -> Bool {
        [[0xFE, 0xFF], [0xFF, 0xFE], [0, 60, 0], [60, 0]].contains { bytes.starts(with: $0 as [UInt8]) }
    }

    /// Nil for an entity that is neither predefined nor a number. Damaged UTF-8 becomes U+FFFD.
    static func resolved(_ raw: ArraySlice<UInt8>) -> String? {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var at = raw.startIndex
        while at < raw.endIndex {
            guard raw[at] == UInt8(ascii: "&") else {
                bytes.append(raw[at])
                at += 1
                continue
            }
            let reference = raw[(at + 1)...].prefix(referenceLimit)
            guard let end = reference.firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(raw[(at + 1)..<end])
            else { return nil }
            bytes.append(contentsOf: String(Character(scalar)).utf8)
            at = end + 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What stands between `&` and `;`; nil for what is neither one of the five names nor a number.
    static func scalar(_ reference: ArraySlice<UInt8>) -> Unicode.Scalar? {
        switch String(decoding: reference, as: UTF8.self) {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard reference.first == UInt8(ascii: "#") else { return nil }
        var digits = reference.dropFirst()
        let isHexadecimal = digits.first == UInt8(ascii: "x")
        if isHexadecimal { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10), code != 0
        else { return nil }
        return Unicode.Scalar(code)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    /// Without blanks at the ends.
    static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return first == 0 && last == bytes.count - 1 ? text : String(decoding: bytes[first...last], as: UTF8.self)
    }
}
