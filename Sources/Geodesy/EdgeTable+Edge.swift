extension EdgeTable.Edge {
    var box: BoundingBox {
        let span = (end.longitude - start.longitude).wrappedLongitude
        return BoundingBox(
            south: min(start.latitude, end.latitude), north: max(start.latitude, end.latitude),
            west: span < 0 ? start.longitude + span : start.longitude, width: abs(span))
    }

    /// On the plane that touches the earth at `point`.
    func roughDistance(to point: GeodeticPoint, _ scale: (north: Double, east: Double)) -> Double {
        let x = (start.longitude - point.longitude).wrappedLongitude * scale.east
        let y = (start.latitude - point.latitude) * scale.north
        let dx = (end.longitude - start.longitude).wrappedLongitude * scale.east
        let dy = (end.latitude - start.latitude) * scale.north
        let share = Self.share(-(x * dx + y * dy), of: dx * dx + dy * dy)
        let (east, north) = (x + share * dx, y + share * dy)
        return (east * east + north * north).squareRoot()
    }

    /// Metres. The foot of the perpendicular is sought on the edge itself, so that long edges are followed where they run.
    func distance(to point: GeodeticPoint) -> Double {
        let span = (end.longitude - start.longitude).wrappedLongitude
        let rise = end.latitude - start.latitude
        var share = 0.5
        var foot = start
        for _ in 0..<6 {
            foot.latitude = start.latitude + share * rise
            foot.longitude = (start.longitude + share * span).wrappedLongitude
            let away = point.displacement(to: foot)
            let scale = WGS84.metersPerDegree(latitude: foot.latitude)
            let (north, east) = (rise * scale.north, span * scale.east)
            let square = north * north + east * east
            guard square > 0 else { break }
            let next = min(max(share - (away.north * north + away.east * east) / square, 0), 1)
            let isSettled = abs(next - share) * square.squareRoot() < 1e-5
            share = next
            if isSettled { break }
        }
        foot.latitude = start.latitude + share * rise
        foot.longitude = (start.longitude + share * span).wrappedLongitude
        let distance = point.flatDistance(to: foot)
        return distance < 1000 ? distance : point.distance(to: foot)
    }

    private static func share(_ along: Double, of square: Double) -> Double {
        square > 0 ? min(max(along / square, 0), 1) : 0
    }

    /// True when the two meet, in longitude and latitude.
    func meets(_ other: EdgeTable.Edge) -> Bool {
        let origin = start
        func plane(_ point: GeodeticPoint) -> (x: Double, y: Double) {
            ((point.longitude - origin.longitude).wrappedLongitude, point.latitude - origin.latitude)
        }
        return PlaneSegment(plane(start), plane(end)).meets(PlaneSegment(plane(other.start), plane(other.end)))
    }
}

/// A straight piece of a plane.
struct PlaneSegment {
    var a: (x: Double, y: Double)
    var b: (x: Double, y: Double)

    init(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) {
        self.a = a
        self.b = b
    }

    /// Twice the signed area of a, b and `c`: positive when `c` lies left.
    func side(of c: (x: Double, y: Double)) -> Double { (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) }

    /// They pass through each other, each with an end on both sides of the other.
    func crosses(_ other: PlaneSegment) -> Bool {
        let (one, two) = (side(of: other.a), side(of: other.b))
        let (three, four) = (other.side(of: a), other.side(of: b))
        return (one > 0) != (two > 0) && one != 0 && two != 0 && (three > 0) != (four > 0) && three != 0 && four != 0
    }

    /// They cross or touch.
    func meets(_ other: PlaneSegment) -> Bool {
        crosses(other) || holds(other.a) || holds(other.b) || other.holds(a) || other.holds(b)
    }

    private func holds(_ c: (x: Double, y: Double)) -> Bool {
        side(of: c) == 0 && min(a.x, b.x) <= c.x && c.x <= max(a.x, b.x) && min(a.y, b.y) <= c.y && c.y <= max(a.y, b.y)
    }
}
