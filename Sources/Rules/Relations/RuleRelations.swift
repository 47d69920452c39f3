import Expressions
import Inspection
import LocatedYAML

/// What a rule asks beyond conditions on one object, and how much it may say. Most rules: nothing.
struct RuleRelations: Sendable {
    /// Labels that `other` of a pair may have, normalized. An empty set: any. Nil for a rule that is about no pairs.
    var others: Set<String>?
    var absence: Absence?
    var budget: DailyBudget.Options?
    var floor: PrecisionFloor?

    var isEmpty: Bool { others == nil && absence == nil && budget == nil && floor == nil }
}

/// The same as it was written.
struct WrittenRelations {
    /// Nil where the key is missing.
    var others: [LocatedText]?
    var absence: WrittenAbsence?
    var budget: DailyBudget.Options?
    var floor: PrecisionFloor?

    static func decode(_ mapping: YAMLMapping, match: RuleMatch) -> WrittenRelations {
        let relations = WrittenRelations(
            others: mapping.has("other_labels") ? mapping.texts("other_labels") : nil,
            absence: mapping.optionalMapping("absence") { WrittenAbsence.decode($0) },
            budget: mapping.optionalMapping("budget") { DailyBudget.Options.decode($0) },
            floor: mapping.optionalMapping("precision_floor") { PrecisionFloor.decode($0) })
        if match == .pair, !mapping.has("other_labels") {
            mapping.complain(
                "other_labels", "is missing: a rule about pairs says what the other may be",
                hint: "other_labels: […], or [\"*\"] for objects of any label")
        } else if match == .pair, relations.others?.isEmpty ?? false {
            mapping.complain("other_labels", "holds no label, so the rule would never fire")
        } else if match != .pair, relations.others != nil {
            mapping.complain(
                "other_labels", "has no meaning without a pair", hint: "add match: pair")
        }
        if match != .object, relations.absence != nil {
            mapping.complain(
                "absence", "has no meaning for a rule about \(match == .pair ? "pairs" : "the frame")",
                hint: "it is about one object: leave match out")
        }
        return relations
    }
}

extension RuleCompiler {
    /// `labels` are those of the objects, nil for any; `conditions` all that were written.
    func relations(_ rule: WrittenRule, labels: Set<String>?, conditions: [Program]) -> RuleRelations {
        var relations = RuleRelations()
        relations.budget = rule.relations.budget
        relations.budget?.utcOffsetSeconds = rule.utcOffset ?? pack.utcOffset
        relations.floor = rule.relations.floor
        if rule.match == .pair, let others = rule.relations.others {
            let isAny = others.contains { $0.text == "*" }
            relations.others = isAny ? [] : Set(others.map { Label.normalized($0.text) })
            let isComplete = conditions.count == rule.when.count + rule.unless.count
            if isComplete, !conditions.contains(where: { $0.referencedVariables.contains(Vocabulary.otherName) }),
                let place = rule.when.first ?? rule.id
            {
                complaints.add(
                    place, "a rule about pairs needs a condition on \(Vocabulary.otherName)",
                    hint: "such as object.overlap(other) > 0.5")
            }
        }
        if let written = rule.relations.absence {
            for text in written.labels where labels?.contains(Label.normalized(text.text)) ?? false {
                complaints.add(
                    text, "is a label of the objects themselves, so that it would never be absent",
                    hint: "name what would be seen on them")
            }
            relations.absence = written.absence
        }
        return relations
    }
}
