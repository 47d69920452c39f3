/// A field of a record, or the result of one of the environment's functions, that an expression holds against a constant.
public struct Comparison: Sendable, Hashable {
    /// With the compared value on the left, whatever the expression writes.
    public enum Sign: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        /// One member of a list that follows `in`.
        case member = "in"

        fileprivate init?(_ sign: BinaryOperator, isFlipped: Bool) {
            switch sign {
            case .equal: self = .equal
            case .notEqual: self = .notEqual
            case .less: self = isFlipped ? .greater : .less
            case .lessOrEqual: self = isFlipped ? .greaterOrEqual : .lessOrEqual
            case .greater: self = isFlipped ? .less : .greater
            case .greaterOrEqual: self = isFlipped ? .lessOrEqual : .greaterOrEqual
            default: return nil
            }
        }
    }

    public enum Constant: Sendable, Hashable {
        case number(Double)
        case text(String)
    }

    /// `Object.confidence` for a field of that record type, `overlap()` for a function.
    public var subject: String
    public var sign: Sign
    public var constant: Constant
    /// The whole comparison as it is written.
    public var text: String
    /// The field's name as it is written: `object.confidence`.
    public var subjectText: String
    /// Of the constant; of the path where the constant is a field: `param.least`.
    public var position: SourcePosition
    /// The path where the constant is a field.
    public var path: String?
}

extension Compiler {
    func comparisons(_ node: Syntax) -> [Comparison] {
        let inner = node.children.flatMap { comparisons($0) }
        guard case .binary(let sign, let left, let right) = node.kind else { return inner }
        if sign == .in, case .list(let elements) = right.kind {
            return inner + elements.compactMap { comparison(.member, of: left, with: $0, in: node) }
        }
        if let sign = Comparison.Sign(sign, isFlipped: false),
            let found = comparison(sign, of: left, with: right, in: node)
        {
            return inner + [found]
        }
        guard let sign = Comparison.Sign(sign, isFlipped: true),
            let found = comparison(sign, of: right, with: left, in: node)
        else { return inner }
        return inner + [found]
    }

    private func comparison(
        _ sign: Comparison.Sign, of subject: Syntax, with other: Syntax, in node: Syntax
    ) -> Comparison? {
        guard let name = subjectName(subject), let constant = constant(other) else { return nil }
        return Comparison(
            subject: name, sign: sign, constant: constant, text: source.text(node.range),
            subjectText: source.text(subject.range), position: source.position(of: other.range.lowerBound),
            path: other.qualifiedName?.name)
    }

    private func subjectName(_ node: Syntax) -> String? {
        if let (record, field) = recordField(node) { return field.constant == nil ? "\(record).\(field.name)" : nil }
        guard isHostCall(node), case .function(let name, _)? = resolution(node) else { return nil }
        return name + "()"
    }

    private func recordField(_ node: Syntax) -> (record: String, field: RecordType.Field)? {
        guard case .select(let operand, let name, isTest: false) = node.kind, resolution(node) == nil,
            case .object(let record) = type(operand), let fields = environment.recordIndex[record],
            let index = fields.index(ofField: name)
        else { return nil }
        return (record, fields.fields[index])
    }

    private func constant(_ node: Syntax) -> Comparison.Constant? {
        if case .literal(let value) = node.kind {
            switch value {
            case .double(let number): return .number(number)
            case .int(let number): return .number(Double(number))
            case .uint(let number): return .number(Double(number))
            case .string(let text): return .text(text)
            default: return nil
            }
        }
        return recordField(node)?.field.constant.map { .number($0) }
    }
}
