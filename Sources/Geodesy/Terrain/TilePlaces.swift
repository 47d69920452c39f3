#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Which tiles may have something to say of a place: by bins of an eighth of a degree.
struct TilePlaces: Sendable {
    private var bins: [Int: [Int]] = [:]
    /// Tiles over so many bins that they are looked at everywhere.
    private var wide: [Int] = []
    /// No tile before this one holds nodes of its inside.
    private(set) var isAlone: [Bool]

    private static let perDegree = 8
    private static let around = 360 * perDegree
    private static let widest = 8192

    init(_ grids: [ElevationGrid]) {
        isAlone = Array(repeating: true, count: grids.count)
        let coarsest = min(grids.map { max($0.latitudeStep, $0.longitudeStep) }.max() ?? 0, 0.05)
        for (index, grid) in grids.enumerated() {
            let margin = max(grid.latitudeStep, grid.longitudeStep, coarsest)
            let low = Self.line(grid.south - margin)
            let high = Self.line(grid.north + margin)
            let left = Int(((grid.west - margin) * Double(Self.perDegree)).rounded(.down))
            let right = Int(((grid.west + grid.width + margin) * Double(Self.perDegree)).rounded(.down))
            if (high - low + 1) * (right - left + 1) > Self.widest || right - left >= Self.around {
                wide.append(index)
                continue
            }
            for row in low...high {
                for column in left...right { bins[row * Self.around + Self.turned(column), default: []].append(index) }
            }
        }
        for index in grids.indices where Self.isShared(index, with: wide, grids) { isAlone[index] = false }
        for tiles in bins.values where tiles.count > 1 {
            for index in tiles where isAlone[index] && Self.isShared(index, with: tiles, grids) {
                isAlone[index] = false
            }
        }
    }

    /// Whether one of `others` before it holds nodes of the tile that are not on its edge.
    private static func isShared(_ index: Int, with others: [Int], _ grids: [ElevationGrid]) -> Bool {
        let grid = grids[index]
        return others.contains { other in
            guard other < index, let offset = grid.offset(to: grids[other]) else { return false }
            // Global grids reach across their own ends.
            if grids[other].isGlobal || grid.isGlobal { return true }
            return 1 + offset.rows < grids[other].rows && grid.rows - 2 + offset.rows >= 0
                && 1 + offset.columns < grids[other].columns && grid.columns - 2 + offset.columns >= 0
        }
    }

    private static func line(_ latitude: Double) -> Int {
        Int(((min(max(latitude, -90), 90) + 90) * Double(perDegree)).rounded(.down))
    }

    private static func turned(_ column: Int) -> Int {
        (((column + around / 2) % around) + around) % around
    }

    /// Of a place with finite coordinates.
    static func bin(latitude: Double, longitude: Double) -> Int {
        let column = Int((longitude.wrappedLongitude * Double(perDegree)).rounded(.down))
        return line(latitude) * around + turned(column)
    }

    /// In the order of the tiles.
    func tiles(in bin: Int) -> [Int] {
        let near = bins[bin] ?? []
        return wide.isEmpty ? near : (near + wide).sorted()
    }
}
