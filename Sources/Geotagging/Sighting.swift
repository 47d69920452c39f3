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
    private let distortion: LensDistortion?

    init(
        _ frame: FrameMetadata, heights: Heights, poseAgeLimit: Double, fieldOfView: FieldOfView? = nil,
        distortion: LensDistortion? = nil
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
        self.distortion = sample.distortion ?? distortion
    }

    /// Camera (forward, right, down) to north-east-down; nil when the sample does not give it.
    var rotation: Rotation? { sample.cameraRotation }

    var camera: CameraModel? {
        var camera: CameraModel?
        if let configuredField {
            camera = CameraModel(
                width: frame.frame.width, height: frame.frame.height, configuredField, zoom: sample.zoom ?? 1)
        } else {
            camera = CameraModel(
                width: frame.frame.width, height: frame.frame.height,
                horizontalFieldOfView: sample.horizontalFieldOfView, verticalFieldOfView: sample.verticalFieldOfView)
        }
        camera?.distortion = distortion
        return camera
    }

    /// Of the angles of view, where they were not stated.
    var fieldWords: String {
        guard configuredField != nil else { return "" }
        return "; configured field of view" + (sample.zoom.map { " at the stated zoom \($0)" } ?? "")
    }

    var datum: String { sensorHeight.words + (groundHeight.map { "; " + $0.words } ?? "") }

    /// Seconds, one sigma: what the alignment is off by for the whole flight (`stated`, and the clocks), and what this pose
    /// is. Whether it was interpolated or held is not known here, so the whole age counts.
    func timeError(_ stated: Double) -> (common: Double, own: Double) {
        ((stated * stated + frame.clockError * frame.clockError).squareRoot(), poseAge)
    }

    /// Over ground, metres a second.
    func speed(assumed: Double) -> Double {
        guard let stated = sample.groundSpeed, stated.isFinite else { return assumed }
        return abs(stated)
    }

    /// Range (metres), azimuth and elevation (degrees) of a point from the sensor.
    func sightLine(to point: GeodeticPoint) -> (range: Double, azimuth: Double, elevation: Double) {
        let ned = LocalFrame(at: sensor).ned(of: point)
        let angles = Projector.angles(of: ned)
        return (ned.length, angles.azimuth, angles.elevation)
    }
}
