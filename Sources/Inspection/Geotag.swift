public import Geodesy

/// A WGS 84 position with everything needed to judge it.
public struct Geotag: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable {
        /// The analyser or a range-finder stated it.
        case statedPosition = "stated_position"
        /// The pixel's ray met the terrain.
        case rayTerrain = "ray_terrain"
        /// The pixel's ray met the ellipsoid at a ground height.
        case rayEllipsoid = "ray_ellipsoid"
        /// Interpolated inside the picture corners that the aircraft stated.
        case statedCorners = "stated_corners"
        /// The aircraft's own frame centre.
        case frameCenter = "frame_center"
        /// Only where the aircraft was.
        case platform
    }

    /// Height above the ellipsoid, metres.
    public var point: GeodeticPoint
    public var method: Method
    /// One sigma.
    public var ellipse: ErrorEllipse
    /// Radius that holds the true place with probability 0.9, metres.
    public var ce90: Double
    /// Milliseconds between the frame and the measured pose.
    public var poseAgeMilliseconds: Double
    /// Where the heights came from, for people: `sensor HAE (item 75)`, `sensor MSL + EGM96 (item 15)`, …
    public var sourceDatum: String
    /// Name of the first area of the settings, grid cells aside, that holds the place; nil in none.
    public var area: String?
    /// Code of the grid cell that holds the place, 15 digits; nil in none.
    public var grid: String?
    /// Metres of level ground that a pixel covers where it was seen, in the direction in which it covers most; of a finding,
    /// the median of its sightings. Nil where it is not known.
    public var gsd: Double?
    /// What each error that is common to the flight does to the place: metres north and east for one sigma, in one order
    /// for all sightings of a flight. Empty where it is not known. Never leaves the gateway.
    public var common: [SIMD2<Double>] = []
    /// Metres north and east by which the place moves for each second that the pose is of a later moment; nil where the
    /// camera's motion is not known, or the place does not follow from its pose. Never leaves the gateway.
    public var perSecond: SIMD2<Double>?

    public init(
        point: GeodeticPoint, method: Method, ellipse: ErrorEllipse, ce90: Double, poseAgeMilliseconds: Double,
        sourceDatum: String
    ) {
        self.point = point
        self.method = method
        self.ellipse = ellipse
        self.ce90 = ce90
        self.poseAgeMilliseconds = poseAgeMilliseconds
        self.sourceDatum = sourceDatum
    }
}

/// Why an object got no position.
public enum PlacementRefusal: String, Error, Sendable, Hashable, CaseIterable {
    case noPose = "no_pose"
    case noFix = "no_fix"
    case stalePose = "stale_pose"
    case noFieldOfView = "no_field_of_view"
    case noBox = "no_box"
    case noGroundHeight = "no_ground_height"
    case aboveHorizon = "above_horizon"
    /// The ray meets the ground, but too far or too flat to mean anything.
    case tooOblique = "too_oblique"
    case belowGround = "below_ground"
    case offGlobe = "off_globe"
}

/// Puts the objects of a frame on the ground. Implemented by `Geotagging`; called by the classifier when a rule first
/// speaks of the ground, at most once for an object and footing in a frame.
public protocol Placement: Sendable {
    func place(_ object: FrameObject, footing: Footing, in frame: FrameMetadata) -> Result<Geotag, PlacementRefusal>
    /// The ground that an object's box covers; nil where a corner of it has no place.
    func outline(of object: FrameObject, in frame: FrameMetadata) -> GroundOutline?
    /// Degrees by which the ground falls at a place, 0…90; nil where no terrain tells.
    func slope(at point: GeodeticPoint) -> Double?
}

extension Placement {
    public func outline(of object: FrameObject, in frame: FrameMetadata) -> GroundOutline? { nil }
    public func slope(at point: GeodeticPoint) -> Double? { nil }
}

/// What a box covers of the ground.
public struct GroundOutline: Sendable, Hashable {
    /// Of the box's corners: upper left, upper right, lower right, lower left.
    public var corners: [GeodeticPoint]
    /// Square metres of the map: a slope's own surface is larger.
    public var area: Double

    public init(corners: [GeodeticPoint], area: Double) {
        self.corners = corners
        self.area = area
    }
}

/// Which pixel of a box touches the ground.
public enum Footing: String, Sendable, Hashable, CaseIterable {
    /// People, machines, buildings, smoke columns: the middle of the bottom edge.
    case standing
    /// Heaps seen from above, bare soil, water: the middle.
    case flat
}
