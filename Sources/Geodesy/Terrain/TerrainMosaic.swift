/// Elevation tiles as one surface, bilinear between their samples. Where tiles overlap the finest wins; its holes are
/// filled from the others; cells across the edge of two tiles take corners from both. Safe to use from any thread.
public struct TerrainMosaic: Terrain {
    public let error: Double
    public let words: String
    /// The finest first.
    let tiles: [ElevationTile]
    private let places: TilePlaces
    private let datum: HeightDatum
    private let cache: BlockCache
    private let reportDamage: @Sendable (ElevationError) -> Void

    /// - Parameters:
    ///   - error: one sigma of the heights, metres.
    ///   - memory: bytes of decoded blocks at most, 1 MiB or more.
    ///   - reportDamage: told of each block that cannot be read, once while it is remembered; it counts as a hole.
    public init(
        tiles: [ElevationTile], datum: HeightDatum, error: Double, memory: Int = 64 << 20,
        reportDamage: @escaping @Sendable (ElevationError) -> Void = { _ in }
    ) {
        self.tiles = tiles.sorted {
            ($0.grid.latitudeStep, $0.grid.longitudeStep, $0.name)
                < ($1.grid.latitudeStep, $1.grid.longitudeStep, $1.name)
        }
        places = TilePlaces(self.tiles.map(\.grid))
        self.datum = datum
        self.error = error
        words = "terrain (\(datum.words))"
        cache = BlockCache(limit: max(memory, 1 << 20))
        self.reportDamage = reportDamage
    }

    public func height(latitude: Double, longitude: Double) -> Double? {
        guard latitude >= -90, latitude <= 90, longitude >= -360, longitude <= 360 else { return nil }
        var cursor = TerrainCursor(self)
        return cursor.height(latitude: latitude, longitude: longitude)
    }

    public func intersect(_ ray: Ray, limit: Double) -> TerrainMeeting {
        guard limit > 0, limit <= 1_000_000 else { return .miss }
        var walk = TerrainWalk(ray: ray, limit: limit, over: TerrainCursor(self))
        return walk.run()
    }

    /// Bytes of decoded blocks now.
    var cachedBytes: Int { cache.bytes }

    /// Tiles near a place, the finest first, and the bin that the answer holds for.
    func candidates(latitude: Double, longitude: Double) -> (bin: Int, tiles: [Int]) {
        let bin = TilePlaces.bin(latitude: latitude, longitude: longitude)
        return (bin, places.tiles(in: bin))
    }

    func isAlone(_ tile: Int) -> Bool { places.isAlone[tile] }

    func block(_ tile: Int, _ index: Int) -> ElevationBlock? {
        cache.block(.init(tile: tile, block: index)) {
            let file = tiles[tile]
            do throws(ElevationError) {
                var (rows, columns, heights) = try file.heights(block: index)
                datum.raise(
                    &heights, of: file.grid, top: index / file.layout.across * file.layout.height,
                    left: index % file.layout.across * file.layout.width, rows: rows, columns: columns)
                return ElevationBlock(rows: rows, columns: columns, heights: heights)
            } catch {
                reportDamage(error)
                return nil
            }
        }
    }
}
