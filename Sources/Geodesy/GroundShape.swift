/// Something with an outline on the ground: areas with holes, lines, and discs about a point (WGS 84; heights are not
/// looked at). Made once, asked often: a point is held against the few edges at its latitude. Edges are straight in
/// longitude and latitude (RFC 7946), may cross 180°, not a pole.
public struct GroundShape: Sendable {
    public struct Disc: Sendable, Hashable {
        public var center: GeodeticPoint
        /// Metres.
        public var radius: Double

        public init(center: GeodeticPoint, radius: Double) {
            self.center = center
            self.radius = radius
        }
    }

    /// Of a class, so that an index goes through many shapes without copying any.
    private final class Outline: Sendable {
        let box: BoundingBox
        let areas: [EdgeTable]
        let lines: [EdgeTable]
        let discs: [Disc]

        init(box: BoundingBox, areas: [EdgeTable], lines: [EdgeTable], discs: [Disc]) {
            self.box = box
            self.areas = areas
            self.lines = lines
            self.discs = discs
        }

        func contains(_ point: GeodeticPoint) -> Bool {
            for index in areas.indices where areas[index].contains(point) { return true }
            for index in discs.indices where GroundShape.distance(point, discs[index].center) <= discs[index].radius {
                return true
            }
            return false
        }
    }

    private let outline: Outline

    public var box: BoundingBox { outline.box }
    /// The area of a shape that is nothing else.
    var onlyArea: EdgeTable? { areas.count == 1 && lines.isEmpty && discs.isEmpty ? areas[0] : nil }
    /// Of each area with its holes, and of each disc as a polygon of as much area; lines have none.
    var outlines: [AreaOutline] {
        areas.map { AreaOutline(box: $0.box, edges: $0.edges) } + discs.compactMap(AreaOutline.init)
    }
    private var areas: [EdgeTable] { outline.areas }
    private var lines: [EdgeTable] { outline.lines }
    private var discs: [Disc] { outline.discs }

    /// Each area is its outer ring and its holes; rings may run either way round and need not be closed. Nil for nothing at
    /// all. What is wrong with rings is ``RingFault``'s to say.
    public init?(areas: [[[GeodeticPoint]]] = [], lines: [[GeodeticPoint]] = [], discs: [Disc] = []) {
        let areas = areas.compactMap { EdgeTable($0, isArea: true) }
        let lines = lines.compactMap { EdgeTable([$0], isArea: false) }
        let discs = discs.filter { $0.center.isOnGlobe && $0.radius >= 0 && $0.radius.isFinite }
        let boxes =
            areas.map(\.box) + lines.map(\.box)
            + discs.map { BoundingBox(around: $0.center, radius: $0.radius) }
        guard let first = boxes.first else { return nil }
        outline = Outline(
            box: boxes.dropFirst().reduce(first) { $0.union($1) }, areas: areas, lines: lines, discs: discs)
    }

    /// Inside an area, or within a disc. Even-odd with half-open edges: of two areas sharing an edge, a point on it is in
    /// exactly one.
    public func contains(_ point: GeodeticPoint) -> Bool { outline.contains(point) }

    /// Metres from `point` to the nearest place of it, 0 inside; infinite beyond `limit`. To a millimetre below 1 km and
    /// a decimetre at 100 km.
    public func distance(to point: GeodeticPoint, limit: Double = .infinity) -> Double {
        contains(point) ? 0 : distanceToEdge(from: point, limit: limit)
    }

    /// Metres from `point` to the nearest edge, inside as outside; infinite beyond `limit`.
    public func distanceToEdge(from point: GeodeticPoint, limit: Double = .infinity) -> Double {
        var nearest = limit
        var isFound = false
        for table in [areas, lines].joined() where table.box.leastDistance(to: point) <= nearest {
            let distance = table.distance(to: point, limit: nearest)
            if distance <= nearest, distance < .infinity { (nearest, isFound) = (distance, true) }
        }
        for disc in discs {
            let distance = abs(Self.distance(point, disc.center) - disc.radius)
            if distance <= nearest { (nearest, isFound) = (distance, true) }
        }
        return isFound ? nearest : .infinity
    }

    /// True when some place of it lies within `margin` metres of some place of `other`.
    public func comes(within margin: Double, of other: GroundShape) -> Bool {
        guard box.intersects(other.box.grown(by: margin)) else { return false }
        return holdsCorner(of: other, within: margin) || other.holdsCorner(of: self, within: margin)
            || crossesEdge(of: other)
    }

    private func holdsCorner(of other: GroundShape, within margin: Double) -> Bool {
        let near = box.grown(by: margin)
        var isHeld = false
        for table in [other.areas, other.lines].joined() {
            table.visitEdges(near: near) { edge in
                // The last corner of a line begins no edge.
                isHeld = [edge.start, edge.end].contains { isNear($0, margin) }
                return !isHeld
            }
            if isHeld { return true }
        }
        return other.discs.contains { isNear($0.center, margin + $0.radius) }
    }

    private func isNear(_ point: GeodeticPoint, _ margin: Double) -> Bool {
        if contains(point) { return true }
        return margin > 0 && distanceToEdge(from: point, limit: margin) <= margin
    }

    private func crossesEdge(of other: GroundShape) -> Bool {
        var meets = false
        for table in [other.areas, other.lines].joined() {
            table.visitEdges(near: box) { theirs in
                for own in [areas, lines].joined() {
                    own.visitEdges(near: theirs.box) { edge in
                        meets = edge.meets(theirs)
                        return !meets
                    }
                    if meets { return false }
                }
                return true
            }
            if meets { return true }
        }
        return false
    }

    private static func distance(_ a: GeodeticPoint, _ b: GeodeticPoint) -> Double {
        let distance = a.flatDistance(to: b)
        return distance < 1000 ? distance : a.distance(to: b)
    }
}
