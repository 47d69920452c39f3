import Inspection
import Testing

@testable import Rules

@Suite struct UnknownAreaTests {
    private static func rules(_ conditions: String) throws -> RuleSet {
        let pack = """
            pack: p
            version: "1"
            title: {zh: 测, en: T}
            rules:
            \(conditions)
            """
        return try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p.yaml")])
    }

    private static func ground() throws -> GroundData {
        GroundData(
            areas: AreaSet([try GroundRuleTests.disc("Quarry 7", .river, east: 0, radius: 10)]), registers: [])
    }

    @Test func `a misspelt area is told with its place, whatever asks for it`() throws {
        let rules = try Self.rules(
            """
              - id: a
                scene_type: waste.heap
                when:
                  - ground.placed && area.within("rivver")
                  - 'area.within(object.confidence > 0.5 ? "river" : "Quary 7")'
                unless: ['objects.exists(o, o.placed() && o.within("laks"))', 'object.distance_m(object) < 0.0']
                hold: [area.distance_m("river") < 5.0]
                severity: 'area.depth_m("rod") > 1.0 ? "red" : "blue"'
            """)
        let told = rules.areasThatAreNot(in: try Self.ground())
        #expect(told.count == 4, "\(told)")
        let what = "no area, entry of areas or kind is called"
        #expect(
            told.first
                == "p.yaml:8:38: rules[0].when[0]: within: \(what) rivver: the condition fails wherever it is asked (did you mean river?)"
        )
        for (path, rest) in [
            ("when[1]", "within: \(what) Quary 7: the condition fails wherever it is asked (did you mean Quarry 7?)"),
            ("unless[0]", "within: \(what) laks: the condition fails wherever it is asked (did you mean lake?)"),
            ("severity", "depth_m: \(what) rod: the condition fails wherever it is asked (did you mean road?)"),
        ] {
            #expect(told.contains { $0.contains("rules[0].\(path): \(rest)") }, "\(path) of \(told)")
        }
    }

    @Test func `a kind of which there is no area is told once, and not of shipped packs`() throws {
        let rules = try Self.rules(
            (1...7).map {
                "  - {id: r\($0), scene_type: waste.heap, when: ['area.within(\"mine\") || area.within(\"river\")']}"
            }
            .joined(separator: "\n"))
        let told = rules.areasThatAreNot(in: try Self.ground())
        #expect(
            told == [
                "no area of the settings is of kind mine, which conditions ask for: r1, r2, r3, r4, r5 and 2 more"
            ])
        #expect(rules.areasThatAreNot(in: try Self.ground()) { $0 == "p.yaml" }.isEmpty)
    }

    @Test func `of very many only some are listed`() throws {
        let rules = try Self.rules(
            (0..<60).map { "  - {id: r\($0), scene_type: waste.heap, when: ['area.within(\"x\($0)\")']}" }.joined(
                separator: "\n"))
        let told = rules.areasThatAreNot(in: GroundData())
        #expect(told.count == 51 && told.last == "10 more conditions name areas that there are not")
    }
}
