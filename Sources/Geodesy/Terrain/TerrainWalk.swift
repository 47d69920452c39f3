/// Follows a ray cell by cell over the surface, so that no ridge is jumped over, and meets each cell's bilinear surface
/// exactly.
struct TerrainWalk {
    let ray: Ray
    let limit: Double
    private var cursor: TerrainCursor
    private var hole: Hole?
    /// Ground under the ray where it was last known; nil before.
    private var lastGround: Double?
    private var steps = 0

    /// A stretch without data that the ray is over.
    private struct Hole {
        /// Metres along the ray.
        var start: Double
        /// Of the ray, metres above the ellipsoid.
        var height: Double
        /// Of the ground before it; nil for one that the ray began over.
        var ground: Double?
    }

    /// Metres: no ground is above the one and below the other.
    private static let highest = 9500.0
    private static let deepest = -1000.0
    /// Cells at most: 15 km over cells of 10 cm, and more.
    private static let stepLimit = 500_000
    /// Metres that near the poles, where columns lie closer, are taken in one.
    private static let stride = 0.05

    init(ray: Ray, limit: Double, over cursor: TerrainCursor) {
        self.ray = ray
        self.limit = limit
        self.cursor = cursor
    }

    mutating func run() -> TerrainMeeting {
        var point = GeodeticPoint(ecef: ray.origin)
        var start = 0.0
        var length = 400.0
        guard point.latitude.isFinite, point.longitude.isFinite, point.height.isFinite else { return .miss }
        while start < limit {
            let segment = RaySegment.next(on: ray, from: point, at: start, length: min(length, limit - start))
            if let meeting = follow(segment) { return meeting }
            let (from, to) = (segment.height(0), segment.height(1))
            if to > Self.highest, to > from { return .miss }
            if to < Self.deepest { return .noData }
            start += segment.length
            point = segment.end
            length = segment.bend < 0.0005 ? segment.length * 2 : segment.length
        }
        return hole == nil ? .miss : .noData
    }

    /// Over one segment; nil when the ray leaves it still above ground.
    private mutating func follow(_ segment: RaySegment) -> TerrainMeeting? {
        var u = 0.0
        while u < 1 {
            steps += 1
            if steps > Self.stepLimit { return .miss }
            var step = cursor.step(on: segment, from: u)
            let distance = segment.start + u * segment.length
            switch step.ground {
            case .unknown:
                if hole == nil { hole = Hole(start: distance, height: segment.height(u), ground: lastGround) }
            case .below(let top):
                guard leavesHole(at: distance, height: segment.height(u), ground: top) else { return .noData }
                lastGround = top
            case .surface(let above, let origin):
                let clearance = Self.value(above, u - origin)
                let ground = segment.height(u) - clearance
                guard leavesHole(at: distance, height: segment.height(u), ground: ground) else { return .noData }
                if clearance <= 0 { return distance > 0 ? meeting(at: distance, segment, slope: 0) : .belowGround }
                if let root = crossing(above, origin, from: u, to: &step.exit, clearance, segment) {
                    let slope = (above.y + 2 * above.z * (root - origin)) / segment.length
                    return meeting(at: segment.start + root * segment.length, segment, slope: slope)
                }
                lastGround = segment.height(step.exit) - Self.value(above, step.exit - origin)
            }
            u = max(step.exit, u + 1e-9)
        }
        return nil
    }

    /// Where the height above the surface comes to nothing in a cell. Near the poles the stretch is lengthened to what
    /// counts, and its surface taken as even.
    private mutating func crossing(
        _ above: Vector, _ origin: Double, from u: Double, to exit: inout Double, _ clearance: Double,
        _ segment: RaySegment
    ) -> Double? {
        let least = min(u + Self.stride / segment.length, 1)
        if exit < least, abs(segment.east) > segment.length * 1e-4 {
            let latitude = min(max(segment.latitude + segment.north * least, -90), 90)
            let longitude = (segment.longitude + segment.east * least).wrappedLongitude
            if let ground = cursor.height(latitude: latitude, longitude: longitude) {
                exit = least
                let end = segment.height(least) - ground
                return end <= 0 ? u + (least - u) * clearance / (clearance - end) : nil
            }
        }
        return Self.root(above, from: u - origin, to: exit - origin).map { min(max($0 + origin, u), exit) }
    }

    /// The least root of a quadratic that is above 0 at `from`; nil when there is none up to `to`.
    private static func root(_ f: Vector, from: Double, to: Double) -> Double? {
        let discriminant = f.y * f.y - 4 * f.z * f.x
        var roots: [Double] = []
        if discriminant >= 0 {
            // The form that does not cancel.
            let q = -(f.y + (f.y < 0 ? -1 : 1) * discriminant.squareRoot()) / 2
            if q != 0 { roots.append(f.x / q) }
            if f.z != 0 { roots.append(q / f.z) }
        }
        let inside = roots.filter { $0 >= from && $0 <= to }.min()
        if let inside { return inside }
        return value(f, to) <= 0 ? to : nil
    }

    private static func value(_ f: Vector, _ w: Double) -> Double { f.x + w * (f.y + w * f.z) }

    /// False when the ray may have met ground where nothing is known: slopes of 45° from the known edges would reach it.
    private mutating func leavesHole(at distance: Double, height: Double, ground: Double) -> Bool {
        guard let hole else { return true }
        let width = distance - hole.start
        let top = hole.ground.map { max(($0 + ground + width) / 2, $0, ground) } ?? ground + width
        self.hole = nil
        return min(height, hole.height) > top
    }

    /// The meeting, brought once nearer by the true height over the surface. `slope`: of that height, per metre.
    private mutating func meeting(at distance: Double, _ segment: RaySegment, slope: Double) -> TerrainMeeting {
        var distance = distance
        var point = GeodeticPoint(ecef: ray.point(at: distance))
        if slope < -1e-4, let ground = cursor.height(latitude: point.latitude, longitude: point.longitude) {
            let change = (ground - point.height) / slope
            if abs(change) < 0.1 {
                distance = max(distance + change, 0)
                point = GeodeticPoint(ecef: ray.point(at: distance))
            }
        }
        return .ground(distance: distance, point: point)
    }
}
