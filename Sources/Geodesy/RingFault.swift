/// What makes the rings of one area bound nothing, or nobody knows what. Which way round they run does not matter.
public struct RingFault: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Fewer than three corners at different places.
        case tooFewCorners
        /// A corner off the globe.
        case offGlobe
        /// Comes back to a corner it was at.
        case repeatedCorner
        /// An edge crosses another of the same area.
        case crossing
        /// Goes back over the edge it came by.
        case spike
        /// Runs round a pole.
        case aroundPole
        /// Lies outside the outer ring.
        case holeOutside
        /// So many edges lie over one another that they cannot be held against each other.
        case tangled
    }

    public var kind: Kind
    /// 0 is the outer ring.
    public var ring: Int
    /// Index of a corner, and of the other one for what takes two.
    public var corner: Int
    public var otherRing: Int
    public var otherCorner: Int

    init(_ kind: Kind, ring: Int, corner: Int = 0, otherRing: Int? = nil, otherCorner: Int? = nil) {
        self.kind = kind
        self.ring = ring
        self.corner = corner
        self.otherRing = otherRing ?? ring
        self.otherCorner = otherCorner ?? corner
    }

    /// Pairs of edges held against each other at most.
    static let pairLimit = 30_000_000

    /// The first fault of an area's rings, outer first; closed or not. Nil when there is none.
    public static func first(in rings: [[GeodeticPoint]]) -> RingFault? {
        var survey = RingSurvey()
        for (number, ring) in rings.enumerated() {
            if let fault = survey.add(ring, number) { return fault }
        }
        if let fault = survey.crossing() { return fault }
        guard rings.count > 1, let outer = EdgeTable([rings[0]], isArea: true) else { return nil }
        for (number, hole) in rings.enumerated().dropFirst() {
            // No edges cross, so one corner that is clear of the outer ring speaks for all.
            let inside = hole.first { outer.contains($0) }
            if inside == nil, hole.contains(where: { outer.distance(to: $0) > 0.01 }) {
                return RingFault(.holeOutside, ring: number)
            }
        }
        return nil
    }
}

/// The edges of an area's rings on the plane of longitude and latitude.
private struct RingSurvey {
    private struct Edge {
        var segment: PlaneSegment
        var ring: Int
        var corner: Int

        var box: BoxTree.Box {
            BoxTree.Box(
                west: min(segment.a.x, segment.b.x), south: min(segment.a.y, segment.b.y),
                east: max(segment.a.x, segment.b.x), north: max(segment.a.y, segment.b.y))
        }
    }

    private struct Corner: Hashable {
        var latitude: Double
        var longitude: Double
    }

    private var edges: [Edge] = []
    private var origin: Double?

    mutating func add(_ ring: [GeodeticPoint], _ number: Int) -> RingFault? {
        if let corner = ring.firstIndex(where: { !$0.isOnGlobe }) {
            return RingFault(.offGlobe, ring: number, corner: corner)
        }
        var indices: [Int] = []
        for (index, point) in ring.enumerated() {
            if let last = indices.last, ring[last].isSamePlace(as: point) { continue }
            indices.append(index)
        }
        if indices.count > 1, ring[indices[0]].isSamePlace(as: ring[indices[indices.count - 1]]) {
            indices.removeLast()
        }
        guard indices.count >= 3 else { return RingFault(.tooFewCorners, ring: number) }
        var seen: [Corner: Int] = [:]
        seen.reserveCapacity(indices.count)
        for (position, index) in indices.enumerated() {
            let corner = Corner(latitude: ring[index].latitude, longitude: ring[index].longitude.wrappedLongitude)
            guard let other = seen.updateValue(index, forKey: corner) else { continue }
            // Two corners on: there and back.
            let isSpike = position >= 2 && indices[position - 2] == other
            return RingFault(
                isSpike ? .spike : .repeatedCorner, ring: number, corner: index, otherCorner: other)
        }
        return addEdges(ring, indices, number)
    }

    private mutating func addEdges(_ ring: [GeodeticPoint], _ indices: [Int], _ number: Int) -> RingFault? {
        let start = ring[indices[0]]
        let zero = origin ?? start.longitude
        origin = zero
        var x = (start.longitude - zero).wrappedLongitude
        let first = x
        for (position, index) in indices.enumerated() {
            let (here, next) = (ring[index], ring[indices[(position + 1) % indices.count]])
            var farther = x + (next.longitude - here.longitude).wrappedLongitude
            // The ring ends where it began, whatever the sum of its steps.
            if position == indices.count - 1, abs(farther - first) < 1e-6 { farther = first }
            edges.append(
                Edge(
                    segment: PlaneSegment((x, here.latitude), (farther, next.latitude)), ring: number, corner: index))
            x = farther
        }
        return abs(x - first) > 180 ? RingFault(.aroundPole, ring: number) : nil
    }

    func crossing() -> RingFault? {
        let tree = BoxTree(edges.enumerated().map { ($1.box, $0) })
        var pairs = 0
        for (index, edge) in edges.enumerated() {
            var fault: RingFault?
            tree.visit(edge.box) { other in
                pairs += 1
                if pairs > RingFault.pairLimit {
                    fault = RingFault(.tangled, ring: edge.ring, corner: edge.corner)
                } else if other > index, edge.segment.crosses(edges[other].segment) {
                    fault = RingFault(
                        .crossing, ring: edge.ring, corner: edge.corner, otherRing: edges[other].ring,
                        otherCorner: edges[other].corner)
                }
                return fault == nil
            }
            if let fault { return fault }
        }
        return nil
    }
}
