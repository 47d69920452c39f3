import Inspection
import LocatedYAML

/// A rule pack as it was written, before its conditions are compiled.
struct RulePack {
    var id: String
    var version: String
    var title: BilingualText
    var rules: [WrittenRule]
}

/// What a rule looks at.
enum RuleMatch: String, CaseIterable {
    /// Each object of a frame by itself.
    case object
    /// The frame as a whole, once.
    case frame
}

/// One rule as it was written.
struct WrittenRule {
    var id: LocatedText?
    var version: String?
    var sceneType: LocatedText?
    var match: RuleMatch
    /// Nil: the labels of the scene type.
    var labels: [LocatedText]?
    var when: [LocatedText]
    var unless: [LocatedText]
    var window: RuleWindow
    var severity: LocatedText?
    var confidence: LocatedText?
    var tests: [PackTest]
}

extension RulePack {
    static let maximumRules = 1000
    static let maximumConditions = 50

    static func decode(_ document: YAMLDocument, into complaints: Complaints) -> RulePack {
        document.decode(into: complaints) { root in
            let id = root.string("pack")
            if !id.isEmpty, Name(id) == nil { root.complain("pack", "must be 1 to 63 of a–z, 0–9 and hyphen") }
            let rules = root.list("rules") { rule($0) }
            if rules.isEmpty { root.complain("rules", "holds no rule") }
            if rules.count > maximumRules { root.complain("rules", "has more than \(maximumRules) rules") }
            return RulePack(id: id, version: root.string("version"), title: root.title("title"), rules: rules)
        }
    }

    private static func rule(_ mapping: YAMLMapping) -> WrittenRule {
        if !mapping.has("id") { mapping.missing("id") }
        if !mapping.has("scene_type") { mapping.missing("scene_type") }
        let rule = WrittenRule(
            id: mapping.text("id"), version: mapping.optionalString("version"), sceneType: mapping.text("scene_type"),
            match: mapping.enumeration("match", default: .object),
            labels: mapping.has("labels") ? mapping.texts("labels") : nil, when: mapping.texts("when"),
            unless: mapping.texts("unless"), window: mapping.mapping("window") { RuleWindow.decode($0) },
            severity: mapping.text("severity"), confidence: mapping.text("confidence"),
            tests: mapping.list("tests") { PackTest.decode($0) })
        for key in ["when", "unless"] where (key == "when" ? rule.when : rule.unless).count > maximumConditions {
            mapping.complain(key, "has more than \(maximumConditions) conditions")
        }
        if rule.match == .frame, rule.labels != nil {
            mapping.complain("labels", "has no meaning for a rule about the frame", hint: "use conditions over objects")
        }
        if rule.match == .frame, rule.when.isEmpty {
            mapping.complain("a rule about the frame needs a condition", hint: "add when: […]")
        }
        return rule
    }
}
