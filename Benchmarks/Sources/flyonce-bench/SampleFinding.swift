import Geodesy
import Inspection

/// A finding as the journey writes it: placed, with reasons, a picture and one destination.
enum SampleFinding {
    static let geotag = Geotag(
        point: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 120), method: .rayTerrain,
        ellipse: ErrorEllipse(semiMajor: 3.1, semiMinor: 2.4, bearing: 40), ce90: 6, poseAgeMilliseconds: 20,
        sourceDatum: "sensor HAE (item 75)")

    static func observation(_ number: UInt64, source: Name, destination: Name) -> Observation {
        let seen = SamplePacket.start.advanced(byMicroseconds: Int64(truncatingIfNeeded: number & 0xFFFF_FFFF))
        let finding = Finding(
            id: id(number), sceneType: "waste.exposed", title: BilingualText(zh: "暴露垃圾", en: "Exposed waste"),
            severity: .yellow, confidence: 0.82, status: .open, firstSeen: seen, lastSeen: seen,
            provenance: .precisionTimeStamp, sightings: 3, flight: id(0), source: source, gateway: source,
            rule: "waste-exposed", ruleVersion: "1.0",
            reasons: [
                .init(
                    condition: "object.confidence >= 0.5", values: [.init(name: "object.confidence", value: "0.82")]),
                .init(
                    condition: "object.width_px >= 16.0", values: [.init(name: "object.width_px", value: "60.0")]),
            ], location: geotag, refusal: nil)
        let digits = String(number, radix: 16)
        let picture = EvidenceItem(
            sha256: String(repeating: "0", count: 64 - digits.count) + digits, kind: .picture, mediaType: "image/jpeg",
            bytes: 400_000, capturedAt: seen, redacted: false)
        return Observation(
            finding: finding, evidence: [picture], routes: [.init(destination: destination, release: .auto)])
    }

    /// Spread over the identities of one flight, as content hashes are.
    static func id(_ number: UInt64) -> FindingID {
        UUIDv7(
            milliseconds: 1_755_000_000_000 + number / 10,
            randomness: (number &* 0x9E37_79B9_7F4A_7C15, number &* 0xBF58_476D_1CE4_E5B9))
    }
}
