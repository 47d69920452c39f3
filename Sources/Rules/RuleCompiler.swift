import Expressions
import Inspection
import LocatedYAML

/// Compiles written rules; what is wrong goes to the complaints of the rule's own file.
struct RuleCompiler {
    let catalogue: Catalogue
    let pack: RulePack
    let complaints: Complaints

    /// Nil when something is wrong with the rule.
    func compile(_ rule: WrittenRule) -> CompiledRule? {
        guard let compiled = compile(rule, rule.parameters, overrides: []) else { return nil }
        reviewParameters(rule, compiled)
        // Told once: what is wrong with the rule is wrong with each of its overrides.
        guard !rule.overrides.isEmpty, complaints.isEmpty else { return compiled }
        let overrides = rule.overrides.prefix(WrittenOverride.limit).map { self.override($0, of: rule, compiled) }
        return compile(rule, rule.parameters, overrides: overrides)
    }

    private func override(
        _ override: WrittenOverride, of rule: WrittenRule, _ compiled: CompiledRule
    ) -> RuleOverride {
        func named(_ texts: [LocatedText]?) -> [RuleOverride.Named]? {
            texts.map { $0.map { RuleOverride.Named($0, file: complaints.file) } }
        }
        let parameters = rule.parameters.replacing(with: override.parameters)
        let other = parameters == rule.parameters ? compiled : compile(rule, parameters, overrides: [], of: override)
        return RuleOverride(
            sources: named(override.sources), areas: named(override.areas), rule: override.isEnabled ? other : nil)
    }

    /// What nothing reads is mostly misspelt somewhere.
    private func reviewParameters(_ rule: WrittenRule, _ compiled: CompiledRule) {
        let read = Set(compiled.programs.flatMap(\.referencedPaths))
        for parameter in rule.parameters.all where !read.contains("param.\(parameter.name)") {
            complaints.add(parameter.place, "no condition reads param.\(parameter.name)")
        }
    }

    private func compile(
        _ rule: WrittenRule, _ parameters: RuleParameters, overrides: [RuleOverride],
        of override: WrittenOverride? = nil
    ) -> CompiledRule? {
        let environment = Vocabulary.environment(rule.match, parameters)
        let hours =
            rule.hours.isEmpty
            ? nil : RuleHours(rule.hours, utcOffsetSeconds: rule.utcOffset ?? pack.utcOffset, into: complaints)
        let hold = rule.hold.compactMap { condition($0, environment) }
        let when = rule.when.compactMap { condition($0, environment) }
        let unless = rule.unless.compactMap { condition($0, environment) }
        let sceneType = sceneType(rule)
        let severity = severity(rule, sceneType, environment)
        let confidence = confidence(rule, environment)
        let labels = labels(rule, sceneType)
        let relations = relations(rule, labels: labels, conditions: when + unless)
        guard let id = rule.id, Self.isRuleName(id), let sceneType, let severity, let confidence,
            when.count == rule.when.count, unless.count == rule.unless.count, hold.count == rule.hold.count,
            rule.hours.isEmpty || hours != nil
        else {
            if let id = rule.id, !Self.isRuleName(id) {
                complaints.add(id, "must be 1 to 63 of a–z, 0–9, hyphen, underscore and dot")
            }
            return nil
        }
        var window = rule.window
        window.holds = !hold.isEmpty
        var programs = when + unless + hold
        if case .condition(let program) = severity { programs.append(program) }
        if case .condition(let program) = confidence { programs.append(program) }
        let file = complaints.file
        func words(_ texts: [LocatedText], _ programs: [Program]) -> [AreaWord] {
            zip(texts, programs).flatMap { AreaWord.all(of: $1, at: $0, file: file) }
        }
        var areaWords = words(rule.when + rule.unless + rule.hold, when + unless + hold)
        if case .condition(let program) = severity, let text = rule.severity { areaWords += words([text], [program]) }
        if case .condition(let program) = confidence, let text = rule.confidence {
            areaWords += words([text], [program])
        }
        return CompiledRule(
            id: id.text, version: rule.version ?? pack.version, pack: pack.id, sceneType: sceneType, match: rule.match,
            labels: labels, when: when, unless: unless, window: window, severity: severity, confidence: confidence,
            tests: rule.tests,
            asksForPictures: programs.contains { $0.referencedVariables.contains(Vocabulary.picturesName) },
            hold: hold, hours: hours, parameters: parameters, overrides: overrides,
            overridden: override?.parameters.place(in: file), relations: relations, areaWords: areaWords)
    }

    private func sceneType(_ rule: WrittenRule) -> SceneType? {
        guard let name = rule.sceneType else { return nil }
        if let type = catalogue[name.text] { return type }
        complaints.add(
            name, "there is no scene type \(name.text) in the catalogue",
            hint: catalogue.hint(for: name.text))
        return nil
    }

    private func labels(_ rule: WrittenRule, _ sceneType: SceneType?) -> Set<String>? {
        guard rule.match != .frame else { return nil }
        if let written = rule.labels {
            if written.contains(where: { $0.text == "*" }) { return nil }
            return Set(written.map { Label.normalized($0.text) })
        }
        guard let sceneType else { return [] }
        if sceneType.labels.isEmpty, let name = rule.sceneType {
            complaints.add(
                name, "\(sceneType.id) has no labels in the catalogue, so the rule would never fire",
                hint: "add labels: […], or labels: [\"*\"] for objects of any label")
        }
        return Set(sceneType.labels)
    }

    private func condition(_ text: LocatedText, _ environment: Environment) -> Program? {
        guard let program = program(text, environment) else { return nil }
        guard program.resultType == .bool || program.resultType == .dyn else {
            complaints.add(text, "must be true or false, not \(program.resultType)", hint: "compare it with something")
            return nil
        }
        return program
    }

    private func program(_ text: LocatedText, _ environment: Environment) -> Program? {
        do {
            return try Program(text.text, in: environment)
        } catch {
            for issue in error.issues {
                complaints.add(
                    text, issue.message, hint: issue.hint ?? "", textLine: issue.position.line,
                    textColumn: issue.position.column)
            }
            return nil
        }
    }

    private func severity(
        _ rule: WrittenRule, _ sceneType: SceneType?, _ environment: Environment
    ) -> CompiledRule.Grade? {
        guard let text = rule.severity else { return sceneType.map { .constant($0.severity) } }
        if let severity = Severity(rawValue: text.text) { return .constant(severity) }
        if text.text.utf8.allSatisfy({ (97...122).contains($0) || (65...90).contains($0) }) {
            let words = Severity.allCases.map(\.rawValue)
            complaints.add(text, "is no severity", hint: NearestName.hint(for: text.text, among: words))
            return nil
        }
        guard let program = program(text, environment) else { return nil }
        guard program.resultType == .string || program.resultType == .dyn else {
            complaints.add(text, "must be one of the words blue, yellow, orange, red, not \(program.resultType)")
            return nil
        }
        return areSeverities(program, text) ? .condition(program) : nil
    }

    /// What can be known of its value before any frame: the ends of its `? :`, or all of it when it reads nothing.
    private func areSeverities(_ program: Program, _ text: LocatedText) -> Bool {
        let words = Severity.allCases.map(\.rawValue)
        let wrong = program.outcomes.filter { Severity(rawValue: $0.text) == nil }
        for outcome in wrong {
            complaints.add(
                text, "\"\(outcome.text)\" is no severity", hint: NearestName.hint(for: outcome.text, among: words),
                textLine: outcome.position.line, textColumn: outcome.position.column)
        }
        guard wrong.isEmpty else { return false }
        guard program.outcomes.isEmpty, program.referencedVariables.isEmpty,
            case .success(let value) = program.evaluate(NoValues())
        else { return true }
        if case .string(let word) = value, Severity(rawValue: word) != nil { return true }
        complaints.add(
            text, "comes to \(value.text), which is no severity", hint: NearestName.hint(for: "", among: words))
        return false
    }

    private func confidence(_ rule: WrittenRule, _ environment: Environment) -> CompiledRule.Sureness? {
        guard let text = rule.confidence else { return .inherited }
        if let constant = Double(text.text) {
            if (0...1).contains(constant) { return .constant(constant) }
            complaints.add(text, "must be from 0 to 1, not \(text.text)")
            return nil
        }
        guard let program = program(text, environment) else { return nil }
        guard [.double, .int, .uint, .dyn].contains(program.resultType) else {
            complaints.add(text, "must be a number from 0 to 1, not \(program.resultType)")
            return nil
        }
        return .condition(program)
    }

    private static func isRuleName(_ text: LocatedText) -> Bool {
        (1...63).contains(text.text.utf8.count)
            && text.text.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
            }
    }
}

/// What a constant expression needs: nothing.
private struct NoValues: Activation {
    func value(ofVariable variable: Int) -> CELValue? { nil }
}
