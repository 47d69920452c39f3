public import Geodesy
public import Inspection

/// The ground that a picture truly shows at a stated ground sampling distance (GSD: metres of level ground that one pixel
/// covers, in the direction in which it covers most) or a finer one. What lies beyond, above the horizon, too far, too flat
/// or behind a ridge is cut away.
public struct Footprint: Sendable, Hashable {
    /// What one pixel sees.
    public struct Look: Sendable, Hashable {
        /// Height above the ellipsoid.
        public var point: GeodeticPoint
        /// Metres.
        public var gsd: Double
        /// Degrees between the sight line and the vertical at the ground: 0 looks straight down.
        public var obliquity: Double
        /// Sensor to ground, metres.
        public var range: Double

        public init(point: GeodeticPoint, gsd: Double, obliquity: Double, range: Double) {
            self.point = point
            self.gsd = gsd
            self.obliquity = obliquity
            self.range = range
        }
    }

    /// Each a ring without holes, not closed. One, as a rule; where terrain hides some of the ground many that adjoin.
    public var rings: [[GeodeticPoint]]
    /// Upper left, upper right, lower right, lower left, cut or not; nil where the ray does not meet the ground.
    public var corners: [Look?]
    public var center: Look?
    /// Less than the whole picture.
    public var isCut: Bool
    /// Rays to the terrain or to the ellipsoid at the ground's height, or the picture corners that the aircraft states.
    public var method: Geotag.Method

    public init(rings: [[GeodeticPoint]], corners: [Look?], center: Look?, isCut: Bool, method: Geotag.Method) {
        self.rings = rings
        self.corners = corners
        self.center = center
        self.isCut = isCut
        self.method = method
    }

    /// Square metres of the map, within 0.1 %.
    public var area: Double { rings.reduce(0) { $0 + (GroundShape(areas: [[$1]])?.area ?? 0) } }
}
