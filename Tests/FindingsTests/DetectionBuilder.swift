import Geodesy
import Inspection

/// Ids that are made of the text alone, without cryptography.
struct TextIDs: IDs {
    func uuid(at firstSeen: UTCTime, of parts: [String]) -> UUIDv7 {
        var high: UInt64 = 0xCBF2_9CE4_8422_2325
        var low: UInt64 = 0x8422_2325_CBF2_9CE4
        for byte in parts.joined(separator: "\u{1F}").utf8 {
            high = (high ^ UInt64(byte)) &* 0x100_0000_01B3
            low = (low ^ high) &* 0x100_0000_01B3
        }
        return UUIDv7(milliseconds: UInt64(max(firstSeen.microseconds, 0) / 1000), randomness: (high, low))
    }
}

/// A little random generator whose numbers are the same in every run (splitmix64).
struct SeededNumbers {
    var state: UInt64

    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ z >> 31) >> 11) / 9_007_199_254_740_992
    }

    /// About normal, one sigma: twelve evens less six.
    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + next() } }
}

/// Detections around one place, metres north and east of it.
enum DetectionBuilder {
    static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 200)
    static let start = UTCTime(microseconds: 1_748_743_200_000_000)

    static let flight = Flight(
        id: UUIDv7(milliseconds: 1_748_743_200_000, randomness: (1, 2)), source: Name("roof")!, firstFrame: start,
        lastFrame: start, lastArrival: start, content: "content", ended: false)

    static func scene(_ id: String = "waste.exposed", _ footing: Footing = .flat) -> SceneType {
        SceneType(id: id, title: BilingualText(zh: "垃圾", en: "Waste"), severity: .yellow, footing: footing, labels: [])
    }

    static func utc(_ seconds: Double) -> UTCTime {
        start.advanced(byMicroseconds: Int64((seconds * 1e6).rounded()))
    }

    static func detection(
        at seconds: Double, place: (north: Double, east: Double)?, box: FrameObject.Box? = nil, track: String? = nil,
        scene: SceneType = scene(), severity: Severity = .yellow, confidence: Double = 0.8, sigma: Double = 4,
        wholeFrame: Bool = false, kind: FrameObject.Kind = .detected, rule: String = "waste-on-the-ground"
    ) -> Detection {
        let geotag = place.map { place in
            let ellipse = ErrorEllipse(semiMajor: sigma, semiMinor: sigma, bearing: 0)
            return Geotag(
                point: origin.moved(north: place.north, east: place.east), method: .rayEllipsoid, ellipse: ellipse,
                ce90: ellipse.ce90, poseAgeMilliseconds: 10, sourceDatum: "sensor HAE; ground HAE")
        }
        let object = FrameObject(kind: kind, label: "waste", confidence: confidence, box: box, track: track)
        let frame = Frame(
            index: Int((seconds * 25).rounded()), time: .seconds(seconds), ptsMicroseconds: nil, width: 1920,
            height: 1080, isKey: false, arrival: utc(seconds))
        return Detection(
            rule: rule, ruleVersion: "1", sceneType: scene, severity: severity, confidence: confidence,
            reasons: [.init(condition: "label == 'waste'", values: [])], object: wholeFrame ? nil : object,
            geotag: geotag, refusal: geotag == nil ? .aboveHorizon : nil, frame: frame, utc: utc(seconds),
            provenance: .precisionTimeStamp)
    }

    static func box(_ u: Double, _ v: Double, _ size: Double = 100) -> FrameObject.Box {
        .init(left: u - size / 2, top: v - size / 2, right: u + size / 2, bottom: v + size / 2)
    }
}
