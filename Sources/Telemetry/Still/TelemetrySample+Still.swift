import Geodesy
public import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension TelemetrySample {
    /// The pose that a still picture states, by the XMP of DJI cameras, then by EXIF.
    ///
    /// `AbsoluteAltitude` is above the ellipsoid where the position came by RTK (`AltitudeType` or `RtkFlag` say so), else
    /// above the geoid. Gimbal angles are earth-referenced; a block of exact zeros was not reported. The target of the laser
    /// range-finder is in the middle of the picture: it is the frame centre, and its distance the slant range.
    public init(_ still: StillMetadata) {
        self.init()
        if let time = still.time, time.isUTC { utc = time.instant }
        position(still)
        heights(still)
        platform = Self.attitude(still, "Flight")
        if let gimbal = Self.attitude(still, "Gimbal"), gimbal != Attitude(yaw: 0, pitch: 0, roll: 0) {
            camera = .earth(gimbal)
        }
        if let north = still.number("drone-dji:FlightXSpeed"), let east = still.number("drone-dji:FlightYSpeed") {
            groundSpeed = (north * north + east * east).squareRoot()
        }
        fieldOfView(still)
        lens(still)
        target(still)
    }

    private mutating func position(_ still: StillMetadata) {
        let stated = Self.fix(
            still.number("drone-dji:GpsLatitude", "drone-dji:Latitude"),
            still.number("drone-dji:GpsLongitude", "drone-dji:GpsLongtitude", "drone-dji:Longitude"))
        guard let fix = stated ?? still.exif?.position.flatMap({ Self.fix($0.latitude, $0.longitude) }) else { return }
        if still["drone-dji:GpsStatus"]?.lowercased() == "invalid" { return }
        latitude = fix.latitude
        longitude = fix.longitude
        hasFix = true
    }

    private mutating func heights(_ still: StillMetadata) {
        heightAboveTakeoff = still.number("drone-dji:RelativeAltitude").flatMap { Self.isHeight($0) ? $0 : nil }
        if let height = still.number("drone-dji:AbsoluteAltitude") {
            guard Self.isHeight(height) else { return }
            if Self.isEllipsoidal(still) { heightHAE = height } else { heightMSL = height }
        } else if let height = still.exif?.altitude, Self.isHeight(height.meters) {
            if height.isEllipsoidal { heightHAE = height.meters } else { heightMSL = height.meters }
        }
    }

    /// True when the altitude came with the position of an RTK receiver. `RtkFlag` from 16 is a solution.
    private static func isEllipsoidal(_ still: StillMetadata) -> Bool {
        if let type = still["drone-dji:AltitudeType"] { return type.lowercased().hasPrefix("rtk") }
        if let flag = still.number("drone-dji:RtkFlag") { return flag >= 16 }
        return still["drone-dji:GpsStatus"]?.lowercased() == "rtk"
    }

    private static func attitude(_ still: StillMetadata, _ what: String) -> Attitude? {
        guard let yaw = still.number("drone-dji:\(what)YawDegree"),
            let pitch = still.number("drone-dji:\(what)PitchDegree"), abs(yaw) <= 360, abs(pitch) <= 180
        else { return nil }
        let roll = still.number("drone-dji:\(what)RollDegree") ?? 0
        guard abs(roll) <= 360 else { return nil }
        return Attitude(yaw: yaw < 0 ? yaw + 360 : yaw, pitch: pitch, roll: roll)
    }

    /// From the calibrated focal length, which is in pixels, else from the focal length on 35 mm film, which DJI reckons by
    /// the diagonal of 43.27 mm.
    private mutating func fieldOfView(_ still: StillMetadata) {
        guard let size = still.size else { return }
        let (width, height) = (Double(size.width), Double(size.height))
        let zoom = Self.digitalZoom(still)
        var focal: Double?
        if let calibrated = still.number("drone-dji:CalibratedFocalLength"), calibrated > width / 20 {
            focal = calibrated * zoom
        } else if let equivalent = still.exif?.number(.exif, 0xA405), equivalent > 0, equivalent < 10_000 {
            focal = equivalent * (width * width + height * height).squareRoot() / 43.2666
        }
        guard let focal, focal.isFinite, focal > 0 else { return }
        horizontalFieldOfView = 2 * atan(width / (2 * focal)) * 180 / .pi
        verticalFieldOfView = 2 * atan(height / (2 * focal)) * 180 / .pi
    }

    private static func digitalZoom(_ still: StillMetadata) -> Double {
        still.exif?.number(.exif, 0xA404).flatMap { $0 > 1 && $0 < 1000 ? $0 : nil } ?? 1
    }

    private mutating func target(_ still: StillMetadata) {
        if let status = still["drone-dji:LRFStatus"]?.lowercased(), status != "normal", status != "0" { return }
        guard
            let fix = Self.fix(
                still.number("drone-dji:LRFTargetLat"), still.number("drone-dji:LRFTargetLon"))
        else { return }
        let height = still.number("drone-dji:LRFTargetAbsAlt")
        let isEllipsoidal = Self.isEllipsoidal(still)
        frameCenter = StatedPoint(
            latitude: fix.latitude, longitude: fix.longitude, heightMSL: isEllipsoidal ? nil : height,
            heightHAE: isEllipsoidal ? height : nil)
        slantRange = still.number("drone-dji:LRFTargetDistance").flatMap { $0 > 0 ? $0 : nil }
        isRangeMeasured = slantRange != nil
    }

    /// `DewarpData` is the day of the calibration, then, after a semicolon, fx, fy, cx, cy in pixels, the last two from the
    /// middle of the picture, and k1, k2, p1, p2, k3. A picture with `DewarpFlag` 1 is straightened already.
    private mutating func lens(_ still: StillMetadata) {
        guard still.number("drone-dji:DewarpFlag") != 1, let size = still.size, size.width > 0, size.height > 0,
            let data = still["drone-dji:DewarpData"], let list = data.split(separator: ";").last
        else { return }
        let numbers = list.split(separator: ",", maxSplits: 16).compactMap { StillMetadata.number(String($0)) }
        guard numbers.count == 9, numbers[0] > 0, numbers[1] > 0, numbers[4...].allSatisfy({ abs($0) < 10 }) else {
            return
        }
        let zoom = Self.digitalZoom(still)
        let (width, height) = (Double(size.width) / zoom, Double(size.height) / zoom)
        guard abs(numbers[2]) < width / 2, abs(numbers[3]) < height / 2 else { return }
        horizontalFieldOfView = 2 * atan(width / (2 * numbers[0])) * 180 / .pi
        verticalFieldOfView = 2 * atan(height / (2 * numbers[1])) * 180 / .pi
        distortion = LensDistortion(
            k1: numbers[4], k2: numbers[5], p1: numbers[6], p2: numbers[7], k3: numbers[8],
            centerX: numbers[2] / width, centerY: numbers[3] / height)
    }

    /// Nil for 0,0, which receivers say before they have a fix, and for what lies off the globe.
    private static func fix(_ latitude: Double?, _ longitude: Double?) -> (latitude: Double, longitude: Double)? {
        guard let latitude, let longitude, isFix(latitude, longitude) else { return nil }
        return (latitude, longitude)
    }
}

extension EXIFBlock {
    /// Degrees, WGS 84.
    var position: (latitude: Double, longitude: Double)? {
        guard let latitude = degrees(2, reference: 1, negative: "S"),
            let longitude = degrees(4, reference: 3, negative: "W")
        else { return nil }
        return (latitude, longitude)
    }

    private func degrees(_ tag: Int, reference: Int, negative: String) -> Double? {
        guard let parts = numbers(.gps, tag), parts.count <= 3 else { return nil }
        let value = zip(parts, [1.0, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
        return text(.gps, reference)?.uppercased().hasPrefix(negative) == true ? -value : value
    }

    /// GPSAltitude by its reference: 0 and 1 above and below sea level, 2 and 3 above and below the ellipsoid.
    var altitude: (meters: Double, isEllipsoidal: Bool)? {
        guard let meters = number(.gps, 6) else { return nil }
        let reference = number(.gps, 5) ?? 0
        return (reference == 1 || reference == 3 ? -meters : meters, reference == 2 || reference == 3)
    }
}
