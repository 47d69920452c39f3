/// Slabs of equal height from the south of an area to its north; each holds the edges that reach into it.
struct EdgeSlabs: Sendable {
    /// An edge as the even-odd test reads it: always from its southern end, so that two areas sharing it round it alike.
    private struct Rise: Sendable {
        var south: Double
        var north: Double
        /// Of the southern end.
        var longitude: Double
        /// Degrees of longitude a degree of latitude.
        var slope: Double
    }

    private let south: Double
    private let rises: [Rise]
    private let starts: [Int]
    private let slabsPerDegree: Double
    private let last: Int

    /// Nil for edges that bound nothing.
    init?(_ edges: [EdgeTable.Edge], _ box: BoundingBox) {
        let height = box.north - box.south
        guard height > 0 else { return nil }
        var count = max(min(edges.count / 2, 65_536), 1)
        // Tall edges stand in many slabs: no more than eight times the edges in all.
        while count > 1 {
            let share = Double(count) / height
            let total = edges.reduce(0.0) { $0 + abs($1.end.latitude - $1.start.latitude) * share + 1 }
            if total <= Double(edges.count) * 8 { break }
            count /= 2
        }
        let scale = Double(count) / height
        func slab(_ latitude: Double) -> Int { Int(min(max((latitude - box.south) * scale, 0), Double(count - 1))) }
        func slabs(of edge: EdgeTable.Edge) -> Range<Int> {
            guard edge.start.latitude != edge.end.latitude else { return 0..<0 }
            let low = slab(min(edge.start.latitude, edge.end.latitude))
            let high = slab(max(edge.start.latitude, edge.end.latitude))
            return low..<high + 1
        }
        var ends = [Int](repeating: 0, count: count + 1)
        for edge in edges { for slab in slabs(of: edge) { ends[slab + 1] += 1 } }
        for slab in 1...count { ends[slab] += ends[slab - 1] }
        starts = ends
        var rises = [Rise](repeating: Rise(south: 0, north: 0, longitude: 0, slope: 0), count: ends[count])
        for edge in edges {
            let isUp = edge.start.latitude < edge.end.latitude
            let (low, high) = isUp ? (edge.start, edge.end) : (edge.end, edge.start)
            let span = (high.longitude - low.longitude).wrappedLongitude
            let rise = Rise(
                south: low.latitude, north: high.latitude, longitude: low.longitude,
                slope: span / (high.latitude - low.latitude))
            for slab in slabs(of: edge) {
                rises[ends[slab]] = rise
                ends[slab] += 1
            }
        }
        self.rises = rises
        south = box.south
        slabsPerDegree = scale
        last = count - 1
    }

    /// `point` is in the box of the edges.
    func contains(_ point: GeodeticPoint) -> Bool {
        let slab = Int(min(max((point.latitude - south) * slabsPerDegree, 0), Double(last)))
        var isInside = false
        for index in starts[slab]..<starts[slab + 1] {
            let rise = rises[index]
            guard rise.south <= point.latitude, rise.north > point.latitude else { continue }
            let x = (rise.longitude - point.longitude).wrappedLongitude
            if x + rise.slope * (point.latitude - rise.south) > 0 { isInside.toggle() }
        }
        return isInside
    }
}
