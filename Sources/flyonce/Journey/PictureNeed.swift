import Geodesy
import Geotagging
import Ingest

/// Says whether pictures are to be measured for looks: while a place that they may decide on is near, and not for the ground
/// between.
struct PictureNeed {
    /// Microseconds between two times that it is asked.
    private static let pause: Int64 = 1_000_000

    private let demand: PictureDemand?
    private var asked: Int64?

    /// Nil where pictures are measured all the time, or never.
    init(_ demand: PictureDemand?) { self.demand = demand }

    /// `now`: microseconds of the frame's UTC.
    mutating func ask(_ now: Int64, isNear: () -> Bool) {
        guard let demand else { return }
        if let asked, now >= asked, now &- asked < Self.pause { return }
        asked = now
        demand.isWanted = isNear()
    }

    func end() { demand?.isWanted = false }
}

extension GroundView {
    /// Metres around the camera that may come into the picture soon.
    var reach: Double { min(max(3 * (heightAboveGround ?? 300), 100), 3000) }

    func isNear(_ place: GeodeticPoint) -> Bool {
        place.flatDistance(to: camera) <= reach
    }
}
