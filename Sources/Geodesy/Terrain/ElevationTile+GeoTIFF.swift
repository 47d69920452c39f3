extension ElevationTile {
    private enum Tag {
        static let width = 256
        static let height = 257
        static let bits = 258
        static let compression = 259
        static let stripOffsets = 273
        static let samples = 277
        static let rowsPerStrip = 278
        static let stripLengths = 279
        static let predictor = 317
        static let tileWidth = 322
        static let tileHeight = 323
        static let tileOffsets = 324
        static let tileLengths = 325
        static let sampleFormat = 339
        static let pixelScale = 33_550
        static let tiepoint = 33_922
        static let transformation = 34_264
        static let geoKeys = 34_735
        static let metadata = 42_112
        static let void = 42_113
    }

    /// A GeoTIFF or cloud-optimized GeoTIFF in degrees: its first image, the others being smaller copies.
    public init(geoTIFF name: String, read: @escaping ByteRangeReader) throws(ElevationError) {
        let directory = try TIFFDirectory(file: name, read: read)
        guard let columns = try directory.integer(Tag.width), let rows = try directory.integer(Tag.height),
            (2...400_000).contains(columns), (2...400_000).contains(rows)
        else { throw ElevationError(name, .damaged("it has no picture of a size that can be")) }
        let format = try Self.format(directory)
        let keys = try GeoKeys(directory)
        try keys.check(name)
        let grid = try Self.grid(directory, rows: rows, columns: columns, isPoint: keys.isPoint)
        let layout = try Self.layout(directory, rows: rows, columns: columns, sampleBytes: format.width)
        guard layout.width <= Self.blockLimit / max(layout.height, 1) else {
            throw ElevationError(name, .coding("has blocks of \(layout.width) × \(layout.height) samples"))
        }
        self.init(name: name, grid: grid, format: format, layout: layout, read: read)
    }

    private static func format(_ directory: TIFFDirectory) throws(ElevationError) -> SampleFormat {
        let file = directory.file
        let samples = try directory.integer(Tag.samples) ?? 1
        guard samples == 1 else { throw ElevationError(file, .coding("has \(samples) bands instead of one")) }
        let bits = try directory.integer(Tag.bits) ?? 1
        let kind: SampleFormat.Kind
        switch try directory.integer(Tag.sampleFormat) ?? 1 {
        case 1: kind = .unsigned
        case 2: kind = .signed
        case 3: kind = .float
        default: throw ElevationError(file, .coding("has samples that are no plain numbers"))
        }
        guard [8, 16, 32, 64].contains(bits), kind != .float || bits >= 32 else {
            throw ElevationError(file, .coding("has samples of \(bits) bits"))
        }
        let predictor = try directory.integer(Tag.predictor) ?? 1
        guard predictor == 1 || predictor == 2 || (predictor == 3 && kind == .float) else {
            throw ElevationError(file, .coding("uses predictor \(predictor)"))
        }
        var void: Double?
        if let text = try directory.text(Tag.void) {
            let trimmed = text.filter { !$0.isWhitespace }
            void = Double(trimmed)
        }
        let metadata = try directory.text(Tag.metadata, limit: 1 << 20) ?? ""
        guard let scale = Self.number("scale", in: metadata, else: 1),
            let offset = Self.number("offset", in: metadata, else: 0)
        else { throw ElevationError(file, .scaled) }
        return SampleFormat(
            kind: kind, width: bits / 8, order: directory.order, predictor: predictor, void: void, scale: scale,
            offset: offset)
    }

    /// What GDAL's metadata say of the first band in `<Item name="SCALE" sample="0" role="scale">0.1</Item>`, the
    /// attributes in any order; `usual` where they say nothing, nil where it is no number.
    private static func number(_ role: String, in metadata: String, else usual: Double) -> Double? {
        for element in metadata.split(separator: "<") where element.hasPrefix("Item") {
            guard let end = element.firstIndex(of: ">") else { continue }
            let attributes = element[..<end].split { $0.isWhitespace || $0 == "/" }.map { part in
                part.filter { $0 != "\"" && $0 != "'" }
            }
            guard attributes.contains("role=\(role)") else { continue }
            if attributes.contains(where: { $0.hasPrefix("sample=") && $0 != "sample=0" }) { continue }
            guard let number = Double(element[element.index(after: end)...].filter({ !$0.isWhitespace })),
                number.isFinite
            else { return nil }
            return number
        }
        return usual
    }

    private static func grid(
        _ directory: TIFFDirectory, rows: Int, columns: Int, isPoint: Bool
    ) throws(ElevationError) -> ElevationGrid {
        let file = directory.file
        var (scaleX, scaleY, left, top): (Double, Double, Double, Double)
        if let scale = try directory.doubles(Tag.pixelScale), scale.count >= 2,
            let tie = try directory.doubles(Tag.tiepoint, limit: 6), tie.count == 6
        {
            (scaleX, scaleY) = (scale[0], scale[1])
            left = tie[3] - tie[0] * scaleX
            top = tie[4] + tie[1] * scaleY
        } else if let matrix = try directory.doubles(Tag.transformation), matrix.count == 16 {
            guard matrix[1] == 0, matrix[4] == 0 else { throw ElevationError(file, .placement("is turned")) }
            (scaleX, scaleY, left, top) = (matrix[0], -matrix[5], matrix[3], matrix[7])
        } else {
            throw ElevationError(file, .noPlace)
        }
        guard scaleX > 0, scaleY > 0 else { throw ElevationError(file, .placement("is mirrored")) }
        if !isPoint {
            left += scaleX / 2
            top -= scaleY / 2
        }
        guard
            let grid = ElevationGrid(
                north: top, west: left, latitudeStep: scaleY, longitudeStep: scaleX, rows: rows, columns: columns)
        else { throw ElevationError(file, .projected("its corner is \(left), \(top)")) }
        return grid
    }

    private static func layout(
        _ directory: TIFFDirectory, rows: Int, columns: Int, sampleBytes: Int
    ) throws(ElevationError) -> BlockLayout {
        let file = directory.file
        let tag = try directory.integer(Tag.compression) ?? 1
        guard let compression = TIFFCompression(tag: tag) else {
            let names = [6: "JPEG", 7: "JPEG", 34_887: "LERC", 34_925: "LZMA", 50_000: "ZSTD", 50_001: "WebP"]
            throw ElevationError(file, .coding("is compressed with \(names[tag] ?? "method \(tag)")"))
        }
        let layout: BlockLayout
        let starts: TIFFDirectory.Entry
        let lengths: TIFFDirectory.Entry
        if let tileColumns = try directory.integer(Tag.tileWidth), let tileRows = try directory.integer(Tag.tileHeight)
        {
            guard (1...65_536).contains(tileColumns), (1...65_536).contains(tileRows),
                let at = directory.entries[Tag.tileOffsets], let of = directory.entries[Tag.tileLengths]
            else { throw ElevationError(file, .damaged("its tiles have no size or no place")) }
            (starts, lengths) = (at, of)
            layout = BlockLayout(
                tiles: directory, starts: at, lengths: of, rows: rows, columns: columns, tileRows: tileRows,
                tileColumns: tileColumns, sampleBytes: sampleBytes, compression: compression)
        } else {
            guard let at = directory.entries[Tag.stripOffsets], let of = directory.entries[Tag.stripLengths] else {
                throw ElevationError(file, .damaged("its strips have no place"))
            }
            let stated = try directory.integer(Tag.rowsPerStrip) ?? rows
            guard stated > 0 else { throw ElevationError(file, .damaged("its strips have no rows")) }
            (starts, lengths) = (at, of)
            layout = BlockLayout(
                strips: directory, starts: at, lengths: of, rows: rows, columns: columns,
                rowsPerStrip: min(stated, rows), sampleBytes: sampleBytes, compression: compression)
        }
        guard starts.count == lengths.count, starts.count >= 1 else {
            throw ElevationError(file, .damaged("its tables of blocks differ in length"))
        }
        return layout
    }
}
