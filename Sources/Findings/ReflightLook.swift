public import Geodesy
public import Inspection

/// What one frame shows of a known finding's place.
public struct ReflightLook: Sendable, Hashable {
    /// What a rule said of the place in this frame.
    public enum Sight: Sendable, Hashable {
        case nothing
        /// A detection of the scene type whose position may be the finding's, and that belongs to no known finding yet: of
        /// the thing with this number (``ReflightCheck/resolve(_:as:)``). What belongs to another one is nothing here.
        case alike(thing: Int)
        /// A detection that was joined to it.
        case same
    }

    public var frame: Frame
    public var utc: UTCTime
    /// True when an analyser looked at this very frame for the scene type, and the rule was in force: where nobody looked,
    /// nothing seen says nothing.
    public var isExamined: Bool
    /// True when the picture's footprint holds the place with all of ``ReflightCheck/margin(of:lookCE90:terms:)`` around it.
    public var isInside: Bool
    /// Metres of ground a pixel at the place, in the direction in which it covers most.
    public var gsd: Double
    /// Degrees by which the sight line falls at the place, 0…90: 90 looks straight down.
    public var depression: Double
    /// How far from the middle of the picture the place is: 0 there, 1 in a corner.
    public var aside: Double
    public var camera: GeodeticPoint
    public var sight: Sight

    public init(
        frame: Frame, utc: UTCTime, isExamined: Bool, isInside: Bool, gsd: Double, depression: Double, aside: Double,
        camera: GeodeticPoint, sight: Sight
    ) {
        self.frame = frame
        self.utc = utc
        self.isExamined = isExamined
        self.isInside = isInside
        self.gsd = gsd
        self.depression = depression
        self.aside = aside
        self.camera = camera
        self.sight = sight
    }

    /// Why nothing seen in this look says nothing; nil for a look that counts.
    func doubt(_ terms: ReflightTerms) -> ReflightOutcome.Doubt? {
        guard isInside else { return .notCovered }
        guard isExamined else { return .notExamined }
        guard gsd > 0, gsd <= terms.gsd else { return .tooCoarse }
        guard depression >= terms.depression else { return .tooOblique }
        guard let picture = frame.picture else { return terms.acceptsUnmeasured ? nil : .notMeasured }
        guard terms.luma.contains(picture.luma) else { return .badlyLit }
        guard picture.sharpness >= terms.sharpness else { return .blurred }
        return nil
    }

    /// True when nothing seen in this look says that nothing is there.
    public func counts(_ terms: ReflightTerms) -> Bool { doubt(terms) == nil }

    /// How good a picture of the place it makes, 0…1: fine, steep, sharp and in the middle.
    func score(_ terms: ReflightTerms) -> Double {
        guard isInside, gsd > 0, depression > 0 else { return 0 }
        let fineness = min(terms.size / gsd / (4 * terms.pixels), 1)
        let steepness = min(depression / 60, 1)
        var sharpness = 1.0
        if let picture = frame.picture {
            sharpness = min(max(picture.sharpness, 0) / (4 * max(terms.sharpness, 1)), 1).squareRoot()
            if !terms.luma.contains(picture.luma) { sharpness /= 2 }
        }
        let score = fineness.squareRoot() * steepness * sharpness * (1 - min(max(aside, 0), 1) / 2)
        return score.isFinite ? max(score, 0) : 0
    }
}
