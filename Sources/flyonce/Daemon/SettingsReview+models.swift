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
            }
        }
        for destination in settings.destinations where destination.template != nil {
            _ = read { () throws(Failure) in try ModelFiles.caseTemplate(of: destination) }
        }
        if refusesUnknownAreas, !settings.areas.isEmpty, let rules, let ground {
            let unknown = rules.unknownAreaLines(in: ground)
            if !unknown.isEmpty { failures.append(.listed(unknown.joined(separator: "\n"))) }
        }
        try finish(with: failures)
        guard let rules, let ground else { throw Failure(.badConfig, "The files of the settings cannot be read.") }
        return (rules, ground, jurisdiction)
    }
}
