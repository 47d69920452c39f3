import Geodesy

/// The true pose as the aircraft states it: late by the timing offset, off by the bias, and noisy.
struct StatedPose: Sendable {
    let noise: Scenario.PoseNoise
    let seed: UInt64

    func stated(_ pose: Pose, frame: Int) -> Pose {
        var generator = SeededGenerator(seed: seed, stream: 5, index: frame)
        func error(_ part: KeyPath<Scenario.PoseNoise.Error, Double>) -> Double {
            noise.bias[keyPath: part] + noise.white[keyPath: part] * generator.gaussian()
        }
        let (north, east, up) = (error(\.position), error(\.position), error(\.height))
        let (yaw, pitch, roll) = (error(\.yaw), error(\.pitch), error(\.roll))
        var stated = pose
        let scale = WGS84.metersPerDegree(latitude: pose.sensor.latitude, height: pose.sensor.height)
        stated.sensor.latitude += north / scale.north
        stated.sensor.longitude += east / max(scale.east, 1)
        stated.sensor.height += up
        for part in [\Pose.airframe, \Pose.camera] {
            stated[keyPath: part].yaw = bearing(stated[keyPath: part].yaw + yaw)
            stated[keyPath: part].pitch = min(max(stated[keyPath: part].pitch + pitch, -90), 90)
            stated[keyPath: part].roll += roll
        }
        return stated
    }
}
