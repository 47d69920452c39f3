import Expressions
import Geodesy
import Inspection

/// What conditions may speak of. The page docs/rules.md is made of these declarations.
enum Vocabulary {
    /// Places of the variables in the environment. `object` and `other` are last: rules about the frame have neither, and
    /// only those about pairs have both.
    enum Index: Int, CaseIterable {
        case objects, frame, telemetry, ground, flight, now, picture, area, param, object, history, other
    }

    static let objectEnvironment = environment(of: .object)
    static let pairEnvironment = environment(of: .pair)
    static let frameEnvironment = environment(of: .frame)

    /// A condition is asked of every object of every frame, so what it may cost is known when it is read: no more than two
    /// walks over all objects inside one another.
    private static let options = {
        var options = Environment.Options()
        options.limits.rounds = 100_000
        options.limits.steps = 250_000
        return options
    }()

    /// For the conditions of one rule.
    static func environment(_ match: RuleMatch, _ parameters: RuleParameters) -> Environment {
        guard parameters.isEmpty else { return environment(of: match, parameters) }
        return switch match {
        case .object: objectEnvironment
        case .pair: pairEnvironment
        case .frame: frameEnvironment
        }
    }

    private static func environment(
        of match: RuleMatch, _ parameters: RuleParameters = RuleParameters()
    ) -> Environment {
        var variables = [
            Variable("objects", .list(.object("Object")), doc: "Every object of the frame, in the analyser's order."),
            Variable("frame", .object("Frame"), doc: "The coded picture."),
            Variable(
                "telemetry", .object("Telemetry"),
                doc: "The pose aligned to the frame; no field has a value without one."),
            Variable(
                "ground", .object("Ground"),
                doc:
                    "Where the object is (for rules about the frame: where the middle of the picture is). Worked out when first read."
            ),
            Variable("flight", .object("Flight"), doc: "The run of the source so far."),
            Variable("now", .timestamp, doc: "UTC of the frame."),
            Variable(
                picturesName, .object("Picture"),
                doc:
                    "What was measured of the frame's luma; no field has a value of a frame that was not decoded. A rule that speaks of it has its sources sampled, where their settings do not say what to decode."
            ),
            Variable(
                "area", .object("Area"),
                doc:
                    "The areas of the settings (docs/areas.md) that `ground.position` is in; no value without a position."
            ),
            Variable(
                parametersName, .object("Param"),
                doc: "The rule's own `parameters` by name, each a double, as its `overrides` have them."),
        ]
        if match != .frame {
            variables.append(Variable("object", .object("Object"), doc: "The object the rule looks at."))
            variables.append(
                Variable(
                    historyName, .object("History"),
                    doc:
                        "What the object's track was in the frames before this one; no value of an object without a track. Remembered only where a rule speaks of it."
                ))
        }
        if match == .pair {
            variables.append(
                Variable(otherName, .object("Object"), doc: "The other object, in rules with `match: pair` alone."))
        }
        return Environment(
            variables: variables,
            records: [
                object.type, frame.type, telemetry.type, ground.type, flight.type, picture.type, area.type,
                position.type,
                register, part.type, parameters.record, history.type,
            ],
            functions: groundFunctions + relationFunctions, options: options, absent: absent(match))
    }

    /// Names that a rule of another kind has.
    private static func absent(_ match: RuleMatch) -> [String: String] {
        let pairs = "there is another object in rules with match: pair alone"
        return switch match {
        case .pair: [:]
        case .object: [otherName: pairs]
        case .frame:
            [
                "object": "a rule about the frame has no object: ask objects.exists(o, …), or leave match: frame out",
                historyName: "a rule about the frame has no track: leave match: frame out", otherName: pairs,
            ]
        }
    }

    static let parametersName = "param"
    static let historyName = "history"

    /// The variable of the other object of a pair.
    static let otherName = "other"

    /// The variable that has frames decoded.
    static let picturesName = "picture"

    static let picture = RecordTable<PictureFeatures>(
        "Picture",
        [
            .number("luma", "", "Mean luma, 0 (black)…1 (white).") { $0.luma },
            .number("contrast", "", "Standard deviation of luma, 0…0.5.") { $0.contrast },
            .number(
                "sharpness", "",
                "Variance of the Laplacian of luma (0…255) at no more than 640 samples a side: below about 50 a picture is blurred."
            ) {
                $0.sharpness
            },
            .number(
                "motion", "",
                "Mean absolute difference of luma to the measured picture before, 0…1. No value for the first."
            ) {
                $0.motion
            },
        ])

    static let frame = RecordTable<FrameScene>(
        "Frame",
        [
            .count("index", "", "Counts from 0 in one run of the source.") { $0.metadata.frame.index },
            .number("time_s", "s", "Presentation time on the stream's own time line.") {
                $0.metadata.frame.time.seconds
            },
            .number("width_px", "px", "Width of the full-resolution picture.") { $0.pictureWidth },
            .number("height_px", "px", "Height of the full-resolution picture.") { $0.pictureHeight },
            .flag("is_key", "Decoding may begin here.") { $0.metadata.frame.isKey },
            .count("hour_utc", "h", "Hour of the day in UTC, 0…23; for local time use `now.getHours(\"+08:00\")`.") {
                $0.hour
            },
            .text(
                "time_provenance",
                "Which clock gave the UTC: `precision_time_stamp`, `sender_report`, `file`, `arrival`."
            ) {
                $0.metadata.provenance.rawValue
            },
            .number("pose_age_s", "s", "From the frame to the nearest pose really measured. No value without one.") {
                $0.metadata.poseAge
            },
        ])

    static let ground = RecordTable<FrameScene>(
        "Ground",
        [
            .flag("placed", "A position could be worked out.") { (try? $0.place.get()) != nil },
            .number("lat", "°", "WGS 84, −90…90, north positive.") { (try? $0.place.get())?.point.latitude },
            .number("lon", "°", "WGS 84, −180…180, east positive.") { (try? $0.place.get())?.point.longitude },
            .number("hae_m", "m", "Height above the WGS 84 ellipsoid.") { (try? $0.place.get())?.point.height },
            .init(declaration: .init("position", .object("Position"), doc: "The place itself, for registers.")) {
                $0.groundPlace.map(\.record)
            },
            .number("ce90_m", "m", "Radius that holds the true place with probability 0.9.") {
                (try? $0.place.get())?.ce90
            },
            .text(
                "method",
                "`ray_terrain`, `ray_ellipsoid`, `stated_position`, `stated_corners`, `frame_center`, `platform`."
            ) {
                (try? $0.place.get())?.method.rawValue
            },
            .text(
                "refusal",
                "Why there is no position: `no_pose`, `stale_pose`, `above_horizon`, … "
                    + "([all](metadata.md#why-a-finding-has-no-place)). No value when placed."
            ) {
                if case .failure(let refusal) = $0.place { refusal.rawValue } else { nil }
            },
            .number(
                "distance_to_sensor_m", "m",
                "Straight line from the camera. Needs the camera's height above the ellipsoid."
            ) {
                $0.distanceToSensor
            },
            .number(
                "area_m2", "m²",
                "Of the ground that the object's box covers, as the map shows it: of flat things. No value where a corner of the box has no place, and for the frame as a whole."
            ) {
                $0.groundArea
            },
            .number(
                "slope_deg", "°", "By which the ground falls at the place, 0…90. No value where no terrain tells."
            ) {
                $0.groundSlope
            },
        ])

    static let flight = RecordTable<FlightProgress>(
        "Flight",
        [
            .number("elapsed_s", "s", "Since the first frame of this run.") { $0.elapsed },
            .count("frames", "", "Frames of this run so far, this one included.") { $0.frames },
        ])
}

extension FrameScene {
    var pictureWidth: Double? { metadata.frame.width > 0 ? Double(metadata.frame.width) : nil }

    var pictureHeight: Double? { metadata.frame.height > 0 ? Double(metadata.frame.height) : nil }

    var hour: Int {
        let day: Int64 = 86_400_000_000
        let rest = metadata.utc.microseconds % day
        return Int((rest < 0 ? rest + day : rest) / 3_600_000_000)
    }

    var distanceToSensor: Double? {
        guard let telemetry = metadata.telemetry, let latitude = telemetry.latitude,
            let longitude = telemetry.longitude,
            let height = telemetry.heightHAE, case .success(let tag) = place
        else { return nil }
        let sensor = GeodeticPoint(latitude: latitude, longitude: longitude, height: height)
        return (sensor.ecef - tag.point.ecef).length
    }
}
