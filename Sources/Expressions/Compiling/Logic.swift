/// `&&` and `||` over any number of conditions. A condition that decides the result does so from any side: an error counts
/// only when no other condition decides. Source: cel-spec, doc/langdef.md, "Logical Operators".
enum Logic {
    static func all(_ steps: [BoolStep]) -> BoolStep { joined(steps, deciding: false, and) }

    static func any(_ steps: [BoolStep]) -> BoolStep { joined(steps, deciding: true, or) }

    /// Pairs in the shape of a balanced tree, so that long chains do not deepen the stack.
    private static func joined(
        _ steps: [BoolStep], deciding: Bool, _ pair: (@escaping BoolStep, @escaping BoolStep) -> BoolStep
    ) -> BoolStep {
        switch steps.count {
        case 0: return { _ throws(EvaluationError) in !deciding }
        case 1: return steps[0]
        default:
            let middle = steps.count / 2
            return pair(
                joined(Array(steps[..<middle]), deciding: deciding, pair),
                joined(Array(steps[middle...]), deciding: deciding, pair))
        }
    }

    private static func and(_ left: @escaping BoolStep, _ right: @escaping BoolStep) -> BoolStep {
        { frame throws(EvaluationError) in
            let holds: Bool
            do throws(EvaluationError) {
                holds = try left(&frame)
            } catch {
                return try settle(error, by: right, &frame, deciding: false)
            }
            return holds ? try right(&frame) : false
        }
    }

    private static func or(_ left: @escaping BoolStep, _ right: @escaping BoolStep) -> BoolStep {
        { frame throws(EvaluationError) in
            let holds: Bool
            do throws(EvaluationError) {
                holds = try left(&frame)
            } catch {
                return try settle(error, by: right, &frame, deciding: true)
            }
            return holds ? true : try right(&frame)
        }
    }

    /// The left side failed: its error stands unless the right side decides. Running out of budget is no value that
    /// anything could decide over.
    private static func settle(
        _ error: EvaluationError, by right: BoolStep, _ frame: inout Frame, deciding: Bool
    ) throws(EvaluationError) -> Bool {
        guard error.kind != .limit else { throw error }
        let holds: Bool
        do throws(EvaluationError) {
            holds = try right(&frame)
        } catch {
            guard error.kind != .limit else { throw error }
            holds = !deciding
        }
        guard holds == deciding else { throw error }
        return deciding
    }
}
