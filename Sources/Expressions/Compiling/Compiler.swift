/// Turns a checked syntax tree into closures.
struct Compiler {
    let checked: CheckedSyntax
    let environment: Environment
    let source: SourceText

    func type(_ node: Syntax) -> CELType { checked.types[node.id] }

    func resolution(_ node: Syntax) -> Resolution? { checked.resolutions[node.id] }

    func code(_ node: Syntax) throws(ExpressionError) -> Code {
        switch node.kind {
        case .literal(let value): return .constant(value)
        case .identifier(let name, _): return named(resolution(node) ?? .unresolved(name), name)
        case .select(let operand, let field, let isTest): return try select(operand, field, isTest, node)
        case .index(let operand, let index):
            let operand = try code(operand).asValue
            let index = try code(index).asValue
            return .value { frame throws(EvaluationError) in
                let value = try operand(&frame)
                return try Selection.index(value, try index(&frame))
            }
        case .call(_, let arguments, _): return try call(arguments, node)
        case .memberCall(let target, _, let arguments):
            if case .function(_, hasReceiver: false)? = resolution(node) { return try call(arguments, node) }
            return try call([target] + arguments, node)
        case .unary(let sign, let operand): return try unary(sign, operand)
        case .binary(let sign, let left, let right): return try binary(sign, left, right)
        case .and(let operands): return .bool(Logic.all(try steps(operands)))
        case .or(let operands): return .bool(Logic.any(try steps(operands)))
        case .conditional(let condition, let first, let second):
            return try conditional(condition, first, second, node)
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries)
        case .message(let name): return failing(EvaluationError(.noOverload, "'\(name)' cannot be made"))
        case .comprehension(let comprehension): return try self.comprehension(comprehension, node)
        case .optional(let value): return .value(try code(value).asValue)
        case .bind(_, let value, let body):
            let value = try code(value).asValue
            let body = try code(body).asValue
            let slot = checked.slots[node.id]?.first ?? 0
            return .value { frame throws(EvaluationError) in
                frame.locals[slot] = try value(&frame)
                return try body(&frame)
            }
        }
    }

    func failing(_ error: EvaluationError) -> Code {
        .value { _ throws(EvaluationError) in throw error }
    }

    private func steps(_ nodes: [Syntax]) throws(ExpressionError) -> [BoolStep] {
        var steps: [BoolStep] = []
        for node in nodes { steps.append(try code(node).asBool) }
        return steps
    }

    func values(_ nodes: [Syntax]) throws(ExpressionError) -> [Code] {
        var codes: [Code] = []
        for node in nodes { codes.append(try code(node)) }
        return codes
    }

    private func named(_ resolution: Resolution, _ name: String) -> Code {
        switch resolution {
        case .variable(let index):
            let absent = EvaluationError(.absent, "'\(environment.variables[index].name)' has no value")
            return .value { frame throws(EvaluationError) in
                guard let value = frame.activation.value(ofVariable: index) else { throw absent }
                return value
            }
        case .local(let slot): return .value { frame throws(EvaluationError) in frame.locals[slot] }
        case .type(let type): return .constant(.type(type))
        case .function, .unresolved: return failing(EvaluationError(.absent, "unknown name '\(name)'"))
        }
    }

    private func select(
        _ operand: Syntax, _ field: String, _ isTest: Bool, _ node: Syntax
    ) throws(ExpressionError) -> Code {
        if let resolution = resolution(node) { return named(resolution, field) }
        guard case .object(let name) = type(operand), let record = environment.recordIndex[name],
            let index = record.index(ofField: field)
        else {
            let operand = try code(operand).asValue
            if isTest {
                return .bool { frame throws(EvaluationError) in try Selection.has(field, in: try operand(&frame)) }
            }
            return .value { frame throws(EvaluationError) in try Selection.field(field, of: try operand(&frame)) }
        }
        if let constant = record.fields[index].constant { return .constant(isTest ? .bool(true) : .double(constant)) }
        if case .variable(let variable)? = resolution(operand) {
            return read(record.fields[index], index, of: variable, isTest: isTest)
        }
        let operand = try code(operand).asValue
        return isTest
            ? .bool { frame throws(EvaluationError) in
                guard case .record(let record) = try operand(&frame) else { return false }
                return record.value(ofField: index) != nil
            }
            : .value { frame throws(EvaluationError) in
                let value = try operand(&frame)
                guard case .record(let record) = value else { throw .noOverload(".\(field)", value) }
                return try Selection.field(index, of: record)
            }
    }

    /// A field of a variable, read from the activation by indices alone.
    private func read(_ field: RecordType.Field, _ index: Int, of variable: Int, isTest: Bool) -> Code {
        if isTest {
            return .bool { frame throws(EvaluationError) in
                frame.activation.value(ofField: index, ofVariable: variable) != nil
            }
        }
        let absent = EvaluationError(.absent, "'\(environment.variables[variable].name).\(field.name)' has no value")
        switch field.type {
        case .double:
            return .double { frame throws(EvaluationError) in
                guard let value = frame.activation.double(ofField: index, ofVariable: variable) else { throw absent }
                return value
            }
        case .string:
            return .string { frame throws(EvaluationError) in
                guard let value = frame.activation.string(ofField: index, ofVariable: variable) else { throw absent }
                return value
            }
        default:
            return .value { frame throws(EvaluationError) in
                guard let value = frame.activation.value(ofField: index, ofVariable: variable) else { throw absent }
                return value
            }
        }
    }

    private func conditional(
        _ condition: Syntax, _ first: Syntax, _ second: Syntax, _ node: Syntax
    ) throws(ExpressionError) -> Code {
        let condition = try code(condition).asBool
        let first = try code(first)
        let second = try code(second)
        switch type(node) {
        case .bool:
            let (first, second) = (first.asBool, second.asBool)
            return .bool { frame throws(EvaluationError) in
                try condition(&frame) ? try first(&frame) : try second(&frame)
            }
        case .double:
            // An int cannot pass for a double here: both branches have the type of the whole.
            let (first, second) = (first.asDouble, second.asDouble)
            return .double { frame throws(EvaluationError) in
                try condition(&frame) ? try first(&frame) : try second(&frame)
            }
        default:
            let (first, second) = (first.asValue, second.asValue)
            return .value { frame throws(EvaluationError) in
                try condition(&frame) ? try first(&frame) : try second(&frame)
            }
        }
    }

    private func list(_ elements: [Syntax]) throws(ExpressionError) -> Code {
        let codes = try values(elements)
        let constants = codes.compactMap(\.constant)
        if constants.count == codes.count { return .constant(.list(constants)) }
        let steps = codes.map(\.asValue)
        let areOptional = elements.map(\.isOptional)
        return .value { frame throws(EvaluationError) in
            try frame.meter.allow(elements: steps.count)
            var values: [CELValue] = []
            values.reserveCapacity(steps.count)
            for (step, isOptional) in zip(steps, areOptional) {
                let value = try step(&frame)
                if isOptional {
                    guard let held = try OptionalFunctions.optional(value, "[?]").value else { continue }
                    values.append(held)
                } else {
                    values.append(value)
                }
            }
            return .list(values)
        }
    }

    private func map(_ entries: [(key: Syntax, value: Syntax)]) throws(ExpressionError) -> Code {
        let keys = try values(entries.map(\.key)).map(\.asValue)
        let values = try values(entries.map(\.value)).map(\.asValue)
        let areOptional = entries.map(\.value.isOptional)
        return .value { frame throws(EvaluationError) in
            try frame.meter.allow(elements: keys.count)
            var map = CELMap()
            for index in keys.indices {
                let key = try keys[index](&frame)
                var value = try values[index](&frame)
                if areOptional[index] {
                    guard let held = try OptionalFunctions.optional(value, "{?:}").value else { continue }
                    value = held
                }
                try Comprehensions.insert(value, for: key, into: &map)
            }
            return .map(map)
        }
    }
}
