public import Inspection

/// What it takes to believe, of one scene type, that a thing is gone.
public struct ReflightTerms: Sendable, Hashable {
    /// Metres: how large the smallest thing of the type is that must not be missed.
    public var size = 1.0
    /// Pixels across it at least: ``size`` over the ground sampling distance.
    public var pixels = 16.0
    /// How many times the metres a pixel at which a thing was found a look at it may have, where that is more than
    /// ``size`` over ``pixels``: what was detected at a resolution would be again. 0: never.
    public var asFound = 1.25
    /// Metres of ground a pixel at which this very thing was found; nil for terms of a type, and where it is not known.
    public private(set) var foundAt: Double?
    /// Degrees that the sight line falls at least: what stands around hides the ground from flatter ones.
    public var depression = 35.0
    /// Mean luma of the picture, 0…1: neither night nor glare.
    public var luma = 0.12...0.92
    /// Variance of the Laplacian of luma at least (``PictureFeatures/sharpness``).
    public var sharpness = 50.0
    /// False: a look whose picture was not measured may be blurred or dark, and does not count.
    public var acceptsUnmeasured = false
    /// Seconds between looks that are counted: neighbouring frames see, and miss, alike.
    public var interval = 0.5
    /// Looks that count, at least, however surely the thing is seen when it is there.
    public var looks = 4
    /// Seconds from the first of them to the last.
    public var seconds = 2.0
    /// Camera places among them.
    public var views = 2
    /// Degrees, seen from the place, by which two of these differ.
    public var viewsApart = 5.0
    /// Chance at most that a thing that is there was missed in all looks.
    public var chanceMissed = 0.01
    /// Looks in which a thing of which nothing else is known is taken to have been seen, and missed: with what was counted
    /// of the thing itself, a beta distribution of the rate at which it is detected.
    public var priorSeen = 2.0
    public var priorMissed = 2.0
    /// Frames with a detection of it from which it is there still.
    public var persistsAfterSightings = 3
    /// Metres of the map, one sigma, by which the footprint itself is taken to be off where the look's caller knows no
    /// better.
    public var footprintError = 4.0
    /// Seconds after its last sighting from which seeing nothing says that it is gone; nil for what comes and goes, such as
    /// a person without a mask: that nobody stands there now says nothing of the matter.
    public var clearsAfter: Double? = 600
    /// Seconds after it was closed from which a sighting is a recurrence. Of what was cleared every later one is.
    public var recursAfter = 3600.0

    public init() {}

    /// Metres of ground a pixel at the place at most.
    public var gsd: Double { max(pixels > 0 ? size / pixels : .infinity, asFound * (foundAt ?? 0)) }

    /// Those of this very finding.
    public func of(_ known: KnownFinding) -> ReflightTerms {
        var terms = self
        terms.foundAt = known.gsd.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        return terms
    }

    /// Those of a scene type, where `common` are those of all: its own size and looks. What is remembered for less than a
    /// day (``SceneType/remembered``; an hour for what stands) comes and goes: it is never held to be gone.
    public init(_ type: SceneType, common: ReflightTerms = ReflightTerms()) {
        self = common
        if let size = type.reflight?.size { self.size = size }
        if let looks = type.reflight?.looks { self.looks = looks }
        let remembered = type.remembered ?? (type.footing == .standing ? 3600 : .infinity)
        if !(remembered >= 86_400) || type.reflight?.clears == false { clearsAfter = nil }
    }
}
