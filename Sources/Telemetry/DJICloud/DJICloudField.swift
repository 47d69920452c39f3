/// The numbers that are read of a Cloud API message, by their names in it. Degrees, metres, metres a second; WGS 84. Source:
/// DJI Cloud API, aircraft properties and DRC pages.
enum DJICloudField: String, Sendable, CaseIterable {
    case latitude, longitude
    /// Above the WGS 84 ellipsoid: height above the take-off point plus that point's ellipsoidal height.
    case height
    /// Above the take-off point, in spite of its name.
    case elevation
    /// From true north, −180…180. Declared whole, comes with decimals.
    case attitudeHead = "attitude_head"
    case attitudePitch = "attitude_pitch"
    case attitudeRoll = "attitude_roll"
    case horizontalSpeed = "horizontal_speed"
    case speedX = "speed_x"
    case speedY = "speed_y"
    case homeLatitude = "home_latitude"
    case homeLongitude = "home_longitude"
    /// Earth-referenced: yaw from true north, pitch −90 straight down.
    case gimbalYaw = "gimbal_yaw"
    case gimbalPitch = "gimbal_pitch"
    case gimbalRoll = "gimbal_roll"
    case zoomFactor = "zoom_factor"
    /// What the laser range-finder meets.
    case targetLatitude = "measure_target_latitude"
    case targetLongitude = "measure_target_longitude"
    case targetDistance = "measure_target_distance"
    /// 0 normal, 1 too close, 2 too far, 3 no signal.
    case targetState = "measure_target_error_state"

    /// Of one payload, whatever object of the message it stands in.
    var isOfPayload: Bool {
        switch self {
        case .gimbalYaw, .gimbalPitch, .gimbalRoll, .zoomFactor, .targetLatitude, .targetLongitude, .targetDistance,
            .targetState:
            true
        default: false
        }
    }
}
