import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the camera says of its picture and of what it tracks.
struct MAVLinkCamera: Sendable {
    private struct Device: Sendable, Hashable {
        var component: UInt8
        var id: Int64
    }

    /// The camera that is listened to: the first that spoke, while it speaks.
    private var device: MAVLinkHeld<Device>?
    /// Degrees across the picture.
    private var horizontal: MAVLinkHeld<Double>?
    private var vertical: MAVLinkHeld<Double>?
    /// Of a lens that cannot zoom: CAMERA_INFORMATION is said once.
    private var fixedLens: (horizontal: Double, vertical: Double)?
    private var orientationHeld: MAVLinkHeld<Attitude>?
    private var center: MAVLinkHeld<TelemetrySample.StatedPoint>?
    /// Height of a picture by its width.
    private var aspect: Double?
    var tracked: MAVLinkHeld<MAVLinkTarget>?
    var lastImage: Double?

    mutating func take(_ frame: MAVLinkFrame, now: Double, _ options: MAVLinkOptions) {
        guard isListened(frame, now, options) else { return }
        switch frame.id {
        case 259: information(frame)
        case 271: fieldOfView(frame, now)
        default: stream(frame, now)
        }
    }

    /// True for the camera that is listened to.
    mutating func isListened(_ frame: MAVLinkFrame, _ now: Double, _ options: MAVLinkOptions) -> Bool {
        if let wanted = options.camera, wanted != frame.component { return false }
        let key = Device(component: frame.component, id: frame.integer("camera_device_id") ?? 0)
        if let current = device?.value(at: now, within: MAVLinkVehicle.slowLimit), current != key { return false }
        if device?.value != key {
            horizontal = nil
            vertical = nil
            fixedLens = nil
            orientationHeld = nil
            center = nil
            aspect = nil
        }
        device = MAVLinkHeld(value: key, time: now)
        return true
    }

    /// The earth-referenced attitude of CAMERA_FOV_STATUS; nil when it said none.
    func orientation(at now: Double) -> Attitude? { orientationHeld?.value(at: now, within: MAVLinkVehicle.poseLimit) }

    /// Puts field of view and the middle of the picture into a pose.
    func describe(_ sample: inout TelemetrySample, at now: Double) {
        let limit = MAVLinkVehicle.slowLimit
        sample.horizontalFieldOfView = horizontal?.value(at: now, within: limit) ?? fixedLens?.horizontal
        sample.verticalFieldOfView = vertical?.value(at: now, within: limit)
        if sample.verticalFieldOfView == nil, horizontal?.value(at: now, within: limit) == nil {
            sample.verticalFieldOfView = fixedLens?.vertical
        }
        sample.frameCenter = center?.value(at: now, within: MAVLinkVehicle.poseLimit)
    }

    /// How many times as high as wide a pixel count is; nil while no message said it.
    var heightByWidth: Double? { aspect }

    private mutating func information(_ frame: MAVLinkFrame) {
        size(frame)
        // CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM: the focal length said is of one end only.
        guard let flags = frame.integer("flags"), flags & 64 == 0, let focal = frame.number("focal_length"), focal > 0,
            let width = frame.number("sensor_size_h"), width > 0, let height = frame.number("sensor_size_v"), height > 0
        else {
            fixedLens = nil
            return
        }
        fixedLens = (Self.angle(width, focal), Self.angle(height, focal))
    }

    private static func angle(_ size: Double, _ focal: Double) -> Double { 2 * atan(size / (2 * focal)) * 180 / .pi }

    private mutating func fieldOfView(_ frame: MAVLinkFrame, _ now: Double) {
        horizontal = Self.angle(frame.number("hfov")).map { MAVLinkHeld(value: $0, time: now) }
        vertical = Self.angle(frame.number("vfov")).map { MAVLinkHeld(value: $0, time: now) }
        if let q = frame.numbers("q"), q.count == 4, let rotation = Rotation(w: q[0], x: q[1], y: q[2], z: q[3]) {
            orientationHeld = MAVLinkHeld(value: rotation.attitude, time: now)
        } else {
            orientationHeld = nil
        }
        center = nil
        // 0x7FFFFFFF is unknown, 0x80000000 a picture that does not meet the ground: both lie off the globe.
        guard let latitude = frame.integer("lat_image"), let longitude = frame.integer("lon_image"),
            let altitude = frame.integer("alt_image"), let place = MAVLinkGNSS.position(latitude, longitude)
        else { return }
        let isHeight = altitude != Int64(Int32.max) && altitude != Int64(Int32.min)
        center = MAVLinkHeld(
            value: TelemetrySample.StatedPoint(
                latitude: place.latitude, longitude: place.longitude,
                heightMSL: isHeight ? Double(altitude) / 1000 : nil, heightHAE: nil), time: now)
    }

    /// VIDEO_STREAM_INFORMATION and VIDEO_STREAM_STATUS: whole degrees, used where nothing finer is said.
    private mutating func stream(_ frame: MAVLinkFrame, _ now: Double) {
        size(frame)
        guard let angle = Self.angle(frame.number("hfov")) else { return }
        if vertical?.value(at: now, within: MAVLinkVehicle.slowLimit) == nil {
            horizontal = MAVLinkHeld(value: angle, time: now)
        }
    }

    private mutating func size(_ frame: MAVLinkFrame) {
        guard let width = frame.number("resolution_h"), let height = frame.number("resolution_v"), width > 0, height > 0
        else { return }
        aspect = height / width
    }

    /// Degrees, 0…180; nil for what is none.
    private static func angle(_ degrees: Double?) -> Double? { degrees.flatMap { $0 > 0 && $0 < 180 ? $0 : nil } }
}
