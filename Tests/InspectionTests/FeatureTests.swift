import Foundation
import Geodesy
import Inspection
import Testing

@Suite struct FeatureTests {
    static let finding = Finding(
        id: UUIDv7(milliseconds: 1_787_195_045_120, randomness: (7, 9)), sceneType: "waste.exposed",
        title: BilingualText(zh: "暴露垃圾", en: "Exposed \"waste\"\n"), severity: .yellow, confidence: 0.87,
        status: .open, firstSeen: UTCTime(microseconds: 1_787_195_045_120_000),
        lastSeen: UTCTime(microseconds: 1_787_195_047_120_000), provenance: .precisionTimeStamp, sightings: 12,
        flight: UUIDv7(milliseconds: 1_787_195_000_000, randomness: (1, 1)), source: Name("uav-1")!,
        gateway: Name("kh-01")!, rule: "waste.exposed", ruleVersion: "1",
        reasons: [
            Detection.Reason(
                condition: "object.confidence > 0.5", values: [.init(name: "object.confidence", value: "0.87")])
        ],
        location: Geotag(
            point: GeodeticPoint(latitude: 29.137336, longitude: 118.415495, height: 121.4), method: .rayEllipsoid,
            ellipse: ErrorEllipse(semiMajor: 3.4, semiMinor: 2.6, bearing: 45), ce90: 6.5, poseAgeMilliseconds: 12,
            sourceDatum: "sensor HAE"),
        refusal: nil)

    static let record = FindingRecord(
        finding: finding, revision: 2, epoch: "e1", sequence: 41,
        evidence: [
            EvidenceItem(
                sha256: String(repeating: "a", count: 64), kind: .picture, mediaType: "image/jpeg", bytes: 1234,
                capturedAt: finding.firstSeen, redacted: false)
        ],
        caseRecord: CaseRecord(platform: Name("county")!, number: "LX-1", stage: .fedBack),
        verdicts: [Verdict(kind: .upheld, by: "li", at: finding.lastSeen, why: "看过")])

    @Test func `a feature is GeoJSON in the order longitude, latitude, height above the ellipsoid`() throws {
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(Self.record.feature())) as? [String: Any])
        #expect(json["type"] as? String == "Feature")
        #expect(json["id"] as? String == Self.finding.id.description)
        let geometry = try #require(json["geometry"] as? [String: Any])
        #expect(geometry["coordinates"] as? [Double] == [118.415495, 29.137336, 121.4])
        let properties = try #require(json["properties"] as? [String: Any])
        #expect((properties["title"] as? [String: String])?["en"] == "Exposed \"waste\"\n")
        #expect(properties["first_seen"] as? String == "2026-08-20T03:04:05.120000Z")
        #expect((properties["location"] as? [String: Any])?["ce90_m"] as? Double == 6.5)
        #expect((properties["case"] as? [String: String])?["stage"] == "fed_back")
        let rule = try #require(properties["rule"] as? [String: Any])
        let reason = try #require((rule["reasons"] as? [[String: Any]])?.first)
        #expect((reason["values"] as? [String: String])?["object.confidence"] == "0.87")
        for key in [
            "format", "scene_type", "severity", "confidence", "status", "revision", "epoch", "seq", "last_seen",
            "sightings", "flight", "source", "gateway", "evidence",
        ] { #expect(properties[key] != nil, "\(key)") }
    }

    @Test func `a place in an area and a grid cell names both, and one in none is silent about them`() throws {
        func location(_ record: FindingRecord) throws -> [String: Any] {
            let json = try JSONSerialization.jsonObject(with: Data(record.feature())) as? [String: Any]
            return try #require((json?["properties"] as? [String: Any])?["location"] as? [String: Any])
        }
        var record = Self.record
        let none = try location(record)
        #expect(none["area"] == nil && none["grid"] == nil)
        record.finding.location?.area = "常山\"矿\""
        record.finding.location?.grid = "330822100001001"
        let both = try location(record)
        #expect(both["area"] as? String == "常山\"矿\"" && both["grid"] as? String == "330822100001001")
    }

    @Test func `a finding without a position has a null geometry and says why`() throws {
        var record = Self.record
        record.finding.location = nil
        record.finding.refusal = .aboveHorizon
        let json = try #require(try JSONSerialization.jsonObject(with: Data(record.feature())) as? [String: Any])
        #expect(json["geometry"] is NSNull)
        #expect((json["properties"] as? [String: Any])?["location_refused"] as? String == "above_horizon")
    }

    @Test func `the same record always gives the same bytes`() {
        #expect(Self.record.feature() == Self.record.feature())
    }

    @Test(arguments: [
        (Double.nan, "null"), (.infinity, "null"), (-0.0, "0"), (1e17, "1e+17"), (0.1, "0.1"), (-3.0, "-3"),
        (.leastNonzeroMagnitude, "5e-324"),
    ])
    func `numbers that JSON has no word for become null`(number: Double, text: String) {
        var json = JSONText()
        json.value(number)
        #expect(json.string == text)
    }

    @Test func `control characters are escaped and text stays UTF-8`() {
        var json = JSONText()
        json.value("\u{1}\t\\\"é飞")
        #expect(json.string == "\"\\u0001\\t\\\\\\\"é飞\"")
    }
}
