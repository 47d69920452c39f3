/// A 100 km square of MGRS: a UTM zone with its band of latitude, or a half of a polar cap, then column and row.
struct MGRSSquare {
    private enum Zone {
        case utm(Int)
        case ups(UPS)
    }

    /// A…Z without I and O.
    private static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
    /// From 80° S, 8° each; the last, X, 12°.
    private static let bands = Array("CDEFGHJKLMNPQRSTUVWX".utf8)
    /// Columns of the polar caps leave out what could be taken for a UTM column beside them.
    private static let polarColumns = Array("ABCFGHJKLPQRSTUXYZ".utf8)
    /// Of a half of a cap: the western half counts them back from Z, the eastern on from A.
    private static let halfColumns = 12
    private static let size = 100_000.0

    private let zone: Zone
    /// The band, or the half of the cap.
    private let band: UInt8
    private let column: UInt8
    private let row: UInt8

    static func isLetter(_ byte: UInt8) -> Bool { alphabet.contains(byte) }

    var text: String {
        var text = ""
        if case .utm(let number) = zone { text = (number < 10 ? "0" : "") + String(number) }
        return text + String(decoding: [band, column, row], as: UTF8.self)
    }

    /// Nil where the grid has no square.
    init?(zone: UTMZone, latitude: Double, position: PlanePosition) {
        let east = Int((position.easting / Self.size).rounded(.down)) - 1
        let north = Int((position.northing / Self.size).rounded(.down))
        guard (0..<8).contains(east), north >= 0 else { return nil }
        self.zone = .utm(zone.number)
        // A hair south of the equator, 80° more is 80°.
        let index = Int(((latitude + 80) / 8).rounded(.down))
        band = Self.bands[zone.isNorth ? min(max(index, 10), 19) : min(max(index, 0), 9)]
        column = Self.alphabet[(zone.number - 1) % 3 * 8 + east]
        row = Self.alphabet[(north + Self.firstRow(zone.number)) % 20]
    }

    init?(ups: UPS, position: PlanePosition) {
        let isEast = position.easting >= 2_000_000
        let east = Int(((position.easting - 2_000_000) / Self.size).rounded(.down))
        let north = Int(((position.northing - Self.polarBottom(ups)) / Self.size).rounded(.down))
        let columns = Self.polarColumns
        guard columns.indices.contains(isEast ? east : columns.count + east), Self.alphabet.indices.contains(north)
        else {
            return nil
        }
        zone = .ups(ups)
        band = ups.isNorth ? UInt8(ascii: isEast ? "Z" : "Y") : UInt8(ascii: isEast ? "B" : "A")
        column = columns[isEast ? east : columns.count + east]
        row = Self.alphabet[north]
    }

    /// From what a reference says. `letters` are three of the alphabet.
    init(number: Int?, letters: [UInt8]) throws(CoordinateFault) {
        guard letters.count == 3 else { throw .mgrs(.length) }
        band = letters[0]
        column = letters[1]
        row = letters[2]
        if let number {
            guard (1...60).contains(number), let index = Self.bands.firstIndex(of: band) else { throw .mgrs(.zone) }
            // Svalbard's wide zones leave these without ground.
            if index == 19, [32, 34, 36].contains(number) { throw .mgrs(.zone) }
            zone = .utm(number)
        } else {
            switch band {
            case UInt8(ascii: "A"), UInt8(ascii: "B"): zone = .ups(UPS(isNorth: false))
            case UInt8(ascii: "Y"), UInt8(ascii: "Z"): zone = .ups(UPS(isNorth: true))
            default: throw .mgrs(.zone)
            }
        }
    }

    /// The place at `offset` from the square's south-western corner: the centre of a cell of `size` metres, some of
    /// which must be in the square's band.
    func point(at offset: PlanePosition, size: Double) throws(CoordinateFault) -> GeodeticPoint {
        switch zone {
        case .utm(let number): try point(zone: number, at: offset, size: size)
        case .ups(let ups): try point(ups: ups, at: offset)
        }
    }

    private func point(zone number: Int, at offset: PlanePosition, size: Double) throws(CoordinateFault)
        -> GeodeticPoint
    {
        guard let index = Self.bands.firstIndex(of: band), let letter = Self.alphabet.firstIndex(of: column),
            let line = Self.alphabet.firstIndex(of: row), line < 20, letter / 8 == (number - 1) % 3,
            let zone = UTMZone(number: number, isNorth: index >= 10)
        else { throw .mgrs(.square) }
        let south = Double(index) * 8 - 80
        let north = index == 19 ? 84 : south + 8
        let margin = size / Self.size
        // Rows repeat every 2000 km, and a band is lower than that: at most one of them is in it.
        for cycle in 0..<5 {
            let hundreds = (line + 20 - Self.firstRow(number)) % 20 + 20 * cycle
            let position = PlanePosition(
                easting: Double(letter % 8 + 1) * Self.size + offset.easting,
                northing: Double(hundreds) * Self.size + offset.northing)
            guard let point = try? zone.point(at: position) else { continue }
            if point.latitude > south - margin, point.latitude < north + margin { return point }
        }
        throw .mgrs(.square)
    }

    private func point(ups: UPS, at offset: PlanePosition) throws(CoordinateFault) -> GeodeticPoint {
        let isEast = band == UInt8(ascii: "B") || band == UInt8(ascii: "Z")
        guard let index = Self.polarColumns.firstIndex(of: column), let line = Self.alphabet.firstIndex(of: row),
            isEast ? index < Self.halfColumns : index >= Self.polarColumns.count - Self.halfColumns
        else { throw .mgrs(.square) }
        let hundreds = Double(isEast ? index : index - Self.polarColumns.count)
        let position = PlanePosition(
            easting: 2_000_000 + hundreds * Self.size + offset.easting,
            northing: Self.polarBottom(ups) + Double(line) * Self.size + offset.northing)
        do {
            return try ups.point(at: position)
        } catch {
            throw .mgrs(.square)
        }
    }

    /// Even zones begin their rows with F.
    private static func firstRow(_ zone: Int) -> Int { zone.isMultiple(of: 2) ? 5 : 0 }

    /// Northing of the lowest row of a polar cap, metres.
    private static func polarBottom(_ ups: UPS) -> Double { ups.isNorth ? 1_300_000 : 800_000 }
}
