import Foundation
import Testing

@Suite struct GoldenCaseTests {
    @Test func `the cases were found`() { #expect(GoldenCase.all.count >= 5) }

    @Test(arguments: GoldenCase.all)
    func `a flight gives the findings that were written down`(golden: GoldenCase) async throws {
        let flight = try await golden.flight()
        let found = try await golden.replay(flight.video).findings.map(Self.essence)
        if ProcessInfo.processInfo.environment["FLYONCE_WRITE_CASES"] == "1" {
            let collection = JSON.object([
                "type": .text("FeatureCollection"), "video_sha256": .text(flight.digest), "features": .array(found),
            ])
            try collection.pretty.write(to: golden.expected, atomically: true, encoding: .utf8)
        }
        let written = try JSON(String(contentsOf: golden.expected, encoding: .utf8))
        let expected = written["features"].items
        #expect(found.count == expected.count, "\(found.map { $0["properties"]["scene_type"] })")
        let sameVideo = written["video_sha256"].text == flight.digest
        if !sameVideo { print("\(golden.name): this machine's encoder writes another video; ids are not compared") }
        for (found, expected) in zip(Self.sorted(found), Self.sorted(expected)) {
            if sameVideo { #expect(found["id"] == expected["id"]) }
            Self.compare(found, expected)
        }
    }

    @Test(arguments: GoldenCase.all)
    func `every true matter is found once, where it is, and nothing else`(golden: GoldenCase) async throws {
        let flight = try await golden.flight()
        let (findings, outcome) = try await golden.replay(flight.video)
        var found: [JSON: Int] = [:]
        for finding in findings {
            let place = try #require(Place(finding), "no position: \(finding)")
            let scene = finding["properties"]["scene_type"]
            let ce90 = try #require(finding["properties"]["location"]["ce90_m"].number)
            #expect(ce90 > 0.5 && ce90 < 50)
            let near = flight.truth.filter { $0["properties"]["scene_type"] == scene }
                .compactMap { matter in Place(matter).map { (matter["id"], $0.distance(to: place)) } }
                .min { $0.1 < $1.1 }
            guard let near, near.1 <= 1.5 * ce90 else {
                Issue.record("no \(scene) lies within 1.5 × \(ce90) m of \(place): \(String(describing: near))")
                continue
            }
            found[near.0, default: 0] += 1
        }
        #expect(found == Dictionary(uniqueKeysWithValues: flight.truth.map { ($0["id"], 1) }))
        #expect(
            outcome.complaint.contains(findings.count == 1 ? ", 1 finding" : ", \(findings.count) findings"),
            "the summary counts other findings than were printed: \(outcome.complaint)")
    }

    @Test(arguments: GoldenCase.all)
    func `the same file gives the same ids again`(golden: GoldenCase) async throws {
        let flight = try await golden.flight()
        let once = try await golden.replay(flight.video).findings.map(Self.essence)
        // Its name and folder do not matter.
        let copy = flight.scratch.file("renamed-\(UUID().uuidString).ts")
        try FileManager.default.copyItem(atPath: flight.video, toPath: copy)
        let again = try await golden.replay(copy).findings.map(Self.essence)
        #expect(once.map { $0["id"] } == again.map { $0["id"] })
        #expect(Set(once.map { $0["id"] }).count == once.count)
        #expect(once.map { $0["properties"] } == again.map { $0["properties"] })
    }

    /// What does not depend on the encoder, the store's life or the file's name.
    static func essence(_ feature: JSON) -> JSON {
        var feature = feature
        feature["properties"] = feature["properties"].without(
            "evidence", "epoch", "seq", "revision", "flight", "source")
        return feature
    }

    private static func sorted(_ features: [JSON]) -> [JSON] {
        features.sorted { key($0).lexicographicallyPrecedes(key($1)) }
    }

    private static func key(_ feature: JSON) -> [String] {
        let properties = feature["properties"]
        let place = feature["geometry"]["coordinates"]
        return [properties["first_seen"].text ?? "", properties["scene_type"].text ?? ""]
            + [place[0], place[1]].map { String(format: "%.5f", $0.number ?? 0) }
    }

    /// Numbers to a millionth: the last digits of sines and tangents are the machine's own.
    private static func compareValues(_ found: [String: JSON], _ expected: [String: JSON]) {
        #expect(Set(found.keys) == Set(expected.keys))
        for (name, value) in found {
            let (one, other) = (value.text ?? "", expected[name]?.text ?? "")
            if let one = Double(one), let other = Double(other) {
                #expect(abs(one - other) <= 2e-6 * max(1, abs(other)), "\(name)")
            } else {
                #expect(value == expected[name], "\(name)")
            }
        }
    }

    private static func compare(_ found: JSON, _ expected: JSON) {
        #expect(
            found["properties"].without("location", "rule") == expected["properties"].without("location", "rule"))
        let rules = (found["properties"]["rule"], expected["properties"]["rule"])
        #expect(rules.0.without("reasons") == rules.1.without("reasons"))
        let reasons = (rules.0["reasons"].items, rules.1["reasons"].items)
        #expect(reasons.0.map { $0["condition"] } == reasons.1.map { $0["condition"] })
        for (one, other) in zip(reasons.0, reasons.1) { compareValues(one["values"].members, other["values"].members) }
        let places = (found["geometry"]["coordinates"], expected["geometry"]["coordinates"])
        for axis in 0..<3 {
            guard let one = places.0[axis].number, let other = places.1[axis].number else {
                #expect(found["geometry"] == expected["geometry"])
                break
            }
            #expect(abs(one - other) <= (axis == 2 ? 0.01 : 1e-7))
        }
        let locations = (found["properties"]["location"], expected["properties"]["location"])
        #expect(locations.0.without("ce90_m", "ellipse") == locations.1.without("ce90_m", "ellipse"))
        for (one, other) in [
            (locations.0["ce90_m"], locations.1["ce90_m"]),
            (locations.0["ellipse"]["semi_major_m"], locations.1["ellipse"]["semi_major_m"]),
            (locations.0["ellipse"]["semi_minor_m"], locations.1["ellipse"]["semi_minor_m"]),
        ] {
            guard let one = one.number, let other = other.number else {
                #expect(one == other)
                continue
            }
            #expect(abs(one - other) <= 0.02)
        }
    }
}
