/// One image file directory of TIFF, big-endian: entries in rising order of their tags, then the values that do not fit
/// into four bytes. Source: TIFF 6.0, section 2.
struct EXIFDirectory {
    private enum Form: UInt16 {
        case byte = 1
        case ascii = 2
        case short = 3
        case long = 4
        case rational = 5
        case undefined = 7
    }

    private struct Entry {
        var tag: UInt16
        var form: Form
        var count: Int
        var value: [UInt8]
    }

    private static let entryBytes = 12
    private var entries: [Entry] = []

    mutating func add(_ tag: UInt16, bytes: [UInt8]) { add(tag, .byte, bytes.count, bytes) }

    mutating func add(_ tag: UInt16, raw: [UInt8]) { add(tag, .undefined, raw.count, raw) }

    /// ASCII with its closing zero.
    mutating func add(_ tag: UInt16, text: String) {
        let value = text.utf8.map { $0 < 0x80 && $0 > 0 ? $0 : 0x3F } + [0]
        add(tag, .ascii, value.count, value)
    }

    mutating func add(_ tag: UInt16, short: UInt16) { add(tag, .short, 1, Self.bytes(UInt32(short), 2)) }

    mutating func add(_ tag: UInt16, long: UInt32) { add(tag, .long, 1, Self.bytes(long, 4)) }

    mutating func add(_ tag: UInt16, rationals: [(UInt32, UInt32)]) {
        add(tag, .rational, rationals.count, rationals.flatMap { Self.bytes($0.0, 4) + Self.bytes($0.1, 4) })
    }

    private mutating func add(_ tag: UInt16, _ form: Form, _ count: Int, _ value: [UInt8]) {
        entries.append(Entry(tag: tag, form: form, count: count, value: value))
    }

    /// What it takes with so many more entries of four bytes or less.
    func byteCount(adding more: Int) -> Int {
        2 + (entries.count + more) * Self.entryBytes + 4 + entries.reduce(0) { $0 + Self.outside($1.value) }
    }

    /// `offset` is where it stands in the TIFF structure.
    func encoded(at offset: Int) -> [UInt8] {
        var head = Self.bytes(UInt32(entries.count), 2)
        var values: [UInt8] = []
        let valuesAt = offset + 2 + entries.count * Self.entryBytes + 4
        for entry in entries.sorted(by: { $0.tag < $1.tag }) {
            head += Self.bytes(UInt32(entry.tag), 2) + Self.bytes(UInt32(entry.form.rawValue), 2)
            head += Self.bytes(UInt32(entry.count), 4)
            if entry.value.count <= 4 {
                head += entry.value + [UInt8](repeating: 0, count: 4 - entry.value.count)
            } else {
                head += Self.bytes(UInt32(valuesAt + values.count), 4)
                // Every value begins on an even offset.
                values += entry.value + [UInt8](repeating: 0, count: entry.value.count % 2)
            }
        }
        return head + [0, 0, 0, 0] + values
    }

    private static func outside(_ value: [UInt8]) -> Int { value.count <= 4 ? 0 : value.count + value.count % 2 }

    private static func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * (count - 1 - $0))) }
    }
}
