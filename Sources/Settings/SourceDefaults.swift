public import Inspection
import LocatedYAML

/// How a source is read and understood: under `defaults` for all, and under each source for itself.
public struct SourceDefaults: Sendable, Hashable {
    public enum Decode: String, Sendable, Hashable, CaseIterable {
        /// Sampled when some rule of the source speaks of what is measured of pictures, else on demand.
        case auto
        case onDemand = "on_demand"
        case keyframes
        case sampled
        case all
    }

    public enum Decoders: String, Sendable, Hashable, CaseIterable { case auto, software }

    public enum Checksum: String, Sendable, Hashable, CaseIterable { case strict, lenient }

    public enum Transport: String, Sendable, Hashable, CaseIterable { case tcp, udp }

    /// What becomes of an offset between metadata and pictures that nobody stated.
    public enum Timing: String, Sendable, Hashable, CaseIterable { case estimate, off }

    /// What becomes of a file of a watched folder once it was read.
    public enum AfterReading: String, Sendable, Hashable, CaseIterable { case leave, move }

    public var decode: Decode = .auto
    /// Pictures a second, when sampled.
    public var sampleRate = 2.0
    /// Of the hardware where one opens, or in software.
    public var decoders: Decoders = .auto
    /// Time without a frame after which the next one begins a new flight.
    public var flightGap: Duration = .seconds(30)
    /// Time without a byte after which a live stream is given up and made anew.
    public var silentAfter: Duration = .seconds(5)
    /// Ids of the rule packs that look at it; nil for all.
    public var packs: [String]?
    /// What the pre-roll holds at least, as long as the bytes allow.
    public var prerollSeconds: Double = 20
    /// What the pre-roll holds at most.
    public var prerollBytes = 64 << 20
    /// Metres above the WGS 84 ellipsoid; nil where the stream has to say it.
    public var groundHeightHAE: Double?
    /// Of the camera at zoom 1; what the metadata states goes before it.
    public var camera = FieldOfView()
    /// Of the lens, by Brown's model; what the metadata states goes before it.
    public var distortion: LensDistortion?
    /// An aircraft of `Models/aircraft`, by its name, or a file like them by its path: what the errors of the pose are where
    /// ``poseErrors`` does not say.
    public var aircraft: String?
    /// Those that are stated.
    public var poseErrors = PoseErrorValues()
    /// Time from a frame to the nearest measured pose beyond which the frame gets no place.
    public var poseAgeLimit: Duration = .milliseconds(500)
    /// What to do with KLV packets whose checksum is wrong: leave them out, or use and count them.
    public var klvChecksum: Checksum = .strict
    public var rtspTransport: Transport = .tcp
    /// Of RTSP's jitter buffer.
    public var rtspLatency: Duration = .milliseconds(200)
    /// From the moment a picture is taken to its arrival; nil takes what the transport itself adds.
    public var latency: Duration?
    /// What the camera's clock is ahead of UTC where it writes times without a zone, seconds; nil where nobody stated it.
    public var utcOffsetSeconds: Int?
    /// PEM file of the authority that vouches for `rtsps://` and `https://` servers, instead of the system's.
    public var certificateAuthority: String?

    public var afterReading: AfterReading = .leave
    /// Time without a change after which a file of a watched folder is complete.
    public var settle: Duration = .seconds(5)
    public var analyser = AnalyserSettings()
    /// Metadata beside the video, the best first.
    public var telemetry: [FeedSettings] = []
    /// What analysers beside the video say of it.
    public var analysis: [AnalysisFeedSettings] = []
    /// Labels that the analysers of the source can see, where they do not say it themselves.
    public var declares: [String] = []
    /// What a frame waits at most for the metadata after it, stream time.
    public var telemetryWait: Duration = .milliseconds(500)
    /// How long the newest pose is carried on at its last rate.
    public var extrapolation: Duration = .milliseconds(200)
    /// Silence after which the next feed gives the poses.
    public var telemetryHandover: Duration = .seconds(5)
    /// By how much the metadata are late, told from what is seen on the way there and on the way back.
    public var timing: Timing = .estimate

    /// Labels that can be declared, and bytes of each.
    static let declaredLimit = 1000
    static let declaredLengthLimit = 128

    public init() {}

    /// True with a feed of DJI's Cloud API, which states no angle of view, and none configured.
    public var lacksFieldOfView: Bool {
        !camera.isKnown
            && telemetry.contains { ["mqtt://", "mqtts://"].contains(where: $0.url.lowercased().hasPrefix) }
    }

    static func decode(
        _ mapping: YAMLMapping, over base: SourceDefaults, folder: SettingsFolder
    ) -> SourceDefaults {
        var options = base
        options.decode = mapping.enumeration("decode", default: base.decode)
        options.sampleRate = mapping.number("sample_rate", default: base.sampleRate, in: 0.01...60)
        options.decoders = mapping.enumeration("decoders", default: base.decoders)
        options.flightGap = mapping.duration(
            "flight_gap", default: base.flightGap, in: .seconds(1)...(.seconds(86_400)))
        options.silentAfter = mapping.duration(
            "silent_after", default: base.silentAfter, in: .seconds(1)...(.seconds(600)))
        if mapping.has("packs") { options.packs = mapping.strings("packs") }
        mapping.mapping("preroll") { preroll in
            options.prerollSeconds = preroll.number("seconds", default: base.prerollSeconds, in: 1...120)
            options.prerollBytes = preroll.bytes(
                "bytes", default: base.prerollBytes, in: 1_048_576...1_073_741_824)
        }
        options.groundHeightHAE =
            mapping.optionalNumber("ground_height_hae_m", in: -500...9000) ?? base.groundHeightHAE
        mapping.mapping("camera") { camera in
            options.camera = Self.camera(in: camera, over: base.camera)
            options.distortion = camera.mapping("distortion") { distortion(in: $0) } ?? base.distortion
        }
        mapping.mapping("pose_errors") { errors in
            if let name = errors.optionalString("profile") {
                options.aircraft = name.contains("/") ? folder.path(name) : name
                // The errors of another aircraft say nothing of this one.
                options.poseErrors = PoseErrorValues()
            }
            options.poseErrors = PoseErrorValues.decode(errors, over: options.poseErrors)
        }
        options.poseAgeLimit = mapping.duration(
            "pose_age_limit", default: base.poseAgeLimit, in: .milliseconds(10)...(.seconds(10)))
        options.klvChecksum = mapping.mapping("klv") { $0.enumeration("checksum", default: base.klvChecksum) }
        options.latency = mapping.optionalDuration("latency", in: .zero...(.seconds(60))) ?? base.latency
        options.utcOffsetSeconds = mapping.utcOffset() ?? base.utcOffsetSeconds
        options.certificateAuthority =
            mapping.optionalString("certificate_authority_file").map(folder.path) ?? base.certificateAuthority
        options.analyser = mapping.mapping("analyser") {
            AnalyserSettings.decode($0, over: base.analyser, folder: folder)
        }
        if mapping.has("telemetry") {
            options.telemetry = mapping.list("telemetry") { FeedSettings.decode($0, folder: folder) }
            if options.telemetry.count > FeedSettings.limit {
                mapping.complain("telemetry", "has more than \(FeedSettings.limit) entries")
            }
        }
        if mapping.has("analysis") {
            var pushes = 0
            options.analysis = mapping.list("analysis") { entry in
                if entry.optionalString("from") == AnalysisFeedSettings.Way.http.rawValue { pushes += 1 }
                return AnalysisFeedSettings.decode(entry, folder: folder)
            }
            if options.analysis.count > AnalysisFeedSettings.limit {
                mapping.complain("analysis", "has more than \(AnalysisFeedSettings.limit) entries")
            }
            if pushes > 1 { mapping.complain("analysis", "has http more than once") }
        }
        options.declares = mapping.declaredLabels() ?? base.declares
        options.telemetryWait = mapping.duration(
            "telemetry_wait", default: base.telemetryWait, in: .zero...(.seconds(10)))
        options.extrapolation = mapping.duration(
            "extrapolation", default: base.extrapolation, in: .zero...(.seconds(2)))
        options.telemetryHandover = mapping.duration(
            "telemetry_handover", default: base.telemetryHandover, in: .milliseconds(500)...(.seconds(300)))
        options.timing = mapping.enumeration("timing", default: base.timing)
        mapping.mapping("folder") { reading in
            options.afterReading = reading.enumeration("after", default: base.afterReading)
            options.settle = reading.duration(
                "settle", default: base.settle, in: .milliseconds(100)...(.seconds(3600)))
        }
        mapping.mapping("rtsp") { rtsp in
            options.rtspTransport = rtsp.enumeration("transport", default: base.rtspTransport)
            options.rtspLatency = rtsp.duration(
                "latency", default: base.rtspLatency, in: .milliseconds(0)...(.seconds(10)))
        }
        return options
    }

    /// What stands here replaces what stood in the defaults, all of it.
    private static func camera(in mapping: YAMLMapping, over base: FieldOfView) -> FieldOfView {
        let angles = 0.1...179.0
        let field = FieldOfView(
            horizontal: mapping.optionalNumber("hfov_deg", in: angles),
            vertical: mapping.optionalNumber("vfov_deg", in: angles),
            diagonal: mapping.optionalNumber("dfov_deg", in: angles))
        if field.diagonal != nil, field.horizontal != nil || field.vertical != nil {
            mapping.complain("dfov_deg", "stands beside hfov_deg or vfov_deg", hint: "give the diagonal alone, or none")
        }
        return field.isKnown ? field : base
    }

    private static func distortion(in mapping: YAMLMapping) -> LensDistortion? {
        let range = -10.0...10.0
        let lens = LensDistortion(
            k1: mapping.number("k1", default: 0, in: range), k2: mapping.number("k2", default: 0, in: range),
            p1: mapping.number("p1", default: 0, in: range), p2: mapping.number("p2", default: 0, in: range),
            k3: mapping.number("k3", default: 0, in: range),
            centerX: mapping.number("center_x", default: 0, in: -0.2...0.2),
            centerY: mapping.number("center_y", default: 0, in: -0.2...0.2))
        return lens == LensDistortion() ? nil : lens
    }
}
