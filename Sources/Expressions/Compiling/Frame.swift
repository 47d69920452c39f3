/// What one evaluation works on.
struct Frame {
    let activation: any Activation
    /// The variables of macros, by slot.
    var locals: [CELValue]
    var meter: Meter
}

typealias BoolStep = @Sendable (inout Frame) throws(EvaluationError) -> Bool
typealias IntStep = @Sendable (inout Frame) throws(EvaluationError) -> Int64
typealias DoubleStep = @Sendable (inout Frame) throws(EvaluationError) -> Double
typealias StringStep = @Sendable (inout Frame) throws(EvaluationError) -> String
typealias ValueStep = @Sendable (inout Frame) throws(EvaluationError) -> CELValue
