/// Counts what an evaluation has cost, and stops it.
struct Meter: Sendable {
    let limits: Limits
    private var steps: Int

    init(_ limits: Limits) {
        self.limits = limits
        steps = limits.steps
    }

    /// One round, or the walk over `count` elements.
    mutating func charge(_ count: Int = 1) throws(EvaluationError) {
        steps -= count
        guard steps >= 0 else { throw exhausted }
    }

    private var exhausted: EvaluationError {
        EvaluationError(.limit, "the evaluation took more than \(limits.steps) steps")
    }

    /// CEL's equality, paid for element by element.
    mutating func equal(_ left: CELValue, _ right: CELValue) throws(EvaluationError) -> Bool {
        guard let equal = left.equals(right, budget: &steps) else { throw exhausted }
        return equal
    }

    /// A walk over text: sixteen bytes count as one step.
    mutating func charge(bytes: Int) throws(EvaluationError) { try charge(1 + bytes >> 4) }

    /// Called before a string or bytes value of this length is made.
    mutating func allow(bytes: Int) throws(EvaluationError) {
        guard bytes <= limits.stringBytes else {
            throw EvaluationError(.limit, "a string would have more than \(limits.stringBytes) bytes")
        }
        try charge(bytes: bytes)
    }

    /// Called before a list or map of this many elements is made.
    mutating func allow(elements: Int) throws(EvaluationError) {
        guard elements <= limits.elements else {
            throw EvaluationError(.limit, "a list or map would have more than \(limits.elements) elements")
        }
        try charge(1 + elements >> 2)
    }
}
