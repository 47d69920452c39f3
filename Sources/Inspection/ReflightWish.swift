/// A finding that wants a look by a later flight, and what a look must be like to decide whether it is still there.
public struct ReflightWish: Sendable, Hashable {
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Closed, and nobody has looked since.
        case verify
        /// Open for longer than its term.
        case overdue
        /// Not looked at for long.
        case stale
    }

    public var known: KnownFinding
    public var reason: Reason
    /// Seconds: since it was closed, first seen, or last looked at, as the reason says.
    public var age: Double
    /// When it was last looked at so that it counts; nil for never.
    public var lastLook: UTCTime?
    /// Metres of ground a pixel at most.
    public var gsd: Double
    /// Degrees that the sight line falls at least.
    public var depression: Double
    /// Metres around the place that the pictures must hold.
    public var margin: Double
    /// Camera places at least.
    public var views: Int
    /// Degrees that these lie apart at least, as seen from the place.
    public var viewsApart: Double
    /// Looks at least.
    public var looks: Int
    /// Seconds from the first of them to the last, at least.
    public var span: Double

    public init(
        known: KnownFinding, reason: Reason, age: Double, lastLook: UTCTime?, gsd: Double, depression: Double,
        margin: Double, views: Int, viewsApart: Double, looks: Int, span: Double
    ) {
        self.known = known
        self.reason = reason
        self.age = age
        self.lastLook = lastLook
        self.gsd = gsd
        self.depression = depression
        self.margin = margin
        self.views = views
        self.viewsApart = viewsApart
        self.looks = looks
        self.span = span
    }
}
