import Geodesy
import Inspection

extension Vocabulary {
    static let telemetry = RecordTable<TelemetrySample>(
        "Telemetry",
        [
            .flag("has_fix", "The aircraft knows where it is.") { $0.hasFix },
            .number("lat", "°", "Camera position, WGS 84, −90…90.") { $0.latitude },
            .number("lon", "°", "Camera position, WGS 84, −180…180.") { $0.longitude },
            .number("hae_m", "m", "Camera height above the WGS 84 ellipsoid.") { $0.heightHAE },
            .number("msl_m", "m", "Camera height above the geoid (EGM96).") { $0.heightMSL },
            .number("above_takeoff_m", "m", "Camera height above the take-off point.") { $0.heightAboveTakeoff },
            .number("speed_mps", "m/s", "Speed over ground.") { $0.groundSpeed },
            .number("platform_yaw_deg", "°", "Heading of the airframe from true north, clockwise.") {
                $0.platform?.yaw
            },
            .number("platform_pitch_deg", "°", "Of the airframe, nose up positive.") { $0.platform?.pitch },
            .number("platform_roll_deg", "°", "Of the airframe, right side down positive.") { $0.platform?.roll },
            .number("camera_yaw_deg", "°", "Of the camera, in the reference of `camera_reference`.") {
                $0.cameraAngles?.yaw
            },
            .number(
                "camera_pitch_deg", "°", "Of the camera, up positive, in the same reference; −90 looks straight down."
            ) {
                $0.cameraAngles?.pitch
            },
            .number("camera_roll_deg", "°", "Of the camera, in the same reference.") { $0.cameraAngles?.roll },
            .text("camera_reference", "`earth` (north, east, down) or `body` (relative to the airframe).") {
                switch $0.camera {
                case .body: "body"
                case .earth: "earth"
                case nil: nil
                }
            },
            .number("hfov_deg", "°", "Full angle across the picture.") { $0.horizontalFieldOfView },
            .number("vfov_deg", "°", "Full angle from top to bottom of the picture.") { $0.verticalFieldOfView },
            .number("slant_range_m", "m", "From the camera to the middle of the picture, as the aircraft states it.") {
                $0.slantRange
            },
        ])
}

extension TelemetrySample {
    fileprivate var cameraAngles: Attitude? {
        switch camera {
        case .body(let attitude), .earth(let attitude): attitude
        case nil: nil
        }
    }
}
