import Delivery
import LocatedYAML
import Rules
import Settings

extension SettingsReview {
    /// Reads rules, areas, registers and the jurisdiction, each by itself, so that what is wrong with one hides nothing of
    /// another. Throws everything that was found, all that was wrong before included. Without `refusesUnknownAreas` a name in a
    /// condition that no area bears is let pass: areas come from files that others may have changed since.
    mutating func models(
        refusesUnknownAreas: Bool = true
    ) throws(Failure) -> (rules: RuleSet, ground: GroundData, jurisdiction: Jurisdiction?) {
        reviewRuleFiles()
        let settings = settings
        var failures: [Failure] = []
        func read<Value>(_ body: () throws(Failure) -> Value) -> Value? {
            do throws(Failure) {
                return try body()
            } catch {
                failures.append(error)
                return nil
            }
        }
        let ground = canReadGround ? read { () throws(Failure) in try GroundFiles.read(settings) } : nil
        var rules: RuleSet?
        if canReadRules {
            rules = read { () throws(Failure) in
                try ModelFiles.rules(catalogue: settings.rules.catalogue, packs: settings.rules.packs ?? [])
            }
        }
        var jurisdiction: Jurisdiction?
        // Names can be looked up only when the rules can be read.
        if let rules {
            review(rules)
            if canReadJurisdiction {
                jurisdiction =
                    read { () throws(Failure) in
                        try ModelFiles.jurisdiction(of: settings, catalogue: rules.catalogue)
                    } ?? nil
                if let jurisdiction { review(jurisdiction) }
            }
        }
        failures += reviewTemplates(ofDisabled: true)
        if refusesUnknownAreas, !settings.areas.isEmpty, let rules, let ground {
            let unknown = rules.unknownAreaLines(in: ground)
            if !unknown.isEmpty { failures.append(.listed(unknown.joined(separator: "\n"))) }
        }
        try finish(with: failures)
        guard let rules, let ground else { throw Failure(.badConfig, "The files of the settings cannot be read.") }
        return (rules, ground, jurisdiction)
    }

    /// Templates of case flows that are not there, and values that they want and are not given. Answers what is wrong inside of
    /// them, which is said of their own lines.
    mutating func reviewTemplates(ofDisabled: Bool = false) -> [Failure] {
        var failures: [Failure] = []
        for destination in settings.destinations where destination.isEnabled || ofDisabled {
            guard let named = destination.template else { continue }
            let path = "destinations.\(destination.name)"
            do throws(Failure) {
                if ModelFiles.isShippedTemplate(named) {
                    let shipped = try ModelFiles.shippedTemplates()
                    guard shipped.contains(named) else {
                        let hint = NearestName.hint(for: named, among: shipped)
                        complain(
                            path + ".template", "there is no template \(named)",
                            hint: (hint.isEmpty ? "" : hint + "; ") + "a file is named with a slash or ends in .yaml")
                        continue
                    }
                } else if !reviewFile(named, at: path + ".template") {
                    continue
                }
                let template = try ModelFiles.caseTemplate(of: destination)
                for name in template.settings where destination.templateSettings[name] == nil {
                    complain(
                        "\(path).template_settings.\(name)", "is missing: the template \(named) wants it",
                        hint: NearestName.suggestion(for: name, among: destination.templateSettings.keys).map {
                            "did you mean it by \($0)?"
                        } ?? "add \(name): …")
                }
            } catch {
                failures.append(error)
            }
        }
        return failures
    }
}
