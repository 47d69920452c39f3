public import Geodesy
public import Inspection

/// What the joining made of one detection of a frame.
public struct JoinedSight: Sendable, Hashable {
    /// Number of the thing that it belongs to, within the flight.
    public var thing: Int
    public var sceneType: String
    /// Of the detection itself.
    public var point: GeodeticPoint
    /// Nil while the thing is no finding yet.
    public var finding: FindingID?

    public init(thing: Int, sceneType: String, point: GeodeticPoint, finding: FindingID?) {
        self.thing = thing
        self.sceneType = sceneType
        self.point = point
        self.finding = finding
    }
}

extension FindingJoiner {
    /// Of a frame's detections that have a place of their own. What opened with this very frame is a finding, and what was
    /// taken for strays of an open finding is that one.
    func sights(of shown: [(serial: Int, sighted: Sighted)]) -> [JoinedSight] {
        shown.compactMap { serial, sighted in
            guard !sighted.isWholeFrame, let point = Sighted.usable(sighted.detection.geotag)?.point else { return nil }
            let matter = index(of: serial).map { matters[$0] }
            let finding = matter.map { $0.stage == .tentative ? nil : $0.base.id } ?? absorbed[serial]
            return JoinedSight(
                thing: serial, sceneType: sighted.detection.sceneType.id, point: point, finding: finding)
        }
    }
}
