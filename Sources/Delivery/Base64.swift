/// The standard alphabet with padding. Source: RFC 4648 section 4.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var gathered = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            gathered += 1
            guard gathered == 3 else { continue }
            text.append(digits[Int(bits >> 18 & 63)])
            text.append(digits[Int(bits >> 12 & 63)])
            text.append(digits[Int(bits >> 6 & 63)])
            text.append(digits[Int(bits & 63)])
            (bits, gathered) = (0, 0)
        }
        if gathered > 0 {
            bits <<= UInt32(8 * (3 - gathered))
            for position in 0..<4 {
                text.append(position <= gathered ? digits[Int(bits >> UInt32(18 - 6 * position) & 63)] : 61)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil unless `text` is canonical: whole groups, padding only at the end, no bits left over.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        for start in stride(from: 0, to: characters.count, by: 4) {
            let group = characters[start..<start + 4]
            let padding = group.reversed().prefix { $0 == 61 }.count
            guard padding <= 2, padding == 0 || start + 4 == characters.count else { return nil }
            var bits: UInt32 = 0
            for character in group.dropLast(padding) {
                guard let value = value(character) else { return nil }
                bits = bits << 6 | value
            }
            bits <<= UInt32(6 * padding)
            let made = [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
            guard made.dropFirst(3 - padding).allSatisfy({ $0 == 0 }) else { return nil }
            bytes.append(contentsOf: made.dropLast(padding))
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case 65...90: UInt32(character - 65)
        case 97...122: UInt32(character - 71)
        case 48...57: UInt32(character + 4)
        case 43: 62
        case 47: 63
        default: nil
        }
    }
}
