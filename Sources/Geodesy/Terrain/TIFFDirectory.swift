/// The first directory of a TIFF file, classic or BigTIFF, in either byte order: which values it holds, read when asked.
struct TIFFDirectory: Sendable {
    struct Entry: Sendable, Hashable {
        var type: Int
        var count: Int
        /// Where in the file the values begin.
        var place: Int

        /// Bytes of one value; nil for types that no tag of ours has.
        var width: Int? {
            switch type {
            case 1, 2, 6, 7: 1
            case 3, 8: 2
            case 4, 9, 11, 13: 4
            case 5, 10, 12, 16, 17, 18: 8
            default: nil
            }
        }
    }

    let file: String
    let order: ByteOrder
    let entries: [Int: Entry]
    let read: ByteRangeReader

    init(file: String, read: @escaping ByteRangeReader) throws(ElevationError) {
        guard let head = read(0, 16), head.count >= 8 else { throw ElevationError(file, .truncated) }
        let order: ByteOrder
        switch (head[0], head[1]) {
        case (0x49, 0x49): order = ByteOrder(isLittle: true)
        case (0x4D, 0x4D): order = ByteOrder(isLittle: false)
        default: throw ElevationError(file, .damaged("it does not begin like a TIFF file"))
        }
        let isBig: Bool
        switch order.int(head, 2, 2) {
        case 42: isBig = false
        case 43: isBig = true
        default: throw ElevationError(file, .damaged("it does not begin like a TIFF file"))
        }
        let (countWidth, entryWidth, inline) = isBig ? (8, 20, 8) : (2, 12, 4)
        guard let start = isBig ? order.int(head, 8, 8) : order.int(head, 4, 4), start <= 1 << 48,
            let first = read(start, countWidth), let count = order.int(first, 0, countWidth)
        else { throw ElevationError(file, .truncated) }
        guard (1...4096).contains(count) else {
            throw ElevationError(file, .damaged("its directory has \(count) entries"))
        }
        let table = start + countWidth
        guard let bytes = read(table, count * entryWidth), bytes.count == count * entryWidth else {
            throw ElevationError(file, .truncated)
        }
        var entries: [Int: Entry] = [:]
        for index in 0..<count {
            let at = index * entryWidth
            guard let tag = order.int(bytes, at, 2), let type = order.int(bytes, at + 2, 2),
                let number = order.int(bytes, at + 4, isBig ? 8 : 4)
            else { continue }
            var entry = Entry(type: type, count: number, place: table + at + (isBig ? 12 : 8))
            guard let width = entry.width, number <= 1 << 40 else { continue }
            if number * width > inline {
                guard let place = order.int(bytes, at + (isBig ? 12 : 8), inline), place <= 1 << 48 else { continue }
                entry.place = place
            }
            entries[tag] = entry
        }
        self.file = file
        self.order = order
        self.entries = entries
        self.read = read
    }

    /// The values of a tag, at most `limit`; nil when it is missing or longer. Throws when it cannot be read.
    private func bytes(_ tag: Int, limit: Int) throws(ElevationError) -> (Entry, Int, [UInt8])? {
        guard let entry = entries[tag], let width = entry.width, entry.count <= limit else { return nil }
        guard let bytes = read(entry.place, entry.count * width), bytes.count == entry.count * width else {
            throw ElevationError(file, .truncated)
        }
        return (entry, width, bytes)
    }

    func integers(_ tag: Int, limit: Int = 4096) throws(ElevationError) -> [Int]? {
        guard let (entry, width, bytes) = try bytes(tag, limit: limit), [1, 3, 4, 13, 16, 18].contains(entry.type)
        else { return nil }
        return (0..<entry.count).map { order.int(bytes, $0 * width, width) ?? -1 }
    }

    func integer(_ tag: Int) throws(ElevationError) -> Int? { try integers(tag, limit: 16)?.first }

    func doubles(_ tag: Int, limit: Int = 64) throws(ElevationError) -> [Double]? {
        guard let (entry, _, bytes) = try bytes(tag, limit: limit), entry.type == 12 else { return nil }
        return (0..<entry.count).map { Double(bitPattern: order.unsigned(bytes, $0 * 8, 8) ?? 0) }
    }

    func text(_ tag: Int, limit: Int = 256) throws(ElevationError) -> String? {
        guard let (entry, _, bytes) = try bytes(tag, limit: limit), entry.type == 2 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// One value of a long table; nil outside it.
    func element(_ entry: Entry, _ index: Int) -> Int? {
        guard index >= 0, index < entry.count, let width = entry.width,
            let bytes = read(entry.place + index * width, width)
        else { return nil }
        return order.int(bytes, 0, width)
    }
}
