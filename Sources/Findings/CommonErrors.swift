import Geodesy
import Inspection

/// What is wrong with all poses of a flight alike, in sigmas of each error that ``Geotag/common`` tells of: a camera that is
/// turned against what it states, a fix that lies aside.
public struct CommonErrors: Sendable, Hashable {
    public var sigmas: [Double]
    /// Things that told of it.
    public var matters: Int
    /// Of them those that earlier flights know.
    public var known: Int
    /// Metres by which it moves a place at most, of those that told of it.
    public var largestMove: Double

    public init(sigmas: [Double], matters: Int = 0, known: Int = 0, largestMove: Double = 0) {
        self.sigmas = sigmas
        self.matters = matters
        self.known = known
        self.largestMove = largestMove
    }

    /// Metres north and east by which a place is off; nil where it does not tell what its errors do.
    func move(of geotag: Geotag) -> SIMD2<Double>? {
        move(geotag.common)
    }

    /// The same of a place that one sigma of each moves so.
    func move(_ common: [SIMD2<Double>]) -> SIMD2<Double>? {
        guard common.count == sigmas.count, !sigmas.isEmpty else { return nil }
        let move = zip(common, sigmas).reduce(SIMD2(0, 0)) { $0 + $1.1 * $1.0 }
        return move.x.isFinite && move.y.isFinite ? move : nil
    }
}

extension Detection {
    /// Placed as if its pose were without what is wrong with all of the flight's.
    func without(_ errors: CommonErrors) -> Detection {
        guard let geotag = Sighted.usable(geotag), let move = errors.move(of: geotag),
            let plane = LocalPlane(origin: geotag.point)
        else { return self }
        var detection = self
        detection.geotag?.point = plane.point(at: Place(north: -move.x, east: -move.y), height: geotag.point.height)
        return detection
    }
}
