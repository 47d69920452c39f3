import Foundation
import Geodesy
import Settings

/// Elevation tiles of a folder and of the folders in it: which files there are, and ranges of them when asked.
struct ElevationFolder {
    let tiles: [ElevationTile]
    /// Of files that are not used, for people.
    let warnings: [String]

    /// Files at most; of more, those that the file system names first, and it is said.
    private static let limit = 10_000

    init(path: String) throws(Failure) {
        let found = try? FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        guard found?[.type] as? FileAttributeType == .typeDirectory else {
            throw Failure(.badConfig, "There is no folder \(path) of elevation tiles.")
        }
        let (names, isCut) = Self.files(in: path)
        var tiles: [ElevationTile] = []
        var warnings = isCut ? ["\(path) holds more than \(Self.limit) elevation tiles: the rest is left out"] : []
        for name in names {
            let file = path + "/" + name
            do throws(ElevationError) {
                tiles.append(try Self.tile(file))
            } catch {
                warnings.append("elevation tile left out: \(error)")
            }
        }
        guard !tiles.isEmpty else {
            let reason = warnings.first.map { " The first of those left out: \($0)." } ?? ""
            throw Failure(
                .badConfig, "\(path) holds no elevation tile that can be used (.hgt, .tif, .tiff).\(reason)")
        }
        self.tiles = tiles
        self.warnings = warnings
    }

    /// In the order of their names, hidden ones aside.
    private static func files(in path: String) -> (names: [String], isCut: Bool) {
        var names: [String] = []
        var isCut = false
        let folder = URL(filePath: path)
        let walker = FileManager.default.enumerator(
            at: folder, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        let prefix = folder.resolvingSymlinksInPath().path
        while let url = walker?.nextObject() as? URL {
            guard ["hgt", "tif", "tiff"].contains(url.pathExtension.lowercased()) else { continue }
            guard names.count < limit else {
                isCut = true
                break
            }
            let whole = url.resolvingSymlinksInPath().path
            names.append(
                whole.hasPrefix(prefix + "/") ? String(whole.dropFirst(prefix.count + 1)) : url.lastPathComponent)
        }
        return (names.sorted(), isCut)
    }

    private static func tile(_ path: String) throws(ElevationError) -> ElevationTile {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let reader = reader(of: path)
        guard name.lowercased().hasSuffix(".hgt") else {
            return try ElevationTile(geoTIFF: name, read: reader)
        }
        let found = try? FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path)
        guard let size = (found?[.size] as? NSNumber)?.intValue else { throw ElevationError(name, .truncated) }
        return try ElevationTile(srtm: name, size: size, read: reader)
    }

    /// Opens the file for each range: thousands of tiles take no file handles, and threads share nothing.
    private static func reader(of path: String) -> ByteRangeReader {
        { offset, count in
            guard offset >= 0, count >= 0, let handle = FileHandle(forReadingAtPath: path) else { return nil }
            defer { try? handle.close() }
            do {
                try handle.seek(toOffset: UInt64(offset))
                return Array(try handle.read(upToCount: count) ?? Data())
            } catch {
                return nil
            }
        }
    }
}

extension TerrainSettings {
    /// EGM96 and EGM2008 lie apart by half a metre as a rule, and by more in mountains.
    private static let geoidDifference = 1.0

    /// The terrain that these say; nil without a folder. `warn` is told what is left out, and later of damage.
    func terrain(geoid: Geoid?, warn: @escaping @Sendable (String) -> Void) throws(Failure) -> TerrainMosaic? {
        guard let folder else { return nil }
        let datum: HeightDatum
        var error = error
        switch heights {
        case .ellipsoid: datum = .ellipsoid
        case .offset: datum = .offset(offset ?? 0)
        case .egm96, .egm2008:
            guard let geoid else {
                throw Failure(
                    .badConfig,
                    "Heights above \(heights.rawValue) need the grid \(JourneyModels.geoidPath): install proj-data.")
            }
            if heights == .egm2008 {
                error = (error * error + Self.geoidDifference * Self.geoidDifference).squareRoot()
            }
            datum = .geoid(geoid, name: heights == .egm96 ? "EGM96" : "EGM2008 by EGM96")
        }
        let found = try ElevationFolder(path: folder)
        for warning in found.warnings { warn(warning) }
        return TerrainMosaic(tiles: found.tiles, datum: datum, error: error) { warn("a hole in the terrain: \($0)") }
    }
}
