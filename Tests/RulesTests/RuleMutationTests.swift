import Foundation
import Inspection
import LocatedYAML
import Testing

@testable import Rules

/// Takes every condition out of every shipped rule and requires that the rule's own tests notice.
@Suite struct RuleMutationTests {
    static let packs: [String] = (try? ShippedPacksTests.packs() + ShippedPacksTests.registerPacks()) ?? []

    @Test(arguments: packs)
    func `no condition of a shipped rule can go without a test that fails`(path: String) throws {
        let catalogue = try ShippedPacksTests.catalogue()
        let mutants = RuleMutant.all(of: try YAMLDocument(path: path), catalogue: catalogue)
        #expect(!mutants.isEmpty)
        for mutant in mutants where !mutant.isFound { Issue.record("\(mutant.name): no test notices") }
    }

    @Test func `every condition of the shipped rules is seen true and seen false`() throws {
        let report = try ShippedPacksTests.load().testReport()
        #expect(report.conditions.count >= 200)
        for condition in report.uncovered { Issue.record("\(condition.description)") }
        #expect(report.coveredPercent == 100)
    }

    @Test func `what no test needs is told`() throws {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - id: r
                scene_type: waste.exposed
                when: [object.confidence >= 0.5, object.width_px >= 16.0]
                unless: [object.touches_edge]
                window: {sightings: 2, frames: 4}
                severity: 'object.confidence >= 0.9 ? "red" : "yellow"'
                tests:
                  - name: fires
                    frames:
                      - objects: [{label: garbage, confidence: 0.8, box: [600, 400, 700, 480]}]
                      - objects: [{label: garbage, confidence: 0.8, box: [600, 400, 700, 480]}]
                    expect: [{frame: 1, severity: yellow}]
                  - name: unsure
                    frames:
                      - objects: [{label: garbage, confidence: 0.4, box: [600, 400, 700, 480]}]
                      - objects: [{label: garbage, confidence: 0.4, box: [600, 400, 700, 480]}]
                    expect: []
            """
        let catalogue = try ShippedPacksTests.catalogue()
        let mutants = RuleMutant.all(of: try YAMLDocument(pack, file: "p"), catalogue: catalogue)
        #expect(
            mutants.filter { !$0.isFound }.map(\.name) == [
                "r without when[1] object.width_px >= 16.0", "r without unless[0] object.touches_edge",
                "r without the age of its window",
                #"r without severity object.confidence >= 0.9 ? "red" : "yellow""#,
            ])
        #expect(mutants.count == 7)
    }

    @Test func `so is what no test needs of time, holding, absence and others`() throws {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - id: a
                scene_type: waste.exposed
                when: [object.confidence >= 0.5]
                hold: [object.confidence >= 0.3]
                absence: {of: [net], least_px: 20}
                hours: ["06:00-20:00"]
                window: {lasting: 0.2, lost_after: 2, cooldown: 1}
                tests:
                  - name: fires
                    declares: [net]
                    frames: [{repeat: 2, utc: "2026-01-01T10:00:00Z", objects: [{label: garbage, confidence: 0.8, box: [600, 400, 700, 480], track: "1"}]}]
                    expect: [{frame: 1}]
              - id: b
                scene_type: waste.exposed
                match: pair
                other_labels: [dog]
                when: [object.gap_px(other) < 10.0]
                tests:
                  - name: fires
                    frames: [{objects: [{label: garbage, box: [600, 400, 700, 480]}, {label: dog, box: [700, 400, 720, 480]}]}]
                    expect: [{}]
            """
        let catalogue = try ShippedPacksTests.catalogue()
        let mutants = RuleMutant.all(of: try YAMLDocument(pack, file: "p"), catalogue: catalogue)
        #expect(
            mutants.filter { !$0.isFound }.map(\.name) == [
                "a without conditions", "a without when[0] object.confidence >= 0.5", "a without hold",
                "a without hold[0] object.confidence >= 0.3", "a without absence", "a without least_px",
                "a without hours", "a without cooldown", "a without lost_after", "b without conditions",
                "b without when[0] object.gap_px(other) < 10.0", "b without other_labels",
            ])
        #expect(mutants.count == 14)
    }
}
