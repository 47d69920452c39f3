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
    /// The comparison as it is written, cut where it is long; of a list, this member alone.
    public var text: String
    /// The field's name as it is written: `object.confidence`; cut where it is long.
    public var subjectText: String
    /// Of the constant; of the path where the constant is a field: `param.least`.
    public var position: SourcePosition
    /// The path where the constant is a field.
    public var path: String?
}

extension Comparison {
    /// Of one list.
    static let maximumMembers = 100
    /// Of one expression: each has its place looked for from the start of the text.
    static let maximum = 1000
    /// Bytes of each text.
    static let maximumText = 200
}

extension Compiler {
    /// In order of the text, inner ones first; of very many only the first.
    func comparisons(_ node: Syntax) -> [Comparison] {
        var found: [Comparison] = []
        collect(node, &found)
        return found
    }

    private func collect(_ node: Syntax, _ found: inout [Comparison]) {
        for child in node.children { collect(child, &found) }
        guard found.count < Comparison.maximum, case .binary(let sign, let left, let right) = node.kind else { return }
        if sign == .in, case .list(let elements) = right.kind {
            let room = min(Comparison.maximumMembers, Comparison.maximum - found.count)
            found += elements.prefix(room).compactMap { comparison(.member, of: left, with: $0, in: node) }
        } else if let sign = Comparison.Sign(sign, isFlipped: false),
            let comparison = comparison(sign, of: left, with: right, in: node)
        {
            found.append(comparison)
        } else if let sign = Comparison.Sign(sign, isFlipped: true),
            let comparison = comparison(sign, of: right, with: left, in: node)
        {
            found.append(comparison)
        }
    }

    private func comparison(
        _ sign: Comparison.Sign, of subject: Syntax, with other: Syntax, in node: Syntax
    ) -> Comparison? {
        guard let name = subjectName(subject), let constant = constant(other) else { return nil }
        let subjectText = text(subject.range)
        return Comparison(
            subject: name, sign: sign, constant: constant,
            text: sign == .member ? "\(subjectText) in [\(text(other.range))]" : text(node.range),
            subjectText: subjectText, position: source.position(of: other.range.lowerBound),
            path: other.qualifiedName?.name)
    }

    private func text(_ range: Range<Int>) -> String {
        guard range.count > Comparison.maximumText else { return source.text(range) }
        var end = range.lowerBound + Comparison.maximumText
        while end > range.lowerBound, source.bytes.indices.contains(end), source.bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return source.text(range.lowerBound..<end) + "…"
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
