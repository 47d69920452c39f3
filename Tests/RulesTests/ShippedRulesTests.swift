import Expressions
import Foundation
import Geodesy
import Inspection
import Testing

@testable import Rules

/// What every shipped rule keeps to.
@Suite struct ShippedRulesTests {
    @Test func `thresholds are parameters, so that a place may have its own`() throws {
        let sizes = "confidence|width_px|height_px|area_px|area_share"
        let literal = try Regex(
            #"(object\.(\#(sizes)) >= |ce90_m > |speed_mps > |distance_m\("\w+"\) <= )[0-9]"#)
        #expect("object.confidence >= 0.5".contains(literal) && "area.distance_m(\"river\") <= 30.0".contains(literal))
        for rule in try ShippedPacksTests.load().rules where rule.pack != "vmti" {
            for program in rule.when + rule.hold + rule.unless {
                #expect(!program.source.contains(literal), "\(rule.id): \(program.source)")
            }
            #expect(!rule.parameters.isEmpty, "\(rule.id)")
        }
    }

    @Test func `no rule is silent for so long that its finding never opens`() throws {
        for rule in try ShippedPacksTests.load().rules { #expect(rule.window.cooldown <= 2, "\(rule.id)") }
    }

    @Test func `what fires for want of something has a budget, many sightings and a size`() throws {
        let absences = try ShippedPacksTests.load().rules.filter { $0.relations.absence != nil }
        #expect(absences.count >= 8)
        for rule in absences {
            #expect(rule.relations.budget != nil, "\(rule.id)")
            #expect(rule.window.sightings >= 4, "\(rule.id)")
            #expect((rule.relations.absence?.leastPixels ?? 0) >= 8, "\(rule.id)")
        }
    }

    /// Of a scene with everything in it at once, placed or not, where the settings name no area.
    @Test(arguments: [true, false])
    func `without areas and registers every shipped rule is decided`(isPlaced: Bool) throws {
        let rules = try ShippedPacksTests.load()
        let looked = rules.rules.reduce(into: Set<String>()) {
            $0.formUnion($1.labels ?? [])
            $0.formUnion($1.relations.others ?? [])
        }
        var classifier = RuleClassifier(rules)
        let objects = looked.sorted().enumerated().map { index, label in
            FrameObject(
                label: label, confidence: 0.9, box: .init(left: 600, top: 400, right: 680, bottom: 560),
                track: "\(index)")
        }
        for step in 0..<12 {
            let seconds = Double(step) * 0.4
            let utc = UTCTime(microseconds: 1_787_194_800_000_000 + Int64(step) * 400_000)
            let frame = Frame(
                index: step, time: .seconds(seconds), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
                arrival: utc)
            var metadata = FrameMetadata(
                frame: frame, utc: utc, provenance: .precisionTimeStamp, telemetry: nil, poseAge: nil, objects: objects)
            metadata.lookedFor = ["helmet", "mask", "vest", "boat", "guardrail", "dust_net", "spray"]
            _ = classifier.classify(metadata, placement: isPlaced ? Everywhere() : NoPlaces())
        }
        for counter in classifier.counters {
            #expect(counter.errors == 0, "\(counter.rule): \(counter.lastError ?? "")")
        }
        #expect(classifier.counters.count { $0.fired > 0 } > 80)
    }

    @Test func `of people in a street nobody hears that helmets are not looked for`() throws {
        var classifier = RuleClassifier(try ShippedPacksTests.load())
        let frame = RuleClassifierTests.frame(
            0, [FrameObject(label: "person", confidence: 0.9, box: .init(left: 100, top: 50, right: 150, bottom: 250))])
        _ = classifier.classify(frame, placement: NoPlaces())
        classifier.endFlight()
        #expect(classifier.takeNotices().isEmpty)
        let worker = RuleClassifierTests.frame(
            1, [FrameObject(label: "worker", confidence: 0.9, box: .init(left: 100, top: 50, right: 150, bottom: 250))])
        _ = classifier.classify(worker, placement: NoPlaces())
        classifier.endFlight()
        #expect(classifier.takeNotices().count == 3)
    }

    @Test func `the pack for registers goes with all others, and its registers are those of its page`() throws {
        let path = try #require(try ShippedPacksTests.registerPacks().first)
        let rules = try RuleSet.load(
            catalogue: ShippedPacksTests.models.appending(path: "catalogue.yaml").path,
            packs: ShippedPacksTests.packs() + [path])
        let page = try String(contentsOf: VocabularyPageTests.page, encoding: .utf8)
        let names = rules.registers.map(\.name)
        #expect(names.count == 9)
        for name in names { #expect(page.contains("| `\(name)` |"), "\(name)") }
        let report = rules.testReport()
        for failure in report.failures { Issue.record("\(failure)") }
        #expect(report.coveredPercent == 100)
    }
}

private struct Everywhere: Placement {
    func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> {
        .success(TestFrame.tag(at: GeodeticPoint(latitude: 28.9026, longitude: 118.5102, height: 92)))
    }
}
