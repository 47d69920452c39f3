import Geodesy
import Inspection
import LocatedYAML

/// A frame of a pack's test, with the place that its objects have.
struct TestFrame: Sendable {
    var metadata: FrameMetadata
    var place: Result<Geotag, PlacementRefusal>
    /// Square metres that every box covers.
    var area: Double?
    /// Degrees by which the ground falls.
    var slope: Double?

    /// 2026-08-20T03:00:00Z, where a test states no time.
    private static let start = UTCTime(microseconds: 1_787_194_800_000_000)

    /// Seconds between frames that state no time.
    private static let spacing = 0.2

    /// The frame, and behind it those that `repeat` makes of it. `last` is the frame before it.
    static func frames(_ mapping: YAMLMapping, after last: TestFrame?) -> [TestFrame] {
        let first = decode(mapping, after: last)
        let count = mapping.int("repeat", default: 1, in: 1...PackTest.maximumFrames)
        if mapping.has("every_s"), !mapping.has("repeat") {
            mapping.complain("every_s", "has no meaning without repeat", hint: "add repeat: 2")
        }
        let step = mapping.number("every_s", default: spacing, in: 0.001...3600)
        return (0..<count).map { first.repeated($0, every: step) }
    }

    private func repeated(_ turn: Int, every step: Double) -> TestFrame {
        guard turn > 0 else { return self }
        var frame = self
        let later = Double(turn) * step
        frame.metadata.frame.index += turn
        frame.metadata.frame.isKey = false
        frame.metadata.frame.time = metadata.frame.time.advanced(by: later)
        frame.metadata.utc = metadata.utc.advanced(byMicroseconds: Int64((later * 1e6).rounded()))
        frame.metadata.frame.arrival = frame.metadata.utc
        return frame
    }

    /// What is left out: 1920 × 1080, 0.2 s after the frame before it, no telemetry, no place.
    private static func decode(_ mapping: YAMLMapping, after last: TestFrame?) -> TestFrame {
        let index = last.map { $0.metadata.frame.index + 1 } ?? 0
        let next = last.map { $0.metadata.frame.time.advanced(by: spacing).seconds } ?? 0
        let seconds = mapping.number("time_s", default: next, in: 0...100_000)
        var utc = start.advanced(byMicroseconds: Int64(seconds * 1e6))
        if let text = mapping.optionalString("utc") {
            if let time = UTCTime(rfc3339: text) {
                utc = time
            } else {
                mapping.complain("utc", "must be an RFC 3339 time", hint: "such as 2026-08-20T03:00:00Z")
            }
        }
        var frame = Frame(
            index: index, time: .seconds(seconds), ptsMicroseconds: nil,
            width: mapping.int("width_px", default: 1920, in: 1...100_000),
            height: mapping.int("height_px", default: 1080, in: 1...100_000),
            isKey: mapping.bool("is_key", default: index == 0), arrival: utc)
        frame.picture = mapping.optionalMapping("picture") { picture($0) }
        let pose: TelemetrySample? = mapping.optionalMapping("telemetry") { sample($0) }
        let metadata = FrameMetadata(
            frame: frame, utc: utc, provenance: .precisionTimeStamp, telemetry: pose,
            poseAge: mapping.optionalNumber("pose_age_s", in: 0...1000) ?? (pose == nil ? nil : 0),
            objects: mapping.list("objects") { object($0) })
        var test = TestFrame(metadata: metadata, place: .failure(.noPose))
        place(mapping, &test)
        return test
    }

    /// What is left out: a grey picture, sharp enough.
    private static func picture(_ mapping: YAMLMapping) -> PictureFeatures {
        PictureFeatures(
            luma: mapping.number("luma", default: 0.5, in: 0...1),
            contrast: mapping.number("contrast", default: 0.2, in: 0...0.5),
            sharpness: mapping.number("sharpness", default: 500, in: 0...1_000_000),
            motion: mapping.optionalNumber("motion", in: 0...1))
    }

    private static func object(_ mapping: YAMLMapping) -> FrameObject {
        FrameObject(
            kind: mapping.enumeration("kind", default: FrameObject.Kind.detected),
            label: mapping.string("label", default: ""), confidence: mapping.optionalNumber("confidence", in: 0...1),
            box: box(mapping), track: mapping.optionalString("track"),
            attributes: Dictionary(
                mapping.namedTexts("attributes").map { ($0.name, attribute($0.value)) }, uniquingKeysWith: { $1 }),
            statedPosition: mapping.optionalMapping("ground") { ground in
                FrameObject.StatedPosition(point: point(ground), sigma: nil)
            })
    }

    /// `[left, top, right, bottom]` in pixels.
    private static func box(_ mapping: YAMLMapping) -> FrameObject.Box? {
        guard mapping.has("box") else { return nil }
        let texts = mapping.strings("box")
        let numbers = texts.compactMap { Double($0) }.filter { abs($0) <= 1_000_000 }
        guard texts.count == 4, numbers.count == 4 else {
            mapping.complain("box", "must be four numbers", hint: "[left, top, right, bottom] in pixels")
            return nil
        }
        if numbers[2] < numbers[0] || numbers[3] < numbers[1] {
            mapping.complain("box", "ends before it begins", hint: "[left, top, right, bottom] in pixels")
        }
        return FrameObject.Box(left: numbers[0], top: numbers[1], right: numbers[2], bottom: numbers[3])
    }

    private static func attribute(_ text: LocatedText) -> FrameObject.Attribute {
        if text.node.style == .plain {
            if let number = Double(text.text), number.isFinite { return .number(number) }
            if text.text == "true" || text.text == "false" { return .bool(text.text == "true") }
        }
        return .string(text.text)
    }

    private static func sample(_ mapping: YAMLMapping) -> TelemetrySample {
        var sample = TelemetrySample()
        let angle = -360.0...360.0
        let height = -12_000.0...100_000.0
        sample.latitude = mapping.optionalNumber("lat", in: -90...90)
        sample.longitude = mapping.optionalNumber("lon", in: -180...180)
        sample.heightHAE = mapping.optionalNumber("hae_m", in: height)
        sample.heightMSL = mapping.optionalNumber("msl_m", in: height)
        sample.heightAboveTakeoff = mapping.optionalNumber("above_takeoff_m", in: height)
        sample.groundSpeed = mapping.optionalNumber("speed_mps", in: 0...1000)
        sample.horizontalFieldOfView = mapping.optionalNumber("hfov_deg", in: 0...180)
        sample.verticalFieldOfView = mapping.optionalNumber("vfov_deg", in: 0...180)
        sample.slantRange = mapping.optionalNumber("slant_range_m", in: 0...1_000_000)
        sample.hasFix = mapping.bool("has_fix", default: sample.latitude != nil && sample.longitude != nil)
        if let pitch = mapping.optionalNumber("camera_pitch_deg", in: angle) {
            sample.camera = .earth(Attitude(yaw: 0, pitch: pitch, roll: 0))
        }
        if let pitch = mapping.optionalNumber("platform_pitch_deg", in: angle) {
            sample.platform = Attitude(yaw: 0, pitch: pitch, roll: 0)
        }
        return sample
    }

    private enum RefusalWord: String, CaseIterable {
        case noPose = "no_pose"
        case noFix = "no_fix"
        case stalePose = "stale_pose"
        case aboveHorizon = "above_horizon"
        case tooOblique = "too_oblique"

        var refusal: PlacementRefusal { PlacementRefusal(rawValue: rawValue) ?? .noPose }
    }

    private static func place(_ mapping: YAMLMapping, _ test: inout TestFrame) {
        let refusal = mapping.enumeration("refusal", default: RefusalWord.noPose).refusal
        let tag = mapping.optionalMapping("ground") { ground in
            let error = ground.number("ce90_m", default: 6, in: 0.01...100_000)
            var point = point(ground)
            point.height = ground.number("hae_m", default: 0, in: -12_000...100_000)
            test.area = ground.optionalNumber("area_m2", in: 0...1e9)
            test.slope = ground.optionalNumber("slope_deg", in: 0...90)
            return Self.tag(at: point, ce90: error)
        }
        test.place = tag.map { .success($0) } ?? .failure(refusal)
    }

    /// `lat` and `lon`, which have no default: 0, 0 is a place too.
    static func point(_ mapping: YAMLMapping) -> GeodeticPoint {
        GeodeticPoint(
            latitude: mapping.requiredNumber("lat", in: -90...90) ?? 0,
            longitude: mapping.requiredNumber("lon", in: -180...180) ?? 0, height: 0)
    }

    static func tag(at point: GeodeticPoint, ce90: Double = 6) -> Geotag {
        let sigma = ce90 / 2.146
        return Geotag(
            point: point, method: .rayEllipsoid,
            ellipse: ErrorEllipse(semiMajor: sigma, semiMinor: sigma, bearing: 0), ce90: ce90,
            poseAgeMilliseconds: 0, sourceDatum: "test")
    }
}
