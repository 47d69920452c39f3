/// A line over the ground through points (WGS 84; heights are not looked at): a river bank, a road, a fence.
public struct Polyline: Sendable, Hashable {
    public let points: [GeodeticPoint]

    public init(_ points: [GeodeticPoint]) { self.points = points }

    /// Metres from `point` to the nearest place on the line, infinite for an empty line. On the tangent plane at
    /// `point`: good to 0.1 % within 10 km.
    public func distance(to point: GeodeticPoint) -> Double {
        guard let first = points.first else { return .infinity }
        var start = point.displacement(to: first)
        var nearest = (start.north * start.north + start.east * start.east)
        for next in points.dropFirst() {
            let end = point.displacement(to: next)
            let (north, east) = (end.north - start.north, end.east - start.east)
            let square = north * north + east * east
            let share = square > 0 ? min(max(-(start.north * north + start.east * east) / square, 0), 1) : 0
            let (atNorth, atEast) = (start.north + share * north, start.east + share * east)
            nearest = min(nearest, atNorth * atNorth + atEast * atEast)
            start = end
        }
        return nearest.squareRoot()
    }
}
