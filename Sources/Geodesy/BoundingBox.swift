/// The smallest box of latitudes and longitudes around something on the ground. It may cross 180°.
public struct BoundingBox: Sendable, Hashable {
    /// Degrees, −90…90.
    public var south: Double
    public var north: Double
    /// Degrees, −180..<180.
    public var west: Double
    /// Degrees of longitude eastward from `west`, 0…360.
    public var width: Double

    public init(south: Double, north: Double, west: Double, width: Double) {
        self.south = south
        self.north = north
        self.west = west.wrappedLongitude
        self.width = min(max(width, 0), 360)
    }

    /// Around points of which each lies less than 180° of longitude from the one before. Nil for none.
    public init?(around line: [GeodeticPoint]) {
        guard let first = line.first else { return nil }
        var (south, north) = (first.latitude, first.latitude)
        var (low, high, x) = (0.0, 0.0, 0.0)
        var before = first.longitude
        for point in line.dropFirst() {
            x += (point.longitude - before).wrappedLongitude
            before = point.longitude
            low = min(low, x)
            high = max(high, x)
            south = min(south, point.latitude)
            north = max(north, point.latitude)
        }
        self.init(south: south, north: north, west: first.longitude + low, width: high - low)
    }

    /// Everything within `radius` metres of a point, and a little more.
    public init(around point: GeodeticPoint, radius: Double) {
        let rise = radius / 110_000
        let top = min(abs(point.latitude) + rise, 90)
        let scale = WGS84.metersPerDegree(latitude: top).east
        let half = scale > 1 ? min(radius * 1.01 / scale, 180) : 180
        self.init(
            south: max(point.latitude - rise, -90), north: min(point.latitude + rise, 90),
            west: point.longitude - half, width: 2 * half)
    }

    public func contains(_ point: GeodeticPoint) -> Bool {
        guard point.latitude >= south, point.latitude <= north else { return false }
        let x = (point.longitude - west).wrappedLongitude
        return (x < 0 ? x + 360 : x) <= width || width >= 360
    }

    public func intersects(_ other: BoundingBox) -> Bool {
        guard south <= other.north, other.south <= north else { return false }
        let x = (other.west - west).wrappedLongitude
        let offset = x < 0 ? x + 360 : x
        return offset <= width || 360 - offset <= other.width
    }

    /// The box around both.
    public func union(_ other: BoundingBox) -> BoundingBox {
        let x = (other.west - west).wrappedLongitude
        let offset = x < 0 ? x + 360 : x
        // Begins at one west end or at the other, whichever makes the narrower box.
        let eastward = max(width, offset + other.width)
        let westward = max(other.width, 360 - offset + width)
        return BoundingBox(
            south: min(south, other.south), north: max(north, other.north),
            west: eastward <= westward ? west : other.west, width: min(eastward, westward))
    }

    /// Larger by `margin` metres on every side.
    public func grown(by margin: Double) -> BoundingBox {
        guard margin > 0 else { return self }
        let rise = margin / 110_000
        let top = min(max(abs(south), abs(north)) + rise, 90)
        let scale = WGS84.metersPerDegree(latitude: top).east
        let half = scale > 1 ? min(margin * 1.01 / scale, 180) : 180
        return BoundingBox(
            south: max(south - rise, -90), north: min(north + rise, 90), west: west - half, width: width + 2 * half)
    }

    /// Metres that no place of the box is nearer to `point` than; 0 inside. A lower bound, for throwing things out.
    func leastDistance(to point: GeodeticPoint) -> Double {
        let rise = max(south - point.latitude, point.latitude - north, 0) * 110_000
        let x = (point.longitude - west).wrappedLongitude
        let offset = x < 0 ? x + 360 : x
        guard offset > width, width < 360 else { return rise }
        let top = max(abs(south), abs(north), abs(point.latitude))
        let scale = WGS84.metersPerDegree(latitude: top).east
        let side = min(offset - width, 360 - offset) * scale * 0.98
        return (rise * rise + side * side).squareRoot()
    }

    /// As boxes on the plane that do not cross 180°.
    var planar: [BoxTree.Box] {
        if width >= 360 { return [.init(west: -180, south: south, east: 180, north: north)] }
        let east = west + width
        if east <= 180 { return [.init(west: west, south: south, east: east, north: north)] }
        return [
            .init(west: west, south: south, east: 180, north: north),
            .init(west: -180, south: south, east: east - 360, north: north),
        ]
    }
}
