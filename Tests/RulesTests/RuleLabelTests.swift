import Testing

@testable import Rules

@Suite struct RuleLabelTests {
    private func rules(_ labels: String) throws -> RuleSet {
        try RuleSet.parse(
            catalogue: (
                """
                version: "1"
                scene_types:
                  - {id: waste.exposed, title: {zh: 垃, en: W}, labels: [garbage, trash_pile], severity: blue, footing: flat}
                  - {id: smoke.seen, title: {zh: 烟, en: S}, labels: [smoke], severity: blue, footing: flat}
                """, "c.yaml"
            ),
            packs: [
                (
                    """
                    pack: p
                    version: "1.0"
                    title: {zh: 包, en: P}
                    rules:
                      - {id: waste, scene_type: waste.exposed, when: [object.confidence >= 0.5]}
                      - {id: smoke, scene_type: smoke.seen, \(labels) when: [object.confidence >= 0.5]}
                    """, "p.yaml"
                )
            ])
    }

    @Test func `labels and rules that miss each other are named`() throws {
        let rules = try rules("")
        #expect(rules.unusedLabels(of: ["trash-pile", "car", "SMOKE"]) == ["car"])
        #expect(rules.unservedRules(by: ["trash-pile", "car"]) == ["smoke"])
        #expect(rules.unservedRules(by: ["car"]) == ["waste", "smoke"])
        #expect(rules.unservedRules(by: ["car"], packs: ["other"]).isEmpty)
        #expect(rules.unusedLabels(of: ["garbage"], packs: ["p"]).isEmpty)
    }

    @Test func `a rule for any label uses all of them`() throws {
        let rules = try rules(#"labels: ["*"],"#)
        #expect(rules.unusedLabels(of: ["car"]).isEmpty)
        #expect(rules.unservedRules(by: ["car"]) == ["waste"])
    }
}
