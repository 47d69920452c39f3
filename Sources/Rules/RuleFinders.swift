import Inspection

/// Which rules of a source could find a finding again that was found before, by this source or another.
struct RuleFinders: Sendable {
    /// By scene type: places in the source's list of rules, by id.
    private var own: [String: [String: Int]] = [:]
    /// By scene type: ids of rules that the source is without.
    private var others: [String: Set<String>] = [:]

    /// `chosen`: the source's, of `all`.
    init(_ chosen: [CompiledRule], of all: [CompiledRule]) {
        for (index, rule) in chosen.enumerated() { own[rule.sceneType.id, default: [:]][rule.id] = index }
        for rule in all where own[rule.sceneType.id]?[rule.id] == nil {
            others[rule.sceneType.id, default: []].insert(rule.id)
        }
    }

    /// The rule by which it was found, whatever its version is now. Where that is not known any more nobody can tell what the
    /// thing looks like, and it takes all rules of the type. None where the source is without one of them.
    func rules(for sceneType: String, foundBy rule: String?) -> [Int] {
        if let rule {
            if let index = own[sceneType]?[rule] { return [index] }
            if others[sceneType]?.contains(rule) ?? false { return [] }
        }
        guard others[sceneType] == nil, let all = own[sceneType] else { return [] }
        return all.values.sorted()
    }
}
