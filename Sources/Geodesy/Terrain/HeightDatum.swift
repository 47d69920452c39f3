/// What the heights of elevation data are measured from.
public enum HeightDatum: Sendable {
    case ellipsoid
    /// A geoid, whose undulations are added; `name` such as `EGM96`.
    case geoid(Geoid, name: String)
    /// A surface that lies this many metres above the ellipsoid.
    case offset(Double)

    public var words: String {
        switch self {
        case .ellipsoid: "HAE"
        case .geoid(_, let name): name
        case .offset(let meters): "offset \(meters) m"
        }
    }

    /// Columns between which undulations are taken on a straight line: a geoid bends by millimetres over them.
    private static let span = 32

    /// Brings a block to heights above the ellipsoid. Where no undulation is known there are holes.
    func raise(_ heights: inout [Float], of grid: ElevationGrid, top: Int, left: Int, rows: Int, columns: Int) {
        switch self {
        case .ellipsoid: return
        case .offset(let meters): for index in heights.indices { heights[index] += Float(meters) }
        case .geoid(let geoid, _):
            for row in 0..<rows {
                let latitude = min(max(grid.latitude(row: top + row), -90), 90)
                func undulation(_ column: Int) -> Double {
                    let longitude = grid.longitude(column: left + column).wrappedLongitude
                    return geoid.undulation(latitude: latitude, longitude: longitude) ?? .nan
                }
                var start = 0
                var first = undulation(0)
                while start < columns {
                    let end = min(start + Self.span, columns - 1)
                    let last = end > start ? undulation(end) : first
                    for column in start...end {
                        let share = end > start ? Double(column - start) / Double(end - start) : 0
                        // The end belongs to the next stretch, where there is one.
                        if column == end, end < columns - 1 { break }
                        heights[row * columns + column] += Float(first + (last - first) * share)
                    }
                    guard end > start, end < columns - 1 else { break }
                    start = end
                    first = last
                }
            }
        }
    }
}
