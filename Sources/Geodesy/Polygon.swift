/// An area on the ground: an outer ring and holes (WGS 84; heights are not looked at). Rings need not be closed and may
/// run either way round; they may cross 180°, not a pole.
public struct Polygon: Sendable, Hashable {
    /// Where a point of limited accuracy lies.
    public enum Side: Sendable, Hashable { case inside, outside, uncertain }

    public let outer: [GeodeticPoint]
    public let holes: [[GeodeticPoint]]
    private let bounds: Bounds

    /// Nil when a ring has fewer than three corners or a corner off the globe.
    public init?(outer: [GeodeticPoint], holes: [[GeodeticPoint]] = []) {
        for ring in [outer] + holes {
            let corners = ring.count > 1 && ring.first == ring.last ? ring.count - 1 : ring.count
            guard corners >= 3, ring.allSatisfy(\.isOnGlobe) else { return nil }
        }
        self.outer = outer
        self.holes = holes
        bounds = Bounds(of: outer)
    }

    /// Even-odd with half-open edges: a point on an edge shared by two areas is inside exactly one.
    public func contains(_ point: GeodeticPoint) -> Bool {
        guard bounds.contains(point), Self.ring(outer, contains: point) else { return false }
        return !holes.contains { Self.ring($0, contains: point) }
    }

    /// Metres from `point` to the nearest edge of any ring.
    public func distanceToEdge(from point: GeodeticPoint) -> Double {
        var nearest = Double.infinity
        for ring in [outer] + holes {
            let closed = ring.first.map { ring + [$0] } ?? []
            nearest = min(nearest, Polyline(closed).distance(to: point))
        }
        return nearest
    }

    /// Metres from `point` to the area; 0 inside.
    public func distance(to point: GeodeticPoint) -> Double { contains(point) ? 0 : distanceToEdge(from: point) }

    /// Inside or outside when the edge is farther than `margin` metres (a CE90, say), else uncertain.
    public func side(of point: GeodeticPoint, margin: Double) -> Side {
        if distanceToEdge(from: point) <= margin { return .uncertain }
        return contains(point) ? .inside : .outside
    }

    /// Square metres, holes taken off; on a local plane, good to 0.1 % below 10 km across.
    public var area: Double {
        guard let origin = outer.first else { return 0 }
        return Self.area(outer, origin) - holes.reduce(0) { $0 + Self.area($1, origin) }
    }

    private static func area(_ ring: [GeodeticPoint], _ origin: GeodeticPoint) -> Double {
        guard let last = ring.last else { return 0 }
        let scale = WGS84.metersPerDegree(latitude: origin.latitude)
        func plane(_ point: GeodeticPoint) -> (x: Double, y: Double) {
            (
                (point.longitude - origin.longitude).wrappedLongitude * scale.east,
                (point.latitude - origin.latitude) * scale.north
            )
        }
        var sum = 0.0
        var previous = plane(last)
        for corner in ring {
            let here = plane(corner)
            sum += previous.x * here.y - here.x * previous.y
            previous = here
        }
        return abs(sum) / 2
    }

    /// Longitudes are taken relative to the point and unwrapped along the ring, so that 180° is like any other.
    private static func ring(_ ring: [GeodeticPoint], contains point: GeodeticPoint) -> Bool {
        guard let last = ring.last else { return false }
        var inside = false
        var before = last
        for corner in ring {
            if (corner.latitude > point.latitude) != (before.latitude > point.latitude) {
                // Always from the southern end, so that two areas sharing an edge round it alike.
                let (start, end) = before.latitude < corner.latitude ? (before, corner) : (corner, before)
                let x = (start.longitude - point.longitude).wrappedLongitude
                let span = (end.longitude - start.longitude).wrappedLongitude
                let share = (point.latitude - start.latitude) / (end.latitude - start.latitude)
                if x + span * share > 0 { inside.toggle() }
            }
            before = corner
        }
        return inside
    }

    /// A quick refusal: the box around the outer ring, longitudes counted from its first corner.
    private struct Bounds: Sendable, Hashable {
        var south = 90.0
        var north = -90.0
        var reference = 0.0
        var west = 0.0
        var east = 0.0

        init(of ring: [GeodeticPoint]) {
            reference = ring.first?.longitude ?? 0
            for corner in ring {
                south = min(south, corner.latitude)
                north = max(north, corner.latitude)
                let x = (corner.longitude - reference).wrappedLongitude
                west = min(west, x)
                east = max(east, x)
            }
        }

        func contains(_ point: GeodeticPoint) -> Bool {
            guard point.latitude >= south, point.latitude <= north else { return false }
            let x = (point.longitude - reference).wrappedLongitude
            return x >= west && x <= east
        }
    }
}
