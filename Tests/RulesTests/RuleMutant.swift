import Inspection
import LocatedYAML

@testable import Rules

/// A rule with one thing taken out of it, compiled with the tests that stand with it.
struct RuleMutant {
    /// What was taken out: `waste-exposed without unless[0] object.touches_edge`.
    let name: String
    let rules: RuleSet

    /// True when some test of the rule tells it from the rule as it was written.
    var isFound: Bool { rules.testReport().failures.isEmpty == false }

    /// Every mutant of every rule of a pack: emptied, and without each condition, exception, part of one that is joined by
    /// `&&` or `||`, condition of holding, absence and its least size, choice of others, hours, window, age of sightings,
    /// duration, end of patience, cooldown and severity. A budget changes no detection, so tests of packs cannot show it.
    static func all(of document: YAMLDocument, catalogue: Catalogue) -> [RuleMutant] {
        let complaints = document.makeComplaints()
        let pack = RulePack.decode(document, into: complaints)
        let compiler = RuleCompiler(catalogue: catalogue, pack: pack, complaints: complaints)
        return pack.rules.flatMap { rule in
            variants(of: rule).compactMap { name, variant in
                compiler.compile(variant).map { compiled in
                    RuleMutant(
                        name: "\(compiled.id) without \(name)",
                        rules: RuleSet(catalogue: catalogue, packs: [pack.id], rules: [compiled]))
                }
            }
        }
    }

    private static func variants(of rule: WrittenRule) -> [(name: String, rule: WrittenRule)] {
        var variants: [(name: String, rule: WrittenRule)] = []
        func add(_ name: String, _ change: (inout WrittenRule) -> Void) {
            var variant = rule
            change(&variant)
            variants.append((name, variant))
        }
        if !rule.when.isEmpty || !rule.unless.isEmpty {
            add("conditions") {
                $0.when = []
                $0.unless = []
            }
        }
        for (index, condition) in rule.when.enumerated() {
            add("when[\(index)] \(condition.text)") { $0.when.remove(at: index) }
        }
        for (index, condition) in rule.unless.enumerated() {
            add("unless[\(index)] \(condition.text)") { $0.unless.remove(at: index) }
        }
        for (index, condition) in rule.when.enumerated() {
            // Without `ground.placed` or `has(…)` what has no value cannot be decided and does not fire either.
            for part in Parts.without(condition.text)
            where part.removed != "ground.placed" && !part.removed.hasPrefix("has(") {
                add("\(part.removed) in when[\(index)]") { $0.when[index].text = part.rest }
            }
        }
        for (index, condition) in rule.unless.enumerated() {
            for part in Parts.without(condition.text) {
                add("\(part.removed) in unless[\(index)]") { $0.unless[index].text = part.rest }
            }
        }
        if !rule.hold.isEmpty { add("hold") { $0.hold = [] } }
        for (index, condition) in rule.hold.enumerated() {
            add("hold[\(index)] \(condition.text)") { $0.hold[index].text = "true" }
        }
        if rule.relations.absence != nil {
            add("absence") { $0.relations.absence = nil }
            add("least_px") { $0.relations.absence?.leastPixels = 1 }
        }
        if var any = rule.relations.others?.first {
            any.text = "*"
            add("other_labels") { $0.relations.others = [any] }
        }
        if !rule.hours.isEmpty { add("hours") { $0.hours = [] } }
        addWindows(of: rule, add)
        if let severity = rule.severity { add("severity \(severity.text)") { $0.severity = nil } }
        return variants
    }

    private static func addWindows(of rule: WrittenRule, _ add: (String, (inout WrittenRule) -> Void) -> Void) {
        if !rule.window.isTrivial { add("window") { $0.window = RuleWindow() } }
        if rule.window.sightings > 1 { add("the age of its window") { $0.window.seconds = 3600 } }
        if rule.window.cooldown > 0 { add("cooldown") { $0.window.cooldown = 0 } }
        if rule.window.lasting > 0 { add("lasting") { $0.window.lasting = 0 } }
        if rule.window.lostAfter != nil { add("lost_after") { $0.window.lostAfter = 3600 } }
    }
}

/// The parts that `||`, else `&&`, join outermost in a condition.
private enum Parts {
    /// The condition without each of its parts; nothing when it has only one.
    static func without(_ condition: String) -> [(removed: String, rest: String)] {
        for joint in ["||", "&&"] {
            let parts = split(condition, at: joint)
            guard parts.count > 1 else { continue }
            return parts.indices.map { index in
                var rest = parts
                return (rest.remove(at: index), rest.joined(separator: " \(joint) "))
            }
        }
        return []
    }

    private static func split(_ text: String, at joint: String) -> [String] {
        var parts = [""]
        var depth = 0
        var quote: Character?
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if word == joint, depth == 0, quote == nil {
                parts.append("")
                continue
            }
            for character in word {
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "\"" || character == "'" {
                    quote = character
                } else if "([{".contains(character) {
                    depth += 1
                } else if ")]}".contains(character) {
                    depth -= 1
                }
            }
            parts[parts.count - 1] += (parts[parts.count - 1].isEmpty ? "" : " ") + word
        }
        return parts
    }
}
