/// The text of one subtitle as its fields are read from: ASCII, without tags and entities. What is not ASCII (the sign of a
/// degree, in whatever coding) becomes a blank.
struct DJISubtitleText: Sendable {
    /// Bytes looked at.
    static let limit = 64 << 10

    private(set) var bytes: [UInt8] = []
    /// Of the first `<font size="…">`; nil where there is none.
    private(set) var fontSize: Int?
    /// True when it breaks off within brackets: its last value is not whole.
    var isCut: Bool { Self.isOpen(bytes, 91, 93) || Self.isOpen(bytes, 40, 41) }

    private static let entities: [(name: [UInt8], byte: UInt8)] = [
        (Array("&lt;".utf8), 60), (Array("&gt;".utf8), 62), (Array("&amp;".utf8), 38), (Array("&quot;".utf8), 34),
        (Array("&#39;".utf8), 39), (Array("&apos;".utf8), 39),
    ]

    init(_ text: some RandomAccessCollection<UInt8>) {
        let plain = Self.withoutEntities(Array(text.prefix(Self.limit)))
        bytes.reserveCapacity(plain.count)
        var index = 0
        while index < plain.count {
            let byte = plain[index]
            if byte == 60 {
                let end = plain[index...].firstIndex(of: 62) ?? plain.count
                if fontSize == nil { fontSize = Self.fontSize(plain[index..<end]) }
                bytes.append(32)
                index = end
            } else {
                bytes.append(byte < 127 && (byte >= 32 || byte == 10) ? byte : 32)
            }
            index += 1
        }
    }

    private static func withoutEntities(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(38) else { return text }
        var plain: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == 38, let entity = entities.first(where: { text[index...].starts(with: $0.name) }) {
                plain.append(entity.byte)
                index += entity.name.count
            } else {
                plain.append(text[index])
                index += 1
            }
        }
        return plain
    }

    private static func fontSize(_ tag: ArraySlice<UInt8>) -> Int? {
        let word = Array("size".utf8)
        guard let at = tag.indices.first(where: { tag[$0...].starts(with: word) }) else { return nil }
        let digits = tag[(at + word.count)...].drop { !isDigit($0) }.prefix { isDigit($0) }
        return digits.count <= 4 ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    private static func isOpen(_ text: [UInt8], _ open: UInt8, _ close: UInt8) -> Bool {
        guard let last = text.lastIndex(of: open) else { return false }
        return text.lastIndex(of: close).map { $0 < last } ?? true
    }
}
