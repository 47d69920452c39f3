/// What a receiver says: GPS_RAW_INT or GPS2_RAW.
struct MAVLinkGNSS: Sendable {
    /// GPS_FIX_TYPE: 0 no receiver, 1 no fix, 2 two-dimensional, 3 and above three-dimensional.
    var fix: Int64
    /// Degrees, WGS 84; nil for 0,0 and for what lies off the globe.
    var position: (latitude: Double, longitude: Double)?
    /// Metres above the geoid as the receiver knows it; nil without a three-dimensional fix.
    var heightMSL: Double?
    /// Metres above the ellipsoid; nil where it was not said. Millimetres of 0 are not said: version 2 leaves zeros away.
    var heightHAE: Double?
    /// Metres a second.
    var speed: Double?
    /// When it has the magnitude of UTC; receivers may say the time since their start.
    var microseconds: UInt64

    init?(_ frame: MAVLinkFrame) {
        guard let fix = frame.integer("fix_type"), let latitude = frame.integer("lat"),
            let longitude = frame.integer("lon")
        else { return nil }
        self.fix = fix
        position = Self.position(latitude, longitude)
        if fix >= 3 {
            heightMSL = frame.number("alt").map { $0 / 1000 }
            heightHAE = frame.number("alt_ellipsoid").flatMap { $0 != 0 ? $0 / 1000 : nil }
            if let height = heightHAE, abs(height) > 100_000 { heightHAE = nil }
        }
        speed = frame.integer("vel").flatMap { $0 != 0xFFFF ? Double($0) / 100 : nil }
        microseconds = frame.integer("time_usec").flatMap(UInt64.init(exactly:)) ?? 0
    }

    var hasFix: Bool { fix >= 2 && position != nil }

    /// Metres from the ellipsoid up to the geoid, by the receiver's own model; nil when it is more than the geoid ever is,
    /// and when it is nothing at all, since there are senders that write one height into both fields.
    var undulation: Double? {
        guard let heightHAE, let heightMSL else { return nil }
        let undulation = heightHAE - heightMSL
        return abs(undulation) <= 120 && undulation != 0 ? undulation : nil
    }

    /// From degrees times 10⁷; nil for 0,0, which is said before there is a fix, and for what lies off the globe, such as
    /// the 0x7FFFFFFF of an unknown one.
    static func position(_ latitude: Int64, _ longitude: Int64) -> (latitude: Double, longitude: Double)? {
        guard latitude != 0 || longitude != 0, abs(latitude) <= 900_000_000, abs(longitude) <= 1_800_000_000 else {
            return nil
        }
        return (Double(latitude) / 1e7, Double(longitude) / 1e7)
    }
}
