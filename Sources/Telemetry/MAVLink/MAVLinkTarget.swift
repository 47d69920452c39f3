import Geodesy
import Inspection

/// Where the tracked thing is: CAMERA_TRACKING_GEO_STATUS.
struct MAVLinkTarget: Sendable {
    var latitude: Double
    var longitude: Double
    /// Metres above the geoid; nil when unknown.
    var heightMSL: Double?
    /// Metres, one sigma; nil when unknown.
    var horizontalError: Double?
    var verticalError: Double?

    init?(_ frame: MAVLinkFrame) {
        guard let latitude = frame.integer("lat"), let longitude = frame.integer("lon"),
            let place = MAVLinkGNSS.position(latitude, longitude)
        else { return nil }
        self.latitude = place.latitude
        self.longitude = place.longitude
        heightMSL = frame.number("alt")
        horizontalError = frame.number("h_acc").flatMap { $0 > 0 ? $0 : nil }
        verticalError = frame.number("v_acc").flatMap { $0 > 0 ? $0 : nil }
    }

    /// Positions are stated above the ellipsoid: known where the receiver says both of its heights.
    func stated(undulation: Double?) -> FrameObject.StatedPosition? {
        guard let heightMSL, let undulation else { return nil }
        let sigma = horizontalError.flatMap { across in verticalError.map { SIMD3(across, across, $0) } }
        return FrameObject.StatedPosition(
            point: GeodeticPoint(latitude: latitude, longitude: longitude, height: heightMSL + undulation), sigma: sigma
        )
    }

    var attributes: [String: FrameObject.Attribute] {
        var all: [String: FrameObject.Attribute] = ["latitude": .number(latitude), "longitude": .number(longitude)]
        if let heightMSL { all["height_msl_m"] = .number(heightMSL) }
        if let horizontalError { all["horizontal_error_m"] = .number(horizontalError) }
        return all
    }
}

extension MAVLinkCamera {
    /// CAMERA_TRACKING_IMAGE_STATUS and CAMERA_TRACKING_GEO_STATUS: the one thing that is tracked, or that none is.
    mutating func track(
        _ frame: MAVLinkFrame, now: Double, _ options: MAVLinkOptions, undulation: Double?
    ) -> MetadataReading? {
        guard isListened(frame, now, options), let status = frame.integer("tracking_status") else { return nil }
        // Bits: 1 active, 2 error. Idle is 0.
        let isActive = status & 1 != 0 && status & 2 == 0
        var reading = MetadataReading()
        reading.reportsObjects = true
        reading.boxUnit = .shares
        var object = FrameObject(label: "", confidence: nil, box: nil, track: "camera-\(frame.component)")
        if frame.id == 276 {
            tracked = isActive ? MAVLinkTarget(frame).map { MAVLinkHeld(value: $0, time: now) } : nil
            // The message about the picture carries it, where there is one.
            if let lastImage, abs(now - lastImage) <= MAVLinkVehicle.poseLimit { return nil }
        } else {
            lastImage = now
            object.box = box(frame)
        }
        guard isActive else { return reading }
        if let target = tracked?.value(at: now, within: MAVLinkVehicle.poseLimit) {
            object.statedPosition = target.stated(undulation: undulation)
            object.attributes = target.attributes
        }
        guard object.box != nil || !object.attributes.isEmpty else { return nil }
        if status & 8 != 0 { object.attributes["coasting"] = .bool(true) }
        reading.objects = [object]
        return reading
    }

    /// Shares of the picture. A point's radius is a share of the width, so its height needs the picture's shape: where
    /// that or the radius is unknown, the box is the point.
    private func box(_ frame: MAVLinkFrame) -> FrameObject.Box? {
        switch frame.integer("tracking_mode") {
        case 1:
            guard let x = Self.share(frame, "point_x"), let y = Self.share(frame, "point_y") else {
                return nil
            }
            guard let radius = frame.number("radius"), radius > 0, radius <= 1, let aspect = heightByWidth else {
                return FrameObject.Box(left: x, top: y, right: x, bottom: y)
            }
            let high = radius / aspect
            return FrameObject.Box(left: x - radius, top: y - high, right: x + radius, bottom: y + high)
        case 2:
            guard let left = Self.share(frame, "rec_top_x"), let top = Self.share(frame, "rec_top_y"),
                let right = Self.share(frame, "rec_bottom_x"), let bottom = Self.share(frame, "rec_bottom_y"),
                right > left, bottom > top
            else { return nil }
            return FrameObject.Box(left: left, top: top, right: right, bottom: bottom)
        default: return nil
        }
    }

    private static func share(_ frame: MAVLinkFrame, _ name: String) -> Double? {
        frame.number(name).flatMap { $0 >= 0 && $0 <= 1 ? $0 : nil }
    }
}
