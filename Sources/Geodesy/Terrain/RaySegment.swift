/// A stretch of a ray so short that latitude and longitude change evenly over it, to a few millimetres; its height above
/// the ellipsoid bends with the earth. Places on it are shares, 0…1.
struct RaySegment {
    /// Metres along the ray.
    let start: Double
    let length: Double
    /// Degrees at the start, and over the whole; the longitude goes on past 180°.
    let latitude: Double
    let longitude: Double
    let north: Double
    let east: Double
    /// Height = `rise.x + rise.y u + rise.z u²`, metres.
    let rise: Vector
    let end: GeodeticPoint
    /// Metres by which the middle stands aside from an even change.
    let bend: Double

    /// Metres; a longer stretch gives no gain.
    static let longest = 2000.0
    /// Metres; at the poles even this turns.
    static let shortest = 0.25
    private static let bendLimit = 0.002

    private init(_ ray: Ray, from point: GeodeticPoint, at start: Double, length: Double) {
        let middle = GeodeticPoint(ecef: ray.point(at: start + length / 2))
        end = GeodeticPoint(ecef: ray.point(at: start + length))
        self.start = start
        self.length = length
        latitude = point.latitude
        longitude = point.longitude
        north = end.latitude - point.latitude
        east = (end.longitude - point.longitude).wrappedLongitude
        let aside = (middle.longitude - point.longitude).wrappedLongitude - east / 2
        let scale = WGS84.metersPerDegree(latitude: middle.latitude)
        let across = aside * scale.east
        let along = (middle.latitude - point.latitude - north / 2) * scale.north
        bend = (across * across + along * along).squareRoot()
        let half = middle.height - point.height
        let whole = end.height - point.height
        rise = Vector(point.height, 4 * half - whole, 2 * whole - 4 * half)
    }

    /// The longest stretch up to `length` that is even enough.
    static func next(on ray: Ray, from point: GeodeticPoint, at start: Double, length: Double) -> RaySegment {
        var length = min(length, longest)
        while true {
            let segment = RaySegment(ray, from: point, at: start, length: length)
            if segment.bend <= bendLimit || length <= shortest { return segment }
            // The bend grows with the square of the length.
            let fitting = length * (bendLimit / segment.bend).squareRoot() * 0.9
            length = max(min(fitting, length * 0.7), shortest)
        }
    }

    func height(_ u: Double) -> Double { rise.x + u * (rise.y + u * rise.z) }

    /// The least height between two places.
    func lowest(_ from: Double, _ to: Double) -> Double {
        var lowest = min(height(from), height(to))
        if rise.z > 0 {
            let turn = -rise.y / (2 * rise.z)
            if turn > from, turn < to { lowest = min(lowest, height(turn)) }
        }
        return lowest
    }
}
