/// What is amiss with rules, by the counters of one source, for people.
enum RuleCounters {
    private static let kinds = [
        ("rule_errors_", "rules that could not be decided"), ("rule_undeclared_", "absences that no analyser declares"),
        ("rule_over_budget_", "detections over the budget of the day"),
        ("rule_under_floor_", "detections under the precision floor"),
    ]
    /// Rules that one line names.
    private static let limit = 10

    /// `rules that could not be decided: my_river 50 times`, the most first.
    static func lines(of counters: [String: Int64]) -> [String] {
        kinds.compactMap { prefix, says in
            let found = counters.filter { $0.key.hasPrefix(prefix) && $0.value > 0 }
                .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            guard !found.isEmpty else { return nil }
            let named = found.prefix(limit).map { "\($0.key.dropFirst(prefix.count)) \(counted($0.value, "time"))" }
            let more = found.count > limit ? ", and \(found.count - limit) more" : ""
            return "\(says): \(named.joined(separator: ", "))\(more)"
        }
    }
}
