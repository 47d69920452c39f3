import LocatedYAML

extension Scenario.Video {
    init(_ part: YAMLMapping) {
        rate = part.int("fps", default: 25, in: 1...60)
        width = part.int("width", default: 1280, in: 64...3840)
        height = part.int("height", default: 720, in: 64...2160)
        bitrate = part.int("bitrate_kbps", default: 4000, in: 50...100_000)
        groupOfPictures = part.int("gop", default: rate * 2, in: 1...600)
        if part.string("codec", default: "h264") != "h264" { part.complain("codec", "must be h264") }
        if width % 2 != 0 { part.complain("width", "must be even") }
        if height % 2 != 0 { part.complain("height", "must be even") }
    }
}

extension Scenario.Origin {
    init(_ part: YAMLMapping, isWanted: Bool) {
        guard isWanted else {
            self.init(latitude: 0, longitude: 0, groundHeight: 0)
            return
        }
        self.init(
            latitude: part.required("lat", in: -85...85), longitude: part.required("lon", in: -180...180),
            groundHeight: part.required("ground_hae_m", in: -500...6000))
    }
}

extension Scenario.Camera {
    init(_ part: YAMLMapping, isWanted: Bool) {
        guard isWanted else {
            self.init(horizontalFieldOfView: 50, pitch: -60, yawOffset: 0, airframeMotion: 0)
            return
        }
        self.init(
            horizontalFieldOfView: part.required("hfov_deg", in: 2...120),
            pitch: part.required("pitch_deg", in: -90...0),
            yawOffset: part.number("yaw_offset_deg", default: 0, in: -180...180),
            airframeMotion: part.number("airframe_motion_deg", default: 1.2, in: 0...5))
    }
}

extension Scenario.Ground {
    init(_ part: YAMLMapping) {
        roadSpacing = part.number("road_spacing_m", default: 120, in: 0...5000)
        river = part.optionalMapping("river") {
            River(
                east: $0.meters("east_m"), width: $0.number("width_m", default: 20, in: 1...2000),
                swing: $0.number("swing_m", default: 10, in: 0...2000),
                wavelength: $0.number("wavelength_m", default: 300, in: 10...20_000))
        }
        patches = part.list("patches") {
            Patch(
                kind: $0.enumeration("kind", placeholder: .soil), north: $0.meters("north_m"),
                east: $0.meters("east_m"),
                width: $0.required("w_m", in: 0.5...5000), length: $0.required("l_m", in: 0.5...5000),
                heading: $0.number("heading_deg", default: 0, in: -360...360))
        }
        if patches.count > 200 { part.complain("patches", "has more than 200 members") }
    }
}

extension Scenario.Analyser {
    init(_ part: YAMLMapping) {
        rate = part.number("rate_hz", default: 5, in: 0...60)
        missRate = part.number("miss_rate", default: 0, in: 0...1)
        falsePositivesPerMinute = part.number("false_positives_per_minute", default: 0, in: 0...600)
        falseLabels = part.strings("false_labels")
        wrongLabelRate = part.number("wrong_label_rate", default: 0, in: 0...1)
        (confidenceMean, confidenceDeviation) = part.mapping("confidence") {
            ($0.number("mean", default: 0.85, in: 0...1), $0.number("sd", default: 0, in: 0...1))
        }
        boxNoise = part.number("box_noise_px", default: 0, in: 0...50)
        tracks = part.bool("tracks", default: true)
    }
}

extension Scenario.PoseNoise {
    init(_ part: YAMLMapping) {
        white = part.mapping("white") { Error($0) }
        bias = part.mapping("bias") { Error($0) }
        biasDeviation = part.mapping("bias_sigma") { Error($0) }
    }
}

extension Scenario.PoseNoise.Error {
    init(_ part: YAMLMapping) {
        position = part.number("position_m", default: 0, in: -100...100)
        height = part.number("height_m", default: 0, in: -100...100)
        yaw = part.number("yaw_deg", default: 0, in: -30...30)
        pitch = part.number("pitch_deg", default: 0, in: -30...30)
        roll = part.number("roll_deg", default: 0, in: -30...30)
    }
}
