/// Bytes as lower-case hexadecimal digits, and the form of a content hash.
public enum Hexadecimal {
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `text` in lower case when it is the 64 digits of a SHA-256; nil for anything else, so that what passes is safe in
    /// a path.
    public static func sha256(_ text: String) -> String? {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 97...102: digits.append(byte)
            case 65...70: digits.append(byte | 0x20)
            default: return nil
            }
            guard digits.count <= 64 else { return nil }
        }
        return digits.count == 64 ? String(decoding: digits, as: UTF8.self) : nil
    }
}
