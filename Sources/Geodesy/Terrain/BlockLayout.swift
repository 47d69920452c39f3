/// Where the blocks of a file are, and how they are packed.
struct BlockLayout: Sendable {
    private enum Places: Sendable {
        /// One after the other from a byte on.
        case inOrder(Int)
        /// Rows that are not packed, so that a block is part of a strip: where the strips begin, and the rows of each.
        case strips(TIFFDirectory, starts: TIFFDirectory.Entry, rows: Int)
        /// By tables of the file: places and lengths, read one at a time.
        case listed(TIFFDirectory, starts: TIFFDirectory.Entry, lengths: TIFFDirectory.Entry)
    }

    /// Samples of a block.
    let width: Int
    let height: Int
    /// Blocks in a row of blocks, and rows of blocks.
    let across: Int
    let down: Int
    let compression: TIFFCompression
    /// Blocks at the edges are stored whole.
    let isPadded: Bool
    private let places: Places
    private let rowBytes: Int

    /// Rows of a block where the file leaves the choice: two groups of cells and the edge they share with the next.
    private static let chosenRows = 33

    /// Plain rows from a byte on.
    init(rowsAt place: Int, rows: Int, columns: Int, sampleBytes: Int) {
        width = columns
        height = Self.chosenRows
        across = 1
        down = (rows + height - 1) / height
        compression = .none
        isPadded = false
        places = .inOrder(place)
        rowBytes = columns * sampleBytes
    }

    /// Strips of a TIFF file, `rowsPerStrip` rows each.
    init(
        strips directory: TIFFDirectory, starts: TIFFDirectory.Entry, lengths: TIFFDirectory.Entry, rows: Int,
        columns: Int, rowsPerStrip: Int, sampleBytes: Int, compression: TIFFCompression
    ) {
        width = columns
        across = 1
        isPadded = false
        self.compression = compression
        rowBytes = columns * sampleBytes
        if compression == .none, rowsPerStrip > Self.chosenRows {
            // The most rows within the choice that strips divide into; one row always fits.
            height = (1...Self.chosenRows).last { rowsPerStrip % $0 == 0 || rowsPerStrip >= rows } ?? 1
            places = .strips(directory, starts: starts, rows: rowsPerStrip)
        } else {
            height = rowsPerStrip
            places = .listed(directory, starts: starts, lengths: lengths)
        }
        down = (rows + height - 1) / height
    }

    /// Tiles of a TIFF file.
    init(
        tiles directory: TIFFDirectory, starts: TIFFDirectory.Entry, lengths: TIFFDirectory.Entry, rows: Int,
        columns: Int, tileRows: Int, tileColumns: Int, sampleBytes: Int, compression: TIFFCompression
    ) {
        width = tileColumns
        height = tileRows
        across = (columns + tileColumns - 1) / tileColumns
        down = (rows + tileRows - 1) / tileRows
        isPadded = true
        self.compression = compression
        rowBytes = tileColumns * sampleBytes
        places = .listed(directory, starts: starts, lengths: lengths)
    }

    /// The packed bytes of a block that unpacks to `count`; nil for one that the file leaves out.
    func bytes(of index: Int, count: Int, file: String, read: ByteRangeReader) throws(ElevationError) -> [UInt8]? {
        let place: Int
        var length = count
        switch places {
        case .inOrder(let start): place = start + index * height * rowBytes
        case .strips(let directory, let starts, let rows):
            let row = index * height
            guard let start = directory.element(starts, row / rows), start <= 1 << 48 else {
                throw ElevationError(file, .truncated)
            }
            if start == 0 { return nil }
            place = start + row % rows * rowBytes
        case .listed(let directory, let starts, let lengths):
            guard let start = directory.element(starts, index), let stated = directory.element(lengths, index),
                start <= 1 << 48
            else { throw ElevationError(file, .truncated) }
            if start == 0 || stated == 0 { return nil }
            // No way of packing makes much more of what does not pack.
            guard stated <= 2 * count + 65_536 else {
                throw ElevationError(file, .damaged("block \(index) is \(stated) bytes long"))
            }
            place = start
            length = stated
        }
        guard let bytes = read(place, length), bytes.count == length else { throw ElevationError(file, .truncated) }
        return bytes
    }
}
