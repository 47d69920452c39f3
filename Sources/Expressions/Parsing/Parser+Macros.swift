/// The macros of cel-spec, doc/langdef.md, "Macros", and of the extensions for two variables and for bindings.
extension Parser {
    mutating func globalMacro(
        _ name: String, _ arguments: [Syntax], _ range: Range<Int>, _ nameRange: Range<Int>
    ) throws(ExpressionError) -> Syntax? {
        guard name == "has", arguments.count == 1 else { return nil }
        guard case .select(let operand, let field, isTest: false) = arguments[0].kind else {
            throw source.error(
                "has() takes a field selection", at: arguments[0].range.lowerBound, hint: "write has(record.field)")
        }
        return try node(.select(operand, field: field, isTest: true), range, over: [operand])
    }

    /// Nil when the call is no macro: another name, or another number of arguments.
    mutating func memberMacro(
        _ target: Syntax, _ name: String, _ arguments: [Syntax], _ range: Range<Int>, _ nameRange: Range<Int>
    ) throws(ExpressionError) -> Syntax? {
        if name == "bind", arguments.count == 3, case .identifier("cel", _) = target.kind {
            let variable = try variableName(arguments[0], of: "cel.bind")
            return try node(.bind(variable, arguments[1], arguments[2]), range, over: Array(arguments[1...]))
        }
        guard let shape = Self.shape(name, arguments.count) else { return nil }
        var variables: [String] = []
        for argument in arguments.prefix(shape.variables) { variables.append(try variableName(argument, of: name)) }
        if shape.variables == 2, variables[0] == variables[1] {
            throw source.error("both variables are called '\(variables[0])'", at: arguments[1].range.lowerBound)
        }
        let rest = Array(arguments.dropFirst(shape.variables))
        let isFilter = name == "filter"
        let comprehension = Comprehension(
            form: shape.form, range: target, variables: variables,
            filter: isFilter || rest.count == 2 ? rest[0] : nil,
            body: isFilter ? arguments[0] : rest[rest.count - 1])
        return try node(.comprehension(comprehension), range, over: [target] + rest)
    }

    private static func shape(_ name: String, _ count: Int) -> (form: Comprehension.Form, variables: Int)? {
        switch (name, count) {
        case ("all", 2): (.all, 1)
        case ("all", 3): (.all, 2)
        case ("exists", 2): (.exists, 1)
        case ("exists", 3): (.exists, 2)
        case ("exists_one", 2), ("existsOne", 2): (.existsOne, 1)
        case ("exists_one", 3), ("existsOne", 3): (.existsOne, 2)
        case ("map", 2), ("map", 3), ("filter", 2): (.transformList, 1)
        case ("transformList", 3), ("transformList", 4): (.transformList, 2)
        case ("transformMap", 3), ("transformMap", 4): (.transformMap, 2)
        case ("transformMapEntry", 3), ("transformMapEntry", 4): (.transformMapEntry, 2)
        default: nil
        }
    }

    private func variableName(_ argument: Syntax, of macro: String) throws(ExpressionError) -> String {
        guard case .identifier(let name, isAbsolute: false) = argument.kind else {
            throw source.error("\(macro)() takes a simple name for its variable", at: argument.range.lowerBound)
        }
        return name
    }
}
