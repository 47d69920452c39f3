import LocatedYAML
import Testing

@testable import Rules

@Suite struct RuleWarningTests {
    @Test(arguments: [(5.0, false), (5.01, true), (10, true), (0, false)])
    func `a cooldown that opens no finding is told with its place, and is no mistake`(
        seconds: Double, isTold: Bool
    ) throws {
        let set = try RelationTests.rules(
            """
              - id: r
                scene_type: waste.heap
                when: ["object.confidence >= 0.5"]
                window: {sightings: 2, cooldown: \(seconds)}

            """)
        #expect(set.count == 1 && set.warnings.count == (isTold ? 1 : 0))
        if let said = set.warnings.first?.description {
            #expect(said.hasPrefix("p:8:38: rules[0].window.cooldown: a track fires every "), "\(said)")
            #expect(said.contains("joining.open_after_sightings"))
        }
    }

    @Test func `no shipped rule is warned of`() throws {
        #expect(try ShippedPacksTests.load().warnings.isEmpty)
    }
}
