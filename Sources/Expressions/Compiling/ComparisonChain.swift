/// A conjunction of nothing but comparisons of fields with constants, which most rules are: it runs without closures and
/// without a frame.
struct ComparisonChain: Sendable {
    /// `field sign bound` for a number, `field == text` or `field != text` for a string.
    struct Comparison: Sendable {
        var variable: Int
        var field: Int
        var sign: BinaryOperator
        var bound = 0.0
        /// Nil for a number.
        var text: String?
    }

    let comparisons: [Comparison]

    /// Nil when a value is missing before anything decides: what follows from that is for the whole machine to say.
    func holds(_ activation: borrowing some Activation) -> Bool? {
        for index in comparisons.indices {
            let variable = comparisons[index].variable
            let field = comparisons[index].field
            if let text = comparisons[index].text {
                guard let value = activation.string(ofField: field, ofVariable: variable) else { return nil }
                guard CodePoints.equal(value, text) == (comparisons[index].sign == .equal) else { return false }
            } else {
                guard let value = activation.double(ofField: field, ofVariable: variable) else { return nil }
                guard comparisons[index].sign.holds(value, comparisons[index].bound) else { return false }
            }
        }
        return true
    }
}

extension Compiler {
    /// The conditions as a chain; nil when one of them is anything else.
    func chain(_ conditions: [Syntax]) -> ComparisonChain? {
        var comparisons: [ComparisonChain.Comparison] = []
        for condition in conditions {
            guard let comparison = comparison(condition) else { return nil }
            comparisons.append(comparison)
        }
        return ComparisonChain(comparisons: comparisons)
    }

    private func comparison(_ node: Syntax) -> ComparisonChain.Comparison? {
        guard case .binary(let sign, let left, let right) = node.kind, sign.precedence == 1, sign != .in,
            let place = field(left), let constant = constant(right)
        else { return nil }
        var comparison = ComparisonChain.Comparison(variable: place.variable, field: place.field, sign: sign)
        switch (type(left), constant) {
        case (.double, .double(let bound)): comparison.bound = bound
        case (.double, .int(let bound)): comparison.bound = Double(bound)
        case (.double, .uint(let bound)): comparison.bound = Double(bound)
        case (.string, .string(let text)) where sign == .equal || sign == .notEqual: comparison.text = text
        default: return nil
        }
        return comparison
    }

    private func constant(_ node: Syntax) -> CELValue? {
        if case .literal(let value) = node.kind { return value }
        guard let place = field(node), case .select(let operand, _, _) = node.kind,
            case .object(let record) = type(operand)
        else { return nil }
        return environment.recordIndex[record]?.fields[place.field].constant.map { .double($0) }
    }

    /// A field read straight from a variable.
    private func field(_ node: Syntax) -> (variable: Int, field: Int)? {
        guard case .select(let operand, let name, isTest: false) = node.kind, resolution(node) == nil,
            case .variable(let variable)? = resolution(operand), case .object(let record) = type(operand),
            let field = environment.recordIndex[record]?.index(ofField: name)
        else { return nil }
        return (variable, field)
    }
}
