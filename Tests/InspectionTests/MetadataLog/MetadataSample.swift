import Geodesy
import Inspection

/// Frame metadata made of a seed, in which every field is there in some frames and missing in others.
struct MetadataSample {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    private mutating func flip() -> Bool { next() & 0x100 == 0 }

    private mutating func below(_ limit: Int) -> Int { Int(next() >> 11) % limit }

    /// As sensors, analysers and mistakes give them.
    private mutating func number() -> Double {
        switch below(8) {
        case 0: Double(below(2000) - 1000)
        case 1: Double(below(100_000)) / 1000
        case 2: Double(Float(below(1_000_000)) / 777)
        case 3: Double(bitPattern: next())
        case 4: [0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude][below(6)]
        default: Double(next() >> 12) / 1e13
        }
    }

    private mutating func maybe() -> Double? { flip() ? number() : nil }

    private mutating func word() -> String {
        ["", "person", "no mask", "工程车", "e\u{301}", "\u{E9}", "7", String(repeating: "long", count: 80)][below(8)]
    }

    private mutating func attitude() -> Attitude { Attitude(yaw: number(), pitch: number(), roll: number()) }

    private mutating func point() -> TelemetrySample.StatedPoint {
        .init(latitude: number(), longitude: number(), heightMSL: maybe(), heightHAE: maybe())
    }

    private mutating func telemetry() -> TelemetrySample {
        var sample = TelemetrySample()
        if flip() { sample.utc = UTCTime(microseconds: Int64(bitPattern: next())) }
        sample.latitude = maybe()
        sample.longitude = maybe()
        sample.heightMSL = maybe()
        sample.heightHAE = maybe()
        sample.heightAboveTakeoff = maybe()
        if flip() { sample.platform = attitude() }
        switch below(3) {
        case 0: sample.camera = .body(attitude())
        case 1: sample.camera = .earth(attitude())
        default: break
        }
        sample.horizontalFieldOfView = maybe()
        sample.verticalFieldOfView = maybe()
        if flip() { sample.frameCenter = point() }
        for _ in 0..<[0, 4, 1][below(3)] { sample.corners.append(point()) }
        sample.slantRange = maybe()
        sample.groundSpeed = maybe()
        sample.zoom = maybe()
        sample.hasFix = flip()
        sample.isRangeMeasured = flip()
        if flip() { sample.distortion = LensDistortion(numbers: (0..<7).map { _ in number() }) }
        return sample
    }

    private mutating func object() -> FrameObject {
        var object = FrameObject(kind: flip() ? .mark : .detected, label: word(), confidence: maybe(), box: nil)
        if flip() { object.box = .init(left: number(), top: number(), right: number(), bottom: number()) }
        if flip() { object.track = word() }
        for _ in 0..<below(4) {
            let values: [FrameObject.Attribute] = [.string(word()), .number(number()), .bool(flip())]
            object.attributes[word()] = values[below(3)]
        }
        if flip() {
            let point = GeodeticPoint(latitude: number(), longitude: number(), height: number())
            let sigma = flip() ? SIMD3(number(), number(), number()) : nil
            object.statedPosition = .init(point: point, sigma: sigma)
        }
        return object
    }

    mutating func frame(_ index: Int) -> FrameMetadata {
        let isOdd = below(10) == 0
        var frame = Frame(
            index: isOdd ? Int(truncatingIfNeeded: next()) : index,
            time: RunningTime(nanoseconds: isOdd ? Int64(bitPattern: next()) : Int64(index) * 33_333_333),
            ptsMicroseconds: flip() ? Int64(bitPattern: next()) : nil, width: below(5000), height: below(5000),
            isKey: flip(), arrival: UTCTime(microseconds: Int64(bitPattern: next())))
        let clocks = UTCProvenance.allCases
        if flip() {
            frame.carrierTime = CarrierTime(
                utc: UTCTime(microseconds: Int64(bitPattern: next())), provenance: clocks[below(clocks.count)])
        }
        if flip() {
            frame.picture = PictureFeatures(luma: number(), contrast: number(), sharpness: number(), motion: maybe())
        }
        var metadata = FrameMetadata(
            frame: frame, utc: UTCTime(microseconds: Int64(bitPattern: next())),
            provenance: clocks[below(clocks.count)], telemetry: nil, poseAge: maybe(), objects: [])
        if flip() { metadata.telemetry = telemetry() }
        if below(3) > 0 { metadata.lookedFor = (0..<below(3)).map { _ in word() } }
        metadata.clockError = flip() ? number() : 0
        if flip() {
            metadata.motion = CameraMotion(
                velocity: SIMD3(number(), number(), number()), turn: SIMD3(number(), number(), number()))
        }
        for _ in 0..<below(6) { metadata.objects.append(object()) }
        return metadata
    }

    static func header(seed: UInt64 = 1) -> MetadataLogHeader {
        var sample = MetadataSample(seed: seed)
        let id = FlightID(milliseconds: 1_787_194_800_000, randomness: (sample.next(), sample.next()))
        var header = MetadataLogHeader(
            gateway: Name("gateway-01") ?? name, source: name, flight: id, content: "live/uav-1/1787194800000000",
            writtenAt: UTCTime(microseconds: 1_787_194_800_123_456))
        header.rules = [.init(id: "urban", version: "1.0"), .init(id: "land", version: "2.3")]
        header.placement.errors.horizontal = 0.05
        header.placement.errors.yaw = 1.0 / 3
        header.placement.errors.time = 0.123_456_789_012
        header.placement.groundHeight = seed % 2 == 1 ? 88.125 : nil
        header.placement.poseAgeLimit = 0.25
        if seed % 3 == 1 { header.placement.fieldOfView = FieldOfView(horizontal: 62.5, vertical: 38.5, diagonal: 84) }
        header.placement.hasGeoid = seed % 3 == 1
        if seed > 1, seed % 2 == 1 {
            header.placement.errors.focal = 0.7
            header.placement.errors.principal = 3
            header.placement.errors.jitter = 1.0 / 7
            header.placement.errors.angleJitter = 0.05
        }
        if seed > 1, seed % 3 == 1 {
            header.placement.distortion = LensDistortion(k1: -0.11, k3: 1.0 / 3, centerY: 0.02)
        }
        header.joining.openAfterSightings = 7
        header.joining.joinRadius = 6.5
        return header
    }

    private static let name = Name("uav-1") ?? { preconditionFailure("no name") }()
}

/// Everything that a value holds, as text; numbers bit by bit, so that −0 and what is no number are told apart. Dictionaries
/// in the order of their keys.
func everything(of value: Any) -> String {
    if let number = value as? Double { return String(number.bitPattern, radix: 16) }
    if let text = value as? String { return Array(text.utf8).description }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty { return String(describing: value) }
    if mirror.displayStyle == .dictionary {
        let entries = mirror.children.map { everything(of: $0.value) }.sorted()
        return "{" + entries.joined(separator: ", ") + "}"
    }
    let children = mirror.children.map { "\($0.label ?? "")=" + everything(of: $0.value) }
    let isCase = mirror.displayStyle == .enum
    return (isCase ? String(describing: mirror.children.first?.label ?? "") : "") + "("
        + children.joined(separator: " ") + ")"
}
