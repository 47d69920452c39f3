import Geodesy
import Inspection
import KLV

extension TelemetrySample {
    /// The pose that a packet of the Predator universal set (MISB EG 0104) describes: heights above the geoid, and a line of
    /// sight by its azimuth from true north and its obliquity, 180° forward and 270° straight down, so already in the local
    /// frame. The picture's corners in recordings agree with a level horizon whatever `sensorRollAngle` says, so the camera
    /// is taken as not rolled.
    init(eg0104 items: [LocalSetItem]) {
        self.init()
        if let point = Self.place(items, 13, 14) {
            latitude = point.latitude
            longitude = point.longitude
            hasFix = true
        }
        heightMSL = items.value(15)?.number
        if let heading = items.value(5)?.number, let pitch = items.value(90)?.number,
            let roll = items.value(91)?.number,
            Self.isAngle(heading), abs(pitch) <= 90, abs(roll) <= 180
        {
            platform = Attitude(yaw: Self.circle(heading), pitch: pitch, roll: roll)
        }
        if let north = items.value(1001)?.number, let obliquity = items.value(1002)?.number, Self.isAngle(north),
            Self.isAngle(obliquity)
        {
            // Beyond straight down or straight up it would contradict its azimuth.
            let elevation = 180 - Self.circle(obliquity)
            if abs(elevation) <= 90 {
                camera = .earth(Attitude(yaw: Self.circle(north), pitch: elevation, roll: 0))
            }
        }
        horizontalFieldOfView = Self.fieldOfView(items, 16)
        verticalFieldOfView = Self.fieldOfView(items, 17)
        frameCenter = Self.place(items, 23, 24)
        if frameCenter != nil { frameCenter?.heightMSL = items.value(25)?.number }
        let stated = (0..<4).compactMap { Self.place(items, 82 + 2 * $0, 83 + 2 * $0) }
        corners = stated.count == 4 ? stated : []
        slantRange = items.value(21)?.number.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Nil for 0,0 and for what lies off the globe.
    private static func place(_ items: [LocalSetItem], _ latitude: Int, _ longitude: Int) -> StatedPoint? {
        guard let latitude = items.value(latitude)?.number, let longitude = items.value(longitude)?.number,
            isFix(latitude, longitude)
        else { return nil }
        return StatedPoint(latitude: latitude, longitude: longitude, heightMSL: nil, heightHAE: nil)
    }

    private static func fieldOfView(_ items: [LocalSetItem], _ tag: Int) -> Double? {
        items.value(tag)?.number.flatMap { $0 > 0 && $0 < 180 ? $0 : nil }
    }

    private static func isAngle(_ value: Double) -> Bool { abs(value) <= 360 }

    /// 0..<360.
    private static func circle(_ angle: Double) -> Double {
        angle < 0 ? angle + 360 : angle >= 360 ? angle - 360 : angle
    }
}
