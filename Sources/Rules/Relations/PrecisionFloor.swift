import Inspection
import LocatedYAML

/// How many of a rule's findings must have been real for the next ones to go out before a person looks.
struct PrecisionFloor: Sendable, Hashable {
    /// Share of upheld among those of which anybody said whether they were real, 0.01…1.
    var least: Double
    /// Of the newest so many.
    var of: Int
    /// With fewer than these the floor says nothing.
    var after: Int

    static func decode(_ mapping: YAMLMapping) -> PrecisionFloor {
        let of = mapping.int("of", default: 20, in: 2...RuleJudgements.kept)
        let floor = PrecisionFloor(
            least: mapping.requiredNumber("least", in: 0.01...1) ?? 1, of: of,
            after: mapping.int("after", default: min(10, of), in: 1...RuleJudgements.kept))
        if floor.after > of {
            mapping.complain("after", "is more than the \(of) that are looked at, so that the floor would never count")
        }
        return floor
    }

    func isUnder(_ judgements: RuleJudgements) -> Bool {
        let judged = judgements.judged
        // A quotient, since 12 of 20 is just what a floor of 0.6 asks: both are then the same rounded number.
        return judged >= after && Double(judgements.upheld) / Double(judged) < least
    }
}
