/// What an expression looked at, and the value it saw there.
public struct Observation: Sendable {
    /// As the expression writes it: `object.confidence`, `distance(object.position, home)`.
    public let path: String
    public let value: CELValue

    public init(path: String, value: CELValue) {
        self.path = path
        self.value = value
    }
}

/// One condition of a conjunction.
public struct Term: Sendable {
    /// The condition's own text.
    public let text: String
    let machine: Machine
    let paths: [PathCollector.Path]

    public func evaluate(_ activation: borrowing some Activation) -> Result<CELValue, EvaluationError> {
        machine.evaluate(activation)
    }

    /// An error when the condition is not bool.
    public func evaluateBool(_ activation: borrowing some Activation) -> Result<Bool, EvaluationError> {
        machine.evaluateBool(activation)
    }

    /// Every variable path and host function call of the condition that has a value, in order of the text, each once.
    public func trace(_ activation: borrowing some Activation) -> [Observation] {
        machine.observe(paths, activation)
    }
}
