/// A coverage as bytes: the same cells give the same bytes. Tiles from south to north and west to east, the cells of each as
/// lengths of runs, uncovered first, or as they are where that is shorter.
extension Coverage {
    private static let version: UInt8 = 1
    /// Bytes of a tile as it is.
    private static let tileBytes = 512

    /// Tiles from south to north.
    var tiles: [Tile] { places.keys.sorted() }

    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        for number in [grid.parallel, grid.meridian, grid.exponent] { Self.write(signed: number, to: &bytes) }
        let tiles = tiles
        Self.write(UInt64(tiles.count), to: &bytes)
        var last = Tile(x: 0, y: 0)
        for tile in tiles {
            Self.write(signed: tile.y - last.y, to: &bytes)
            Self.write(signed: tile.x - last.x, to: &bytes)
            last = tile
            let rows = (0..<Self.side).map { word(tile, row: $0) }
            var runs: [UInt8] = []
            for length in Self.lengths(rows) { Self.write(UInt64(length), to: &runs) }
            if runs.count < Self.tileBytes {
                Self.write(UInt64(runs.count), to: &bytes)
                bytes += runs
            } else {
                Self.write(UInt64(Self.tileBytes), to: &bytes)
                for row in rows {
                    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: row >> UInt64(8 * shift))) }
                }
            }
        }
        return bytes
    }

    /// Nil for bytes that ``encoded()`` did not give.
    public init?(bytes: [UInt8], limit: Int = standardLimit) {
        var rest = bytes[...]
        guard rest.popFirst() == Self.version, let parallel = Self.readSigned(&rest),
            let meridian = Self.readSigned(&rest), let exponent = Self.readSigned(&rest),
            let grid = CoverageGrid(parallel: parallel, meridian: meridian, exponent: exponent),
            let number = Self.read(&rest), number <= 1 << 20, number <= UInt64(rest.count)
        else { return nil }
        self.init(grid: grid, limit: limit)
        var last: Tile?
        for _ in 0..<number {
            guard let y = Self.readSigned(&rest), let x = Self.readSigned(&rest) else { return nil }
            let tile = Tile(x: (last?.x ?? 0) + x, y: (last?.y ?? 0) + y)
            if let last, tile <= last { return nil }
            // Farther than round the earth nothing lies; and the next sum cannot overflow.
            guard abs(tile.x) < 1 << 32, abs(tile.y) < 1 << 32 else { return nil }
            last = tile
            guard let size = Self.read(&rest), size <= Self.tileBytes, rest.count >= Int(size) else { return nil }
            let content = rest.prefix(Int(size))
            rest = rest.dropFirst(Int(size))
            guard let rows = Self.rows(content), rows.contains(where: { $0 != 0 }) else { return nil }
            for (row, word) in rows.enumerated() { set(word, of: tile, row: row) }
        }
        guard rest.isEmpty else { return nil }
        fit()
    }

    /// Lengths of runs of cells, the first uncovered; those behind the last covered one are left out.
    private static func lengths(_ rows: [UInt64]) -> [Int] {
        var lengths: [Int] = []
        var length = 0
        var isCovered = false
        for row in rows {
            var bit = 0
            while bit < 64 {
                let rest = (isCovered ? ~row : row) >> UInt64(bit)
                let run = min(rest == 0 ? 64 : rest.trailingZeroBitCount, 64 - bit)
                length += run
                bit += run
                guard bit < 64 else { break }
                lengths.append(length)
                length = 0
                isCovered.toggle()
            }
        }
        if isCovered { lengths.append(length) }
        return lengths
    }

    private static func rows(_ content: ArraySlice<UInt8>) -> [UInt64]? {
        if content.count == tileBytes {
            return (0..<side).map { row in
                (0..<8).reduce(UInt64(0)) { word, byte in
                    word | UInt64(content[content.startIndex + row * 8 + byte]) << UInt64(8 * byte)
                }
            }
        }
        var rest = content
        var rows = [UInt64](repeating: 0, count: side)
        var cell = 0
        var isCovered = false
        while !rest.isEmpty {
            guard let length = read(&rest), length <= UInt64(side * side - cell) else { return nil }
            let end = cell + Int(length)
            if isCovered, cell < end {
                for row in (cell >> 6)...((end - 1) >> 6) { rows[row] |= mask(cell - row * side, end - row * side) }
            }
            cell = end
            isCovered.toggle()
        }
        return rows
    }

    private static func write(_ number: UInt64, to bytes: inout [UInt8]) {
        var number = number
        while number >= 0x80 {
            bytes.append(UInt8(number & 0x7F) | 0x80)
            number >>= 7
        }
        bytes.append(UInt8(number))
    }

    private static func write(signed number: Int, to bytes: inout [UInt8]) {
        write(UInt64(bitPattern: Int64(number << 1 ^ number >> 63)), to: &bytes)
    }

    /// At most 35 bits.
    private static func read(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        return nil
    }

    private static func readSigned(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard let number = read(&bytes) else { return nil }
        return Int(number >> 1) ^ -Int(number & 1)
    }
}
