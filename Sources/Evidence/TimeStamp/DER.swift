/// The little of DER (X.690) that RFC 3161 needs: definite lengths, single-byte tags. Total: what it is given comes from
/// another's server.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }
    var tag: UInt8? { rest.first }

    /// The contents of the next element when it has this tag; nil, and nothing is passed, when it has another or is damaged.
    mutating func take(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard rest.first == tag else { return nil }
        return next()?.contents
    }

    /// The next element, whatever it is.
    mutating func next() -> (tag: UInt8, contents: ArraySlice<UInt8>)? {
        guard rest.count >= 2, let tag = rest.first, tag & 0x1F != 0x1F else { return nil }
        let at = rest.startIndex + 1
        let first = rest[at]
        var length = Int(first)
        var body = at + 1
        if first & 0x80 != 0 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), rest.endIndex - body >= count else { return nil }
            length = rest[body..<body + count].reduce(0) { $0 << 8 | Int($1) }
            body += count
        }
        guard rest.endIndex - body >= length else { return nil }
        let contents = rest[body..<body + length]
        rest = rest[(body + length)...]
        return (tag, contents)
    }

    /// A reader of the contents of the next element.
    mutating func enter(_ tag: UInt8) -> DERReader? { take(tag).map { DERReader($0) } }
}

enum DER {
    static let integer: UInt8 = 0x02
    static let octets: UInt8 = 0x04
    static let identifier: UInt8 = 0x06
    static let generalizedTime: UInt8 = 0x18
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
    /// `[0]`, constructed.
    static let explicit0: UInt8 = 0xA0

    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var count = contents.count
        if count < 128 {
            length = [UInt8(count)]
        } else {
            while count > 0 {
                length.insert(UInt8(count & 0xFF), at: 0)
                count >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + contents
    }

    /// A positive number of these bytes, most significant first.
    static func positive(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var number = Array(bytes.drop { $0 == 0 })
        if number.isEmpty || number[0] & 0x80 != 0 { number.insert(0, at: 0) }
        return element(integer, number)
    }
}
