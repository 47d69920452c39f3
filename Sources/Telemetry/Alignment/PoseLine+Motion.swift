import Geodesy
import Inspection

extension PoseLine {
    /// Poses nearer than this, seconds, are told apart more by the steps in which positions are written than by flight.
    private static let motionSpan = 0.8
    /// Poses farther apart say nothing of the rate between them.
    private static let motionLimit = 3.0

    /// How the camera moves at `time`, from a pose before and one after it, or from the last two; nil where no two poses
    /// near enough have position and attitude.
    func motion(at time: RunningTime) -> CameraMotion? {
        guard let after = poses.firstIndex(where: { $0.time >= time }) ?? poses.indices.last, after > 0 else {
            return nil
        }
        let end = poses[after]
        guard
            let start = poses[..<after].last(where: { end.time.seconds(since: $0.time) >= Self.motionSpan })
                ?? poses[..<after].first
        else { return nil }
        let span = end.time.seconds(since: start.time)
        guard span > 0.05, span <= Self.motionLimit, abs(time.seconds(since: end.time)) <= Self.motionLimit,
            let from = Self.place(start.sample), let to = Self.place(end.sample),
            let rotation = start.sample.cameraRotation, let turned = end.sample.cameraRotation
        else { return nil }
        let moved = from.displacement(to: to)
        let turn = (rotation.transposed * turned).vector
        let motion = CameraMotion(
            velocity: Vector(moved.north, moved.east, from.height - to.height) / span, turn: turn / span)
        guard motion.velocity.isFinite, motion.turn.isFinite, motion.velocity.length < 500 else { return nil }
        return motion
    }

    private static func place(_ sample: TelemetrySample) -> GeodeticPoint? {
        guard sample.hasFix, let latitude = sample.latitude, let longitude = sample.longitude else { return nil }
        let height = sample.heightHAE ?? sample.heightMSL ?? sample.heightAboveTakeoff ?? 0
        return GeodeticPoint(latitude: latitude, longitude: longitude, height: height)
    }
}
