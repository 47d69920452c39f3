import Geodesy

/// The true pose as the aircraft states it: late by the timing offset, off by what stays all flight, and noisy.
struct StatedPose: Sendable {
    /// Metres and degrees by which every packet of a flight is off.
    struct Offset: Sendable, Hashable {
        var north: Double
        var east: Double
        var up: Double
        var yaw: Double
        var pitch: Double
        var roll: Double
    }

    let noise: Scenario.PoseNoise
    let seed: UInt64
    let offset: Offset

    init(noise: Scenario.PoseNoise, seed: UInt64) {
        self.noise = noise
        self.seed = seed
        var generator = SeededGenerator(seed: seed, stream: 6)
        func drawn(_ part: KeyPath<Scenario.PoseNoise.Error, Double>) -> Double {
            noise.bias[keyPath: part] + noise.biasDeviation[keyPath: part] * generator.gaussian()
        }
        offset = Offset(
            north: drawn(\.position), east: drawn(\.position), up: drawn(\.height), yaw: drawn(\.yaw),
            pitch: drawn(\.pitch), roll: drawn(\.roll))
    }

    func stated(_ pose: Pose, frame: Int) -> Pose {
        var generator = SeededGenerator(seed: seed, stream: 5, index: frame)
        func error(_ part: KeyPath<Scenario.PoseNoise.Error, Double>) -> Double {
            noise.white[keyPath: part] * generator.gaussian()
        }
        let north = offset.north + error(\.position)
        let east = offset.east + error(\.position)
        let up = offset.up + error(\.height)
        let yaw = offset.yaw + error(\.yaw)
        let pitch = offset.pitch + error(\.pitch)
        let roll = offset.roll + error(\.roll)
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
