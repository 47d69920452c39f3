import Geodesy
public import Inspection

/// One pose of any dialect, as `flyonce inspect` prints it. What is unknown is left out.
public struct TelemetryLine: Sendable, Hashable {
    /// `dji-srt`, `dji-osd`, `mavlink`, `jpeg`, …
    public var dialect: String
    /// Time in the stream or file, microseconds; nil where the dialect has none.
    public var ptsMicroseconds: Int64?
    public var sample: TelemetrySample
    /// Optical and digital zoom together, a factor; nil when unknown.
    public var zoom: Double?
    /// Tells apart several vehicles in one input; empty where there is one.
    public var stream = ""
    /// By a clock of no known zone.
    public var localTime: LocalTime?
    /// Of the aircraft, degrees from true north, where pitch and roll are not known.
    public var heading: Double?
    /// Age of a position that an earlier message said, seconds; nil for one of now.
    public var positionAge: Double?

    /// It says when a picture was taken, and no pose.
    public var isTimeOnly = false

    public init(dialect: String, ptsMicroseconds: Int64?, sample: TelemetrySample, zoom: Double? = nil) {
        self.dialect = dialect
        self.ptsMicroseconds = ptsMicroseconds
        self.sample = sample
        self.zoom = zoom
    }

    /// One JSON object, without the line's end. Degrees, metres; `fix` is false for a position of 0,0 or none.
    public var ndjson: String {
        var json = JSONText(capacity: 512)
        json.object { json in
            json.member("kind", "telemetry")
            json.member("dialect", dialect)
            members(&json)
        }
        return json.string
    }

    /// All but what kind of line it is.
    func members(_ json: inout JSONText) {
        if !stream.isEmpty { json.member("stream", stream) }
        if let ptsMicroseconds { json.member("pts_us", ptsMicroseconds) }
        if let utc = sample.utc { json.member("utc", utc.rfc3339) }
        if let localTime { json.member("local_time", localTime.iso8601) }
        Self.number("lat", sample.latitude, &json)
        Self.number("lon", sample.longitude, &json)
        Self.heights(sample, &json)
        if sample.platform == nil, let heading {
            json.member("aircraft") { json in json.object { Self.number("yaw_deg", heading, &$0) } }
        }
        Self.attitude("aircraft", sample.platform, frame: nil, &json)
        switch sample.camera {
        case .body(let attitude): Self.attitude("gimbal", attitude, frame: "body", &json)
        case .earth(let attitude): Self.attitude("gimbal", attitude, frame: "earth", &json)
        case nil: break
        }
        camera(&json)
        Self.number("speed_mps", sample.groundSpeed, &json)
        Self.number("slant_range_m", sample.slantRange, &json)
        center(&json)
        if !isTimeOnly { json.member("fix", sample.hasFix) }
        Self.number("position_age_s", positionAge, &json)
    }

    private static func heights(_ sample: TelemetrySample, _ json: inout JSONText) {
        let heights = [
            ("hae_m", sample.heightHAE), ("msl_m", sample.heightMSL), ("above_takeoff_m", sample.heightAboveTakeoff),
        ]
        guard heights.contains(where: { $0.1 != nil }) else { return }
        json.member("heights") { json in
            json.object { json in for (name, value) in heights { number(name, value, &json) } }
        }
    }

    private static func attitude(_ name: String, _ attitude: Attitude?, frame: String?, _ json: inout JSONText) {
        guard let attitude else { return }
        json.member(name) { json in
            json.object { json in
                number("yaw_deg", attitude.yaw, &json)
                number("pitch_deg", attitude.pitch, &json)
                number("roll_deg", attitude.roll, &json)
                if let frame { json.member("frame", frame) }
            }
        }
    }

    private func camera(_ json: inout JSONText) {
        guard sample.horizontalFieldOfView != nil || sample.verticalFieldOfView != nil || zoom != nil else { return }
        json.member("camera") { json in
            json.object { json in
                Self.number("hfov_deg", sample.horizontalFieldOfView, &json)
                Self.number("vfov_deg", sample.verticalFieldOfView, &json)
                Self.number("zoom", zoom, &json)
            }
        }
    }

    private func center(_ json: inout JSONText) {
        guard let center = sample.frameCenter else { return }
        json.member("frame_center") { json in
            json.object { json in
                Self.number("lat", center.latitude, &json)
                Self.number("lon", center.longitude, &json)
                Self.number("hae_m", center.heightHAE, &json)
                Self.number("msl_m", center.heightMSL, &json)
            }
        }
    }

    private static func number(_ name: String, _ value: Double?, _ json: inout JSONText) {
        if let value, value.isFinite { json.member(name, value) }
    }
}
