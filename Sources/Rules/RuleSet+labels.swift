import Inspection

extension RuleSet {
    /// Of the labels that an analyser declares, those that no rule of these packs (nil: of any) asks about: what it sees of
    /// them is never looked at. Empty where a rule takes objects of any label.
    public func unusedLabels(of declared: [String], packs: [String]? = nil) -> [String] {
        let rules = rules.filter { packs?.contains($0.pack) ?? true }
        guard rules.allSatisfy({ $0.labels != nil && !($0.relations.others?.isEmpty ?? false) }) else { return [] }
        return declared.filter { label in
            let normalized = Label.normalized(label)
            return !rules.contains { rule in
                [rule.labels, rule.relations.others, rule.relations.absence?.labels].contains {
                    $0?.contains(normalized) ?? false
                }
            }
        }
    }

    /// Rules of these packs none of whose labels an analyser declares, or none of those of the other object or of what must
    /// be absent: they cannot fire on what it sees.
    public func unservedRules(by declared: [String], packs: [String]? = nil) -> [String] {
        let known = Set(declared.map { Label.normalized($0) })
        return rules.filter { rule in
            guard packs?.contains(rule.pack) ?? true, let labels = rule.labels else { return false }
            let others = rule.relations.others.flatMap { $0.isEmpty ? nil : $0 }
            return [labels, others, rule.relations.absence?.labels].contains { $0.map(known.isDisjoint) ?? false }
        }.map(\.id)
    }
}
