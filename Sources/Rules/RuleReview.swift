import Expressions
import Inspection
import LocatedYAML

/// What is no mistake in a rule, and hardly what was meant: conditions that nothing can meet, labels that are nearly those of
/// the catalogue, a list of conditions that was left empty, and tests of one name.
struct RuleReview {
    let rule: WrittenRule
    let compiled: CompiledRule
    let file: String

    /// For one load.
    static let limit = 1000

    func warnings(_ spelling: inout LabelSpelling) -> [YAMLComplaint] {
        var seen: Set<YAMLComplaint> = []
        return (emptyConditions + labels(&spelling) + conditions + tests).filter { seen.insert($0).inserted }
    }

    private func warning(
        _ text: LocatedText, _ message: String, hint: String = "", at position: SourcePosition? = nil
    ) -> YAMLComplaint {
        let place = text.node.position(textLine: position?.line ?? 0, textColumn: position?.column ?? 0)
        return YAMLComplaint(
            file: file, line: place.line, column: place.column, path: text.path, message: message, hint: hint)
    }

    private var emptyConditions: [YAMLComplaint] {
        guard let place = rule.emptyWhen, rule.match == .object, rule.unless.isEmpty, rule.relations.absence == nil
        else { return [] }
        return [
            warning(
                place, "holds no condition: the rule fires for every object of its labels",
                hint: "add a condition, or leave when out if that is meant")
        ]
    }

    private var tests: [YAMLComplaint] {
        var lines: [String: Int] = [:]
        return rule.tests.compactMap { test in
            guard !test.name.isEmpty else { return nil }
            guard let line = lines[test.name] else {
                lines[test.name] = test.line
                return nil
            }
            return YAMLComplaint(
                file: file, line: test.line, column: test.column, path: test.path,
                message: "the rule has a test \"\(test.name)\" on line \(line) already",
                hint: "give each a name of its own")
        }
    }

    /// A label of a user's own model is none of the catalogue's either: only what is nearly one is told.
    private func labels(_ spelling: inout LabelSpelling) -> [YAMLComplaint] {
        let written = (rule.labels ?? []) + (rule.relations.others ?? []) + (rule.relations.absence?.labels ?? [])
        var warnings: [YAMLComplaint] = []
        for text in written {
            let label = Label.normalized(text.text)
            guard let near = spelling.near(label) else { continue }
            warnings.append(warning(text, "the catalogue knows no label \(label)", hint: "did you mean \(near)?"))
        }
        return warnings
    }

    /// Each with the parameters of the rule, and with those of each of its overrides.
    private var conditions: [YAMLComplaint] {
        let texts = rule.when + rule.unless + rule.hold
        let variants =
            [(compiled, rule.parameters)]
            + zip(compiled.overrides, rule.overrides).compactMap { made, written in
                made.rule.map { ($0, written.parameters) }
            }
        return variants.flatMap { variant, parameters in
            zip(texts, variant.when + variant.unless + variant.hold).flatMap { text, program in
                program.comparisons.compactMap { warning(of: $0, in: text, parameters) }
            }
        }
    }

    private func warning(
        of comparison: Comparison, in text: LocatedText, _ parameters: RuleParameters
    ) -> YAMLComplaint? {
        switch comparison.constant {
        case .text(let word):
            let label = Label.normalized(word)
            guard comparison.subject == "Object.label", label != word, comparison.sign.isEquality else { return nil }
            return warning(
                text,
                "\(comparison.subjectText) is never \"\(word)\": labels are lower case with _ for blanks and hyphens",
                hint: "write \"\(label)\"", at: comparison.position)
        case .number(let number):
            guard let range = Vocabulary.ranges[comparison.subject],
                let holds = comparison.sign.outcome(number, in: range),
                !holds || number != Vocabulary.customaryEnds[comparison.subject]
            else { return nil }
            let what = "\(comparison.text) \(holds ? "always holds" : "can never hold")"
            let why =
                "\(comparison.subjectText) is from \(Self.shown(range.lowerBound)) to \(Self.shown(range.upperBound))"
            let isPercent = range == 0...1 && number >= 2 && number <= 100
            let hint = isPercent ? "write \(Self.shown(number / 100)) for \(Self.shown(number)) %" : ""
            guard let path = comparison.path else {
                return warning(text, "\(what): \(why)", hint: hint, at: comparison.position)
            }
            // An override that leaves the parameter alone says nothing new of it.
            guard let parameter = parameters.all.first(where: { "param.\($0.name)" == path }) else { return nil }
            return warning(parameter.place, "\(what) with \(Self.shown(number)): \(why)", hint: hint)
        }
    }

    private static func shown(_ number: Double) -> String { ShownValue.text(.double(number)) }
}

extension Comparison.Sign {
    fileprivate var isEquality: Bool { self == .equal || self == .notEqual || self == .member }

    /// What the comparison comes to whatever a value of `range` is; nil where that depends on it, or where it only says that
    /// there is a value.
    fileprivate func outcome(_ number: Double, in range: ClosedRange<Double>) -> Bool? {
        switch self {
        case .greaterOrEqual: number > range.upperBound ? false : number < range.lowerBound ? true : nil
        case .greater: number >= range.upperBound ? false : number < range.lowerBound ? true : nil
        case .lessOrEqual: number < range.lowerBound ? false : number > range.upperBound ? true : nil
        case .less: number <= range.lowerBound ? false : number > range.upperBound ? true : nil
        case .equal, .member: range.contains(number) ? nil : false
        case .notEqual: range.contains(number) ? nil : true
        }
    }
}
