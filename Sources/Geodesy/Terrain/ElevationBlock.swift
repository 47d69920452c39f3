/// A decoded block of heights above the ellipsoid, metres.
final class ElevationBlock: Sendable {
    let rows: Int
    let columns: Int
    /// Row by row; NaN in holes.
    let heights: [Float]
    /// The greatest height of each group of cells, row by row; infinite where the group has a hole.
    let tops: [Float]
    let groupsAcross: Int

    /// Cells along the side of a group.
    static let group = 16

    init(rows: Int, columns: Int, heights: [Float]) {
        self.rows = rows
        self.columns = columns
        self.heights = heights
        groupsAcross = max((columns - 1 + Self.group - 1) / Self.group, 0)
        let down = max((rows - 1 + Self.group - 1) / Self.group, 0)
        var tops: [Float] = []
        tops.reserveCapacity(groupsAcross * down)
        for groupRow in 0..<down {
            for groupColumn in 0..<groupsAcross {
                var top = -Float.infinity
                let last = min((groupColumn + 1) * Self.group, columns - 1)
                rows: for row in groupRow * Self.group...min((groupRow + 1) * Self.group, rows - 1) {
                    for index in row * columns + groupColumn * Self.group...row * columns + last {
                        guard heights[index] <= .greatestFiniteMagnitude else {
                            top = .infinity
                            break rows
                        }
                        top = max(top, heights[index])
                    }
                }
                tops.append(top)
            }
        }
        self.tops = tops
    }

    /// Bytes that it holds.
    var size: Int { (heights.count + tops.count) * MemoryLayout<Float>.size + 128 }
}
