import Inspection
import LocatedYAML

/// A rule pack as it was written, before its conditions are compiled.
struct RulePack {
    var id: String
    /// Where the id stands.
    var place: LocatedText?
    var version: String
    var title: BilingualText
    /// Seconds that the wall clock of `hours` is ahead of UTC.
    var utcOffset = 0
    var rules: [WrittenRule]
}

/// What a rule looks at.
enum RuleMatch: String, CaseIterable {
    /// Each object of a frame by itself.
    case object
    /// The frame as a whole, once.
    case frame
    /// Each object of a frame with each other that may stand in a relation to it.
    case pair
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
    /// In place of `when` for a track that the rule fired for.
    var hold: [LocatedText]
    var window: RuleWindow
    /// Empty for always.
    var hours: [LocatedText]
    /// Nil: the pack's.
    var utcOffset: Int?
    var parameters: RuleParameters
    var overrides: [WrittenOverride]
    var severity: LocatedText?
    var confidence: LocatedText?
    var tests: [PackTest]
    var relations = WrittenRelations()
    /// Where the window states it.
    var cooldown: LocatedText?
    /// Where `when` stands with nothing in it.
    var emptyWhen: LocatedText?
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
            return RulePack(
                id: id, place: root.text("pack"), version: root.string("version"), title: root.title("title"),
                utcOffset: root.utcOffset() ?? 0,
                rules: rules)
        }
    }

    private static func rule(_ mapping: YAMLMapping) -> WrittenRule {
        if !mapping.has("id") { mapping.missing("id") }
        if !mapping.has("scene_type") { mapping.missing("scene_type") }
        let parameters = RuleParameters.decode(mapping)
        var cooldown: LocatedText?
        var rule = WrittenRule(
            id: mapping.text("id"), version: mapping.optionalString("version"), sceneType: mapping.text("scene_type"),
            match: mapping.enumeration("match", default: .object),
            labels: mapping.has("labels") ? mapping.texts("labels") : nil, when: mapping.texts("when"),
            unless: mapping.texts("unless"), hold: mapping.texts("hold"),
            window: mapping.mapping("window") { window in
                cooldown = window.text("cooldown")
                return RuleWindow.decode(window)
            },
            hours: mapping.texts("hours"), utcOffset: mapping.utcOffset(), parameters: parameters,
            overrides: mapping.list("overrides") { WrittenOverride.decode($0, declared: parameters) },
            severity: mapping.text("severity"), confidence: mapping.text("confidence"),
            tests: mapping.list("tests") { PackTest.decode($0) })
        rule.relations = WrittenRelations.decode(mapping, match: rule.match)
        rule.cooldown = cooldown
        if rule.when.isEmpty { rule.emptyWhen = mapping.place("when") }
        for (key, conditions) in [("when", rule.when), ("unless", rule.unless), ("hold", rule.hold)]
        where conditions.count > maximumConditions {
            mapping.complain(key, "has more than \(maximumConditions) conditions")
        }
        reviewTime(rule, mapping)
        if rule.match == .frame, rule.labels != nil {
            mapping.complain("labels", "has no meaning for a rule about the frame", hint: "use conditions over objects")
        }
        if case .sequence([])? = mapping.node("labels")?.content {
            mapping.complain(
                "labels", "holds no label, so the rule would never fire", hint: "[\"*\"] for objects of any label")
        }
        if rule.match == .frame, rule.when.isEmpty {
            mapping.complain("a rule about the frame needs a condition", hint: "add when: […]")
        }
        return rule
    }

    private static func reviewTime(_ rule: WrittenRule, _ mapping: YAMLMapping) {
        if rule.hours.count > RuleHours.maximumEntries {
            mapping.complain("hours", "has more than \(RuleHours.maximumEntries) entries")
        }
        if mapping.has("hours"), rule.hours.isEmpty { mapping.complain("hours", "leaves no hour to the rule") }
        if rule.utcOffset != nil, rule.hours.isEmpty, rule.relations.budget == nil {
            mapping.complain("utc_offset", "has no meaning without hours or budget", hint: "add hours: […]")
        }
        if !rule.hold.isEmpty, rule.when.isEmpty {
            mapping.complain("hold", "has no meaning without when", hint: "it stands in for when once the rule fired")
        }
        if rule.overrides.count > WrittenOverride.limit {
            mapping.complain("overrides", "has more than \(WrittenOverride.limit) entries")
        }
    }
}
