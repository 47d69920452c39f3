/// The one-sigma horizontal error ellipse of a position.
public struct ErrorEllipse: Sendable, Hashable {
    /// One sigma along the major axis, metres.
    public var semiMajor: Double
    /// One sigma along the minor axis, metres.
    public var semiMinor: Double
    /// Direction of the major axis, degrees from true north clockwise, 0..<180.
    public var bearing: Double

    public init(semiMajor: Double, semiMinor: Double, bearing: Double) {
        self.semiMajor = semiMajor
        self.semiMinor = semiMinor
        self.bearing = bearing
    }
}
