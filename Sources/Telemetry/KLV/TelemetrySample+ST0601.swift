import Geodesy
import Inspection

extension TelemetrySample {
    /// The pose that the items of an ST 0601 stream describe. Preference where several items carry one quantity:
    /// 104 over 75 (height above the ellipsoid), 90 over 6, 91 over 7, 82–89 over 26–33. A camera whose relative roll
    /// (20) is left out is taken as not rolled; without azimuth (18) and elevation (19) its attitude is unknown.
    init(_ state: ItemState, utc: UTCTime?) {
        self.init()
        self.utc = utc
        if let latitude = state[13], let longitude = state[14], Self.isFix(latitude, longitude) {
            self.latitude = latitude
            self.longitude = longitude
            hasFix = true
        }
        heightMSL = state[15]
        heightHAE = state.first(of: 104, 75)
        if let heading = state[5], let pitch = state.first(of: 90, 6), let roll = state.first(of: 91, 7) {
            platform = Attitude(yaw: heading, pitch: pitch, roll: roll)
        }
        if let azimuth = state[18], let elevation = state[19] {
            camera = .body(Attitude(yaw: azimuth, pitch: elevation, roll: state[20] ?? 0))
        }
        horizontalFieldOfView = state[16].flatMap { $0 > 0 ? $0 : nil }
        verticalFieldOfView = state[17].flatMap { $0 > 0 ? $0 : nil }
        if let latitude = state[23], let longitude = state[24], Self.isFix(latitude, longitude) {
            frameCenter = StatedPoint(
                latitude: latitude, longitude: longitude, heightMSL: state[25], heightHAE: state[78])
        }
        corners = Self.corners(state)
        slantRange = state[21]
        groundSpeed = state[56]
    }

    /// True when there is more in it than a time.
    var hasPose: Bool {
        latitude != nil || platform != nil || camera != nil || frameCenter != nil || !corners.isEmpty
    }

    /// False for 0,0, which receivers say before they have a fix, and for what lies off the globe.
    static func isFix(_ latitude: Double, _ longitude: Double) -> Bool {
        abs(latitude) <= 90 && abs(longitude) <= 180 && !(abs(latitude) < 1e-7 && abs(longitude) < 1e-7)
    }

    /// Four corners, or none.
    private static func corners(_ state: ItemState) -> [StatedPoint] {
        let full = (0..<4).compactMap { corner -> StatedPoint? in
            guard let latitude = state[82 + 2 * corner], let longitude = state[83 + 2 * corner] else { return nil }
            return point(latitude, longitude)
        }
        if full.count == 4 { return full }
        guard let latitude = state[23], let longitude = state[24] else { return [] }
        let offset = (0..<4).compactMap { corner -> StatedPoint? in
            guard let north = state[26 + 2 * corner], let east = state[27 + 2 * corner] else { return nil }
            return point(latitude + north, longitude + east)
        }
        return offset.count == 4 ? offset : []
    }

    private static func point(_ latitude: Double, _ longitude: Double) -> StatedPoint? {
        let wrapped = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude
        guard isFix(latitude, wrapped) else { return nil }
        return StatedPoint(latitude: latitude, longitude: wrapped, heightMSL: nil, heightHAE: nil)
    }
}
