import Geodesy
import Inspection

/// Frames for the tests: a sensor 120 m above level ground, looking down at 45° to the north-east.
enum FrameBuilder {
    static func sample() -> TelemetrySample {
        var sample = TelemetrySample()
        sample.latitude = 28.9
        sample.longitude = 118.5
        sample.heightHAE = 320
        sample.hasFix = true
        sample.camera = .earth(Attitude(yaw: 45, pitch: -45, roll: 0))
        sample.horizontalFieldOfView = 63.7
        sample.verticalFieldOfView = 38.5
        sample.groundSpeed = 0
        return sample
    }

    static func frame(
        _ sample: TelemetrySample?, width: Int = 1920, height: Int = 1080, poseAge: Double? = 0
    ) -> FrameMetadata {
        let time = UTCTime(microseconds: 1_748_743_200_000_000)
        return FrameMetadata(
            frame: Frame(
                index: 0, time: RunningTime(nanoseconds: 0), ptsMicroseconds: nil, width: width, height: height,
                isKey: true, arrival: time),
            utc: time, provenance: .precisionTimeStamp, telemetry: sample, poseAge: poseAge, objects: [])
    }

    /// A box whose middle is (u, v).
    static func object(
        u: Double = 960, v: Double = 540, size: Double = 40, stated: FrameObject.StatedPosition? = nil
    ) -> FrameObject {
        FrameObject(
            label: "waste", confidence: 0.9,
            box: .init(left: u - size / 2, top: v - size / 2, right: u + size / 2, bottom: v + size / 2),
            statedPosition: stated)
    }
}
