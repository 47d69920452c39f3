/// The directory of a little-endian TIFF file with one strip. Source: TIFF 6.0, section 2.
struct TIFFFile {
    enum Kind: Int {
        case short = 3
        case long = 4
        case double = 12

        var width: Int {
            switch self {
            case .short: 2
            case .long: 4
            case .double: 8
            }
        }
    }

    /// Tags rise.
    private var entries: [(tag: Int, kind: Kind, values: [UInt64])] = []

    private static let stripOffset = 273
    private static let stripLength = 279

    mutating func add(_ tag: Int, _ kind: Kind, _ values: [Int]) {
        entries.append((tag, kind, values.map { UInt64($0) }))
    }

    mutating func add(_ tag: Int, doubles values: [Double]) {
        entries.append((tag, .double, values.map(\.bitPattern)))
    }

    /// The whole file; the strip stands at its end.
    func bytes(strip: [UInt8]) -> [UInt8] {
        var all = entries
        all.append((Self.stripOffset, .long, [0]))
        all.append((Self.stripLength, .long, [UInt64(strip.count)]))
        all.sort { $0.tag < $1.tag }
        let directory = 8 + 2 + all.count * 12 + 4
        let beside = all.map { max(0, $0.values.count * $0.kind.width) }.filter { $0 > 4 }.reduce(0, +)
        let start = directory + beside + (4 - (directory + beside) % 4) % 4
        var head: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
        var tail: [UInt8] = []
        Self.put(UInt64(all.count), 2, &head)
        for entry in all {
            Self.put(UInt64(entry.tag), 2, &head)
            Self.put(UInt64(entry.kind.rawValue), 2, &head)
            Self.put(UInt64(entry.values.count), 4, &head)
            var values: [UInt8] = []
            for value in entry.tag == Self.stripOffset ? [UInt64(start)] : entry.values {
                Self.put(value, entry.kind.width, &values)
            }
            if values.count > 4 {
                Self.put(UInt64(directory + tail.count), 4, &head)
                tail += values
            } else {
                head += values + [UInt8](repeating: 0, count: 4 - values.count)
            }
        }
        Self.put(0, 4, &head)
        head += tail
        head += [UInt8](repeating: 0, count: start - head.count)
        return head + strip
    }

    private static func put(_ value: UInt64, _ width: Int, _ bytes: inout [UInt8]) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }
}
