/// One file of heights: where its samples stand, and the blocks that they are read in.
public struct ElevationTile: Sendable {
    /// For people: the name of the file.
    public let name: String
    public let grid: ElevationGrid
    let format: SampleFormat
    let layout: BlockLayout
    let read: ByteRangeReader

    /// Samples that one block may have: what one read costs in time and memory.
    static let blockLimit = 1 << 22

    /// How many blocks there are.
    var blocks: Int { layout.across * layout.down }

    /// The block that holds a node, and the node's place in it.
    func block(row: Int, column: Int) -> Int { row / layout.height * layout.across + column / layout.width }

    /// An SRTM tile. `name` begins with its south-west corner, such as `N28E118`; `size` is the file's in bytes.
    public init(srtm name: String, size: Int, read: @escaping ByteRangeReader) throws(ElevationError) {
        guard let corner = Self.corner(name) else {
            throw ElevationError(name, .notSRTM("its name does not begin with its corner, such as N28E118"))
        }
        let samples: Int
        switch size {
        case 1201 * 1201 * 2: samples = 1201
        case 3601 * 3601 * 2: samples = 3601
        default: throw ElevationError(name, .notSRTM("\(size) bytes are neither 1201 × 1201 nor 3601 × 3601 samples"))
        }
        let step = 1 / Double(samples - 1)
        guard
            let grid = ElevationGrid(
                north: Double(corner.latitude + 1), west: Double(corner.longitude), latitudeStep: step,
                longitudeStep: step, rows: samples, columns: samples)
        else { throw ElevationError(name, .notSRTM("its corner is off the globe")) }
        self.name = name
        self.grid = grid
        self.read = read
        format = SampleFormat(
            kind: .signed, width: 2, order: ByteOrder(isLittle: false), predictor: 1, void: -32_768)
        layout = BlockLayout(rowsAt: 0, rows: samples, columns: samples, sampleBytes: 2)
    }

    init(
        name: String, grid: ElevationGrid, format: SampleFormat, layout: BlockLayout, read: @escaping ByteRangeReader
    ) {
        self.name = name
        self.grid = grid
        self.format = format
        self.layout = layout
        self.read = read
    }

    static func corner(_ name: String) -> (latitude: Int, longitude: Int)? {
        let letters = Array(name.utf8.prefix(8))
        guard letters.count >= 7 else { return nil }
        // N28E118 and what follows it: nothing, or no further digit.
        if letters.count > 7, (48...57).contains(letters[7]) { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for letter in letters[range] {
                guard (48...57).contains(letter) else { return nil }
                value = value * 10 + Int(letter) - 48
            }
            return value
        }
        guard let latitude = number(1..<3), let longitude = number(4..<7), latitude <= 90, longitude <= 180 else {
            return nil
        }
        let south: Bool
        let west: Bool
        switch letters[0] | 0x20 {
        case 0x6E: south = false
        case 0x73: south = true
        default: return nil
        }
        switch letters[3] | 0x20 {
        case 0x65: west = false
        case 0x77: west = true
        default: return nil
        }
        let corner = (latitude: south ? -latitude : latitude, longitude: west ? -longitude : longitude)
        return (-90...89).contains(corner.latitude) && (-180...179).contains(corner.longitude) ? corner : nil
    }

    /// The heights of a block, row by row, as the file has them; NaN in holes. A block that the file leaves out is a hole.
    func heights(block index: Int) throws(ElevationError) -> (rows: Int, columns: Int, heights: [Float]) {
        guard index >= 0, index < blocks else { return (0, 0, []) }
        let rows = min(layout.height, grid.rows - index / layout.across * layout.height)
        let columns = min(layout.width, grid.columns - index % layout.across * layout.width)
        // Tiles are whole at the edges too, strips are as long as there are rows.
        let (storedRows, storedColumns) = (layout.isPadded ? layout.height : rows, layout.width)
        let count = storedRows * storedColumns * format.width
        guard rows > 0, columns > 0, storedRows * storedColumns <= Self.blockLimit else {
            throw ElevationError(name, .damaged("a block has no or too many samples"))
        }
        guard let packed = try layout.bytes(of: index, count: count, file: name, read: read) else {
            return (rows, columns, [Float](repeating: .nan, count: rows * columns))
        }
        let plain: [UInt8]
        do {
            plain = try layout.compression.unpack(packed, count: count)
        } catch {
            throw ElevationError(name, .damaged("block \(index) does not unpack"))
        }
        let all = format.heights(plain, columns: storedColumns)
        guard all.count == storedRows * storedColumns else { throw ElevationError(name, .truncated) }
        guard storedColumns != columns || storedRows != rows else { return (rows, columns, all) }
        var cut: [Float] = []
        cut.reserveCapacity(rows * columns)
        for row in 0..<rows { cut.append(contentsOf: all[row * storedColumns..<row * storedColumns + columns]) }
        return (rows, columns, cut)
    }
}
