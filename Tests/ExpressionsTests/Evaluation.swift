import Expressions

/// What an expression without variables gives: its value as text, or the kind of its error.
func outcome(of source: String, checked: Bool = true) -> String {
    var options = Environment.Options()
    options.checked = checked
    return outcome(of: source, in: Environment(options: options), [:])
}

func outcome(of source: String, in environment: Environment, _ values: [String: CELValue]) -> String {
    let program: Program
    do throws(ExpressionError) {
        program = try Program(source, in: environment)
    } catch {
        return "refused: \(error.message)"
    }
    switch program.evaluate(DictionaryActivation(values, in: environment)) {
    case .success(let value): return value.description
    case .failure(let error): return "failed: \(error.kind.rawValue)"
    }
}
