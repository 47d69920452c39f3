import Geodesy
import Inspection

/// One frame as it is offered to an analyser: a line of JSON that says where its pixels lie and what is known of the camera.
/// The members are described in docs/analyser.md.
struct AnalyserFrameLine: Sendable {
    /// Where the pixels lie: rows of red, green and blue bytes, one after the other.
    struct Place: Sendable, Hashable {
        var path: String
        var width: Int
        var height: Int
        /// Bytes from one row to the next.
        var stride: Int
        var bytes: Int
    }

    static func text(id: Int, source: Name, metadata: FrameMetadata, place: Place) -> [UInt8] {
        var json = JSONText(capacity: 768)
        json.object { json in
            json.member("frame") { json in
                json.object { json in
                    json.member("id", id)
                    json.member("source", source.text)
                    json.member("time_us", metadata.frame.time.nanoseconds / 1000)
                    json.member("utc", metadata.utc.rfc3339)
                    json.member("time_source", metadata.provenance.rawValue)
                    json.member("width", place.width)
                    json.member("height", place.height)
                    json.member("full_width", metadata.frame.width)
                    json.member("full_height", metadata.frame.height)
                    json.member("format", "RGB")
                    json.member("stride", place.stride)
                    json.member("shm", place.path)
                    json.member("offset", 0)
                    json.member("bytes", place.bytes)
                    if let telemetry = metadata.telemetry {
                        json.member("telemetry") { $0.object { Self.telemetry(telemetry, metadata.poseAge, &$0) } }
                    }
                }
            }
        }
        return json.bytes + [10]
    }

    private static func telemetry(_ sample: TelemetrySample, _ age: Double?, _ json: inout JSONText) {
        if sample.hasFix {
            number("lat", sample.latitude, 8, &json)
            number("lon", sample.longitude, 8, &json)
        }
        number("hae_m", sample.heightHAE, 2, &json)
        number("msl_m", sample.heightMSL, 2, &json)
        number("above_takeoff_m", sample.heightAboveTakeoff, 2, &json)
        attitude("aircraft", sample.platform, frame: nil, &json)
        switch sample.camera {
        case .body(let camera): attitude("camera", camera, frame: "body", &json)
        case .earth(let camera): attitude("camera", camera, frame: "earth", &json)
        case nil: break
        }
        number("hfov_deg", sample.horizontalFieldOfView, 4, &json)
        number("vfov_deg", sample.verticalFieldOfView, 4, &json)
        number("slant_range_m", sample.slantRange, 2, &json)
        if let center = sample.frameCenter {
            json.member("frame_center") { json in
                json.object { json in
                    json.member("lat", center.latitude, decimals: 8)
                    json.member("lon", center.longitude, decimals: 8)
                    number("hae_m", center.heightHAE, 2, &json)
                    number("msl_m", center.heightMSL, 2, &json)
                }
            }
        }
        number("pose_age_s", age, 3, &json)
    }

    private static func attitude(_ name: String, _ attitude: Attitude?, frame: String?, _ json: inout JSONText) {
        guard let attitude else { return }
        json.member(name) { json in
            json.object { json in
                json.member("yaw_deg", attitude.yaw, decimals: 3)
                json.member("pitch_deg", attitude.pitch, decimals: 3)
                json.member("roll_deg", attitude.roll, decimals: 3)
                if let frame { json.member("frame", frame) }
            }
        }
    }

    private static func number(_ name: String, _ value: Double?, _ decimals: Int, _ json: inout JSONText) {
        if let value, value.isFinite { json.member(name, value, decimals: decimals) }
    }
}
