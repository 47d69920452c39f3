import Expressions
public import Inspection

/// Which rules are under their floors of precision, as judgements of their findings come in. Pure: whoever keeps it asks the
/// store, and says aloud what it answers.
public struct PrecisionFloors: Sendable {
    public struct Standing: Sendable, Hashable {
        public let rule: String
        /// Share of upheld below which findings wait for a person, 0.01…1.
        public let least: Double
        /// How many judgements are looked at, the newest.
        public let of: Int
        /// With fewer judgements the floor says nothing.
        public let after: Int
        public fileprivate(set) var judgements = RuleJudgements(upheld: 0, dismissed: 0, sequence: .min)
        public fileprivate(set) var isUnder = false

        /// Why a finding of this rule waits for a person.
        public var reason: Detection.Reason {
            .underFloor(upheld: judgements.upheld, of: judgements.judged, least: shownLeast)
        }

        fileprivate var shownLeast: String { ShownValue.text(.double(least)) }
    }

    /// Of every rule that has a floor, in the order of the rules.
    public private(set) var standings: [Standing] = []
    private var indices: [String: Int] = [:]

    /// What `earlier` rules of the same names had come to goes on until it is taken anew.
    public init(_ rules: RuleSet, after earlier: PrecisionFloors? = nil) {
        for rule in rules.rules {
            guard let floor = rule.relations.floor, indices[rule.id] == nil else { continue }
            var standing = Standing(rule: rule.id, least: floor.least, of: floor.of, after: floor.after)
            if let known = earlier?[rule.id] {
                standing.judgements = known.judgements
                standing.isUnder = known.isUnder
            }
            indices[rule.id] = standings.count
            standings.append(standing)
        }
    }

    /// Nil for a rule without a floor.
    public subscript(rule: String) -> Standing? { indices[rule].map { standings[$0] } }

    /// Takes the newest judgements of a rule. The notice says that it fell or recovered; nil when neither. What was read of the
    /// store before something that is known already changes nothing.
    public mutating func take(_ judgements: RuleJudgements, of rule: String) -> RuleNotice? {
        guard let index = indices[rule], judgements.sequence >= standings[index].judgements.sequence else { return nil }
        let standing = standings[index]
        let floor = PrecisionFloor(least: standing.least, of: standing.of, after: standing.after)
        let isUnder = floor.isUnder(judgements)
        standings[index].judgements = judgements
        standings[index].isUnder = isUnder
        guard isUnder != standing.isUnder else { return nil }
        let (upheld, judged) = (judgements.upheld, judgements.judged)
        return isUnder
            ? .underFloor(rule: rule, upheld: upheld, of: judged, least: standing.shownLeast)
            : .recovered(rule: rule, upheld: upheld, of: judged)
    }
}
