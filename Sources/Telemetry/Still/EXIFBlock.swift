/// The items of an EXIF block that say when, where and through which lens. Source: CIPA DC-008 (EXIF 2.32), 4.6.
struct EXIFBlock: Sendable {
    enum Value: Sendable, Hashable {
        case text(String)
        /// Numbers of every numeric type; a rational without a denominator is left out.
        case numbers([Double])
    }

    /// Which directory a tag stands in: the same number means another thing in each.
    enum Directory: String, Sendable, Hashable { case primary, exif, gps }

    struct Key: Sendable, Hashable {
        var directory: Directory
        var tag: Int
    }

    /// Entries read of one directory, and elements of one value.
    static let entryLimit = 512
    static let elementLimit = 64
    static let textLimit = 256

    private(set) var values: [Key: Value] = [:]
    private let bytes: ArraySlice<UInt8>
    private let isLittleEndian: Bool

    /// Nil when `bytes` are no TIFF structure. What points outside of it is left out.
    init?(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        switch Array(bytes.prefix(4)) {
        case [0x49, 0x49, 42, 0]: isLittleEndian = true
        case [0x4D, 0x4D, 0, 42]: isLittleEndian = false
        default: return nil
        }
        guard let first = number(at: 4, size: 4) else { return nil }
        read(.primary, at: first)
        if let offset = offset(0x8769) { read(.exif, at: offset) }
        if let offset = offset(0x8825) { read(.gps, at: offset) }
    }

    func text(_ directory: Directory, _ tag: Int) -> String? {
        guard case .text(let text)? = values[Key(directory: directory, tag: tag)], !text.isEmpty else { return nil }
        return text
    }

    func numbers(_ directory: Directory, _ tag: Int) -> [Double]? {
        guard case .numbers(let numbers)? = values[Key(directory: directory, tag: tag)], !numbers.isEmpty else {
            return nil
        }
        return numbers
    }

    func number(_ directory: Directory, _ tag: Int) -> Double? { numbers(directory, tag)?.first }

    private func offset(_ tag: Int) -> Int? { number(.primary, tag).flatMap { Int(exactly: $0) } }

    private mutating func read(_ directory: Directory, at start: Int) {
        guard let count = number(at: start, size: 2) else { return }
        for index in 0..<min(count, Self.entryLimit) {
            // `start` lies inside the bytes, and an entry is 12 bytes long.
            let at = start + 2 + index * 12
            guard let tag = number(at: at, size: 2), let type = number(at: at + 2, size: 2),
                let elements = number(at: at + 4, size: 4), let value = value(type, elements, at: at + 8)
            else { continue }
            let key = Key(directory: directory, tag: tag)
            if values[key] == nil { values[key] = value }
        }
    }

    private func value(_ type: Int, _ elements: Int, at place: Int) -> Value? {
        let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8]
        guard let size = sizes[type], elements > 0, elements <= bytes.count else { return nil }
        let isText = type == 2 || type == 7
        let count = min(elements, isText ? Self.textLimit : Self.elementLimit)
        let start: Int
        if elements * size <= 4 {
            start = place
        } else {
            guard let offset = number(at: place, size: 4), offset <= bytes.count else { return nil }
            start = offset
        }
        guard start + count * size <= bytes.count else { return nil }
        if isText {
            let raw = bytes[(bytes.startIndex + start)..<(bytes.startIndex + start + count)]
            return .text(String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self))
        }
        let numbers = (0..<count).compactMap { element(type, size, at: start + $0 * size) }
        return numbers.count == count ? .numbers(numbers) : nil
    }

    private func element(_ type: Int, _ size: Int, at place: Int) -> Double? {
        let isSigned = type == 6 || type >= 8
        func part(_ offset: Int, _ width: Int) -> Double? {
            guard let raw = number(at: place + offset, size: width) else { return nil }
            let range = 1 << (8 * width)
            return Double(isSigned && raw >= range / 2 ? raw - range : raw)
        }
        guard size == 8 else { return part(0, size) }
        guard let numerator = part(0, 4), let denominator = part(4, 4), denominator != 0 else { return nil }
        return numerator / denominator
    }

    /// An unsigned number of at most 4 bytes; nil when it does not lie wholly inside.
    private func number(at place: Int, size: Int) -> Int? {
        guard place >= 0, place <= bytes.count - size else { return nil }
        let start = bytes.startIndex + place
        let raw = bytes[start..<start + size]
        return (isLittleEndian ? Array(raw.reversed()) : Array(raw)).reduce(0) { $0 << 8 | Int($1) }
    }
}
