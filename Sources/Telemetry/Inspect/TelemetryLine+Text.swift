import Geodesy
import Inspection

extension TelemetryLine {
    /// For people: one line, what is unknown left out.
    public var text: String {
        var parts = [dialect]
        if !stream.isEmpty { parts.append(stream) }
        if let ptsMicroseconds { parts.append("pts \(ptsMicroseconds) us") }
        if let utc = sample.utc { parts.append(utc.rfc3339) }
        if let localTime { parts.append("local \(localTime.iso8601)") }
        if let latitude = sample.latitude, let longitude = sample.longitude {
            parts.append(
                "at \(Self.plain(latitude, 7)) \(Self.plain(longitude, 7))" + (sample.hasFix ? "" : " (no fix)"))
        } else if !isTimeOnly {
            parts.append("no fix")
        }
        let heights = [
            ("HAE", sample.heightHAE), ("MSL", sample.heightMSL), ("above take-off", sample.heightAboveTakeoff),
        ]
        for case (let datum, let height?) in heights { parts.append("\(Self.plain(height, 2)) m \(datum)") }
        if let platform = sample.platform {
            parts.append("aircraft " + Self.plain(platform))
        } else if let heading {
            parts.append("aircraft yaw \(Self.plain(heading, 2))°")
        }
        switch sample.camera {
        case .body(let attitude): parts.append("gimbal " + Self.plain(attitude) + " to the airframe")
        case .earth(let attitude): parts.append("gimbal " + Self.plain(attitude))
        case nil: break
        }
        if let angle = sample.horizontalFieldOfView { parts.append("view \(Self.plain(angle, 2))°") }
        if let zoom { parts.append("zoom \(Self.plain(zoom, 2))") }
        if let speed = sample.groundSpeed { parts.append("speed \(Self.plain(speed, 2)) m/s") }
        if let range = sample.slantRange { parts.append("slant range \(Self.plain(range, 2)) m") }
        if let center = sample.frameCenter {
            parts.append("centre \(Self.plain(center.latitude, 7)) \(Self.plain(center.longitude, 7))")
        }
        return parts.joined(separator: "  ").shown
    }

    private static func plain(_ attitude: Attitude) -> String {
        "yaw \(plain(attitude.yaw, 2))° pitch \(plain(attitude.pitch, 2))° roll \(plain(attitude.roll, 2))°"
    }

    private static func plain(_ number: Double, _ decimals: Int) -> String {
        ItemMeaning.text(number, decimals: decimals)
    }
}
