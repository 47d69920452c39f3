/// The edges of one area (all its rings) or of one line, ordered so that a point meets few of them. An edge is straight in
/// longitude and latitude, as RFC 7946 has it, and goes the shorter way round the earth. Of a class, so that many shapes are
/// looked at without copying any.
final class EdgeTable: Sendable {
    struct Edge: Sendable {
        var start: GeodeticPoint
        var end: GeodeticPoint
    }

    private struct Chunk: Sendable {
        var range: Range<Int>
        var box: BoundingBox
    }

    let box: BoundingBox
    let edges: [Edge]
    private let chunks: [Chunk]
    private let slabs: EdgeSlabs?
    private let raster: EdgeRaster?

    private static let chunkSize = 32

    /// Nil for nothing. `rings` are closed by themselves; `isArea` is false for lines.
    init?(_ rings: [[GeodeticPoint]], isArea: Bool) {
        var edges: [Edge] = []
        edges.reserveCapacity(rings.reduce(0) { $0 + $1.count })
        var box: BoundingBox?
        for ring in rings {
            guard let first = ring.first, let last = ring.last else { continue }
            for (start, end) in zip(ring, ring.dropFirst()) where !start.isSamePlace(as: end) {
                edges.append(Edge(start: start, end: end))
            }
            if isArea, !first.isSamePlace(as: last) { edges.append(Edge(start: last, end: first)) }
            guard let around = BoundingBox(around: ring) else { continue }
            box = box?.union(around) ?? around
        }
        guard let box, !edges.isEmpty else { return nil }
        var chunks: [Chunk] = []
        for first in stride(from: 0, to: edges.count, by: Self.chunkSize) {
            let range = first..<min(first + Self.chunkSize, edges.count)
            var around = edges[first].box
            for index in range.dropFirst() { around = around.union(edges[index].box) }
            chunks.append(Chunk(range: range, box: around))
        }
        self.box = box
        self.edges = edges
        self.chunks = chunks
        let slabs = isArea ? EdgeSlabs(edges, box) : nil
        self.slabs = slabs
        raster = slabs.flatMap { EdgeRaster(edges, box, slabs: $0) }
    }

    /// Even-odd with half-open edges: of two areas sharing an edge, a point on it is in exactly one.
    func contains(_ point: GeodeticPoint) -> Bool {
        guard point.latitude >= box.south, point.latitude <= box.north, let slabs else { return false }
        let x = (point.longitude - box.west).wrappedLongitude
        let east = x < 0 ? x + 360 : x
        guard east <= box.width || box.width >= 360 else { return false }
        switch raster?.side(east: east, north: point.latitude - box.south) {
        case .inside: return true
        case .outside: return false
        case .edge, nil: return slabs.contains(point)
        }
    }

    /// Metres from `point` to the nearest edge, to a millimetre below 1 km; infinite when none is nearer than `limit`.
    func distance(to point: GeodeticPoint, limit: Double = .infinity) -> Double {
        let scale = WGS84.metersPerDegree(latitude: point.latitude)
        var rough = limit
        for chunk in chunks where chunk.box.leastDistance(to: point) <= rough {
            for index in chunk.range { rough = min(rough, edges[index].roughDistance(to: point, scale)) }
        }
        guard rough < .infinity else { return .infinity }
        // The plane is off by some percent at 100 km: whatever may be nearest in truth is measured.
        let reach = rough * 1.05 + 5
        var nearest = Double.infinity
        for chunk in chunks where chunk.box.leastDistance(to: point) <= min(reach, nearest) {
            for index in chunk.range where edges[index].roughDistance(to: point, scale) <= reach {
                nearest = min(nearest, edges[index].distance(to: point))
            }
        }
        return nearest <= limit ? nearest : .infinity
    }

    /// Edges whose chunk meets `box`, until `body` answers false.
    func visitEdges(near box: BoundingBox, _ body: (Edge) -> Bool) {
        for chunk in chunks where chunk.box.intersects(box) {
            for index in chunk.range where !body(edges[index]) { return }
        }
    }
}

extension GeodeticPoint {
    func isSamePlace(as other: GeodeticPoint) -> Bool {
        latitude == other.latitude && (longitude - other.longitude).wrappedLongitude == 0
    }
}
