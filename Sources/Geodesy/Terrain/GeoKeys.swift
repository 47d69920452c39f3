/// What a GeoTIFF says of its coordinates. Source: OGC GeoTIFF 1.1.
struct GeoKeys: Sendable, Hashable {
    private enum Key {
        static let model = 1024
        static let raster = 1025
        static let geographic = 2048
        static let angularUnits = 2054
        static let projected = 3072
        static let verticalUnits = 4099
    }

    private var values: [Int: Int] = [:]

    /// Reference systems in degrees that agree with WGS 84 to a metre or two: WGS 84, CGCS2000, ETRS89, GDA2020, ITRF2014.
    static let accepted: Set<Int> = [4326, 4979, 4490, 4480, 4258, 4937, 7844, 7843, 9000, 7912]

    init(_ directory: TIFFDirectory) throws(ElevationError) {
        guard let words = try directory.integers(34_735, limit: 65_536), words.count >= 4 else { return }
        for index in 0..<min(max(words[3], 0), 1024) {
            let at = 4 + index * 4
            guard at + 3 < words.count else { break }
            // Values elsewhere are text and numbers that nothing here asks for.
            if words[at + 1] == 0 { values[words[at]] = words[at + 3] }
        }
    }

    /// Samples stand at the grid's points rather than in the middle of its cells.
    var isPoint: Bool { values[Key.raster] == 2 }

    /// Throws unless coordinates are degrees on the globe and heights metres.
    func check(_ file: String) throws(ElevationError) {
        if let code = values[Key.projected] { throw ElevationError(file, .projected("EPSG:\(code)")) }
        if let model = values[Key.model], model != 2 {
            throw ElevationError(file, .projected(model == 1 ? "a projected system" : "model type \(model)"))
        }
        guard let code = values[Key.geographic] else { throw ElevationError(file, .noSystem) }
        guard Self.accepted.contains(code) else { throw ElevationError(file, .projected("EPSG:\(code)")) }
        if let unit = values[Key.angularUnits], unit != 9102 {
            throw ElevationError(file, .projected("angles in unit \(unit)"))
        }
        if let unit = values[Key.verticalUnits], unit != 9001 {
            throw ElevationError(file, .coding("has heights that are not metres (unit \(unit))"))
        }
    }
}
