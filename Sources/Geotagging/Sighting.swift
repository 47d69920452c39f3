import Geodesy
import Inspection

/// A frame's pose once it is believed: fresh, with a fix, all heights above the ellipsoid.
struct Sighting: Sendable {
    let frame: FrameMetadata
    let sample: TelemetrySample
    let sensor: GeodeticPoint
    let sensorHeight: StatedHeight
    let groundHeight: StatedHeight?
    /// Seconds.
    let poseAge: Double
    /// What counts where the sample states no angle of view.
    private let configuredField: FieldOfView?

    init(
        _ frame: FrameMetadata, heights: Heights, poseAgeLimit: Double, fieldOfView: FieldOfView? = nil
    ) throws(PlacementRefusal) {
        guard let sample = frame.telemetry else { throw .noPose }
        guard let age = frame.poseAge, abs(age) <= poseAgeLimit else { throw .stalePose }
        guard sample.hasFix, let latitude = sample.latitude, let longitude = sample.longitude,
            latitude != 0 || longitude != 0
        else { throw .noFix }
        guard latitude >= -90, latitude <= 90, longitude >= -180, longitude <= 180 else { throw .offGlobe }
        guard let height = heights.sensor(sample, latitude: latitude, longitude: longitude) else { throw .noPose }
        sensor = GeodeticPoint(latitude: latitude, longitude: longitude, height: height.meters)
        guard sensor.isOnGlobe else { throw .offGlobe }
        self.frame = frame
        self.sample = sample
        sensorHeight = height
        groundHeight = heights.ground(sample, sensor: height)
        poseAge = abs(age)
        let statesField = sample.horizontalFieldOfView != nil || sample.verticalFieldOfView != nil
        configuredField = statesField ? nil : fieldOfView
    }

    /// Camera (forward, right, down) to north-east-down; nil when the sample does not give it.
    var rotation: Rotation? {
        switch sample.camera {
        case .earth(let attitude):
            // A gimbal that reports exactly nothing has not reported yet.
            if attitude == Attitude(yaw: 0, pitch: 0, roll: 0) { return nil }
            return Rotation(attitude)
        case .body(let attitude):
            guard let platform = sample.platform else { return nil }
            return Rotation(platform) * Rotation(attitude)
        case nil: return nil
        }
    }

    var camera: CameraModel? {
        if let configuredField {
            return CameraModel(
                width: frame.frame.width, height: frame.frame.height, configuredField, zoom: sample.zoom ?? 1)
        }
        return CameraModel(
            width: frame.frame.width, height: frame.frame.height, horizontalFieldOfView: sample.horizontalFieldOfView,
            verticalFieldOfView: sample.verticalFieldOfView)
    }

    /// Of the angles of view, where they were not stated.
    var fieldWords: String {
        guard configuredField != nil else { return "" }
        return "; configured field of view" + (sample.zoom.map { " at the stated zoom \($0)" } ?? "")
    }

    var datum: String { sensorHeight.words + (groundHeight.map { "; " + $0.words } ?? "") }

    /// Metres that the aircraft may have moved unseen. Whether the pose was interpolated or held is not known here,
    /// so the whole age counts.
    func drift(time: Double, assumedSpeed: Double) -> Double {
        var speed = assumedSpeed
        if let stated = sample.groundSpeed, stated.isFinite { speed = abs(stated) }
        return speed * (time * time + frame.clockError * frame.clockError + poseAge * poseAge).squareRoot()
    }

    /// Range (metres), azimuth and elevation (degrees) of a point from the sensor.
    func sightLine(to point: GeodeticPoint) -> (range: Double, azimuth: Double, elevation: Double) {
        let ned = LocalFrame(at: sensor).ned(of: point)
        let angles = Projector.angles(of: ned)
        return (ned.length, angles.azimuth, angles.elevation)
    }
}
