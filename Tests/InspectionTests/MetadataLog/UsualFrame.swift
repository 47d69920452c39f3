import Geodesy
import Inspection

/// A frame as they come of a drone: 30 a second, a pose interpolated between readings, objects of an analyser that writes two
/// to four decimals.
enum UsualFrame {
    static func frame(_ index: Int, objects count: Int) -> FrameMetadata {
        let seconds = Double(index) / 30
        let start = UTCTime(microseconds: 1_787_194_800_000_000)
        let utc = start.advanced(byMicroseconds: Int64(index) * 33_333)
        let frame = Frame(
            index: index, time: .seconds(seconds), ptsMicroseconds: 10_000_000 + Int64(index) * 33_333, width: 1920,
            height: 1080, isKey: index % 30 == 0,
            arrival: utc.advanced(byMicroseconds: 80_000 + Int64(index * 7919 % 4000)))
        var sample = TelemetrySample()
        sample.utc = utc.advanced(byMicroseconds: -20_000)
        sample.latitude = 28.9 + seconds * 0.000_073_1 / 3
        sample.longitude = 118.5 + seconds * 0.000_031_7 / 3
        sample.heightMSL = 181.3 + seconds / 700
        sample.heightHAE = 195.1 + seconds / 700
        sample.platform = Attitude(yaw: 31.7 + seconds / 3, pitch: -2.1 + seconds / 900, roll: 0.7 - seconds / 800)
        sample.camera = .body(Attitude(yaw: 0.3 + seconds / 700, pitch: -61.3 + seconds / 600, roll: 0.01))
        sample.horizontalFieldOfView = 63.7
        sample.verticalFieldOfView = 38.5
        sample.frameCenter = .init(
            latitude: 28.9007 + seconds * 0.000_073_1 / 3, longitude: 118.5003, heightMSL: 88, heightHAE: nil)
        sample.slantRange = 121.7 + seconds / 300
        sample.groundSpeed = 8.1
        sample.hasFix = true
        let objects = (0..<count).map { object in
            let left = Double((object * 181 + index * 3) % 1800) + Double(index * 37 % 100) / 100
            let top = Double((object * 97 + index) % 1000) + Double(index * 53 % 100) / 100
            return FrameObject(
                label: ["person", "car", "truck", "garbage"][object % 4],
                confidence: Double(6000 + (object * 331 + index * 17) % 4000) / 10_000,
                box: .init(left: left, top: top, right: left + 41.25, bottom: top + 33.5),
                track: String(object + index / 300 * 10))
        }
        return FrameMetadata(
            frame: frame, utc: utc, provenance: .precisionTimeStamp, telemetry: sample, poseAge: 0.02,
            objects: objects)
    }
}
