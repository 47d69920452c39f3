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
        if case .identifier("cel", _) = target.kind, let expansion = try blockMacro(name, arguments, range) {
            return expansion
        }
        if name == "optMap" || name == "optFlatMap", arguments.count == 2 {
            return try optionalMacro(target, name, arguments, range)
        }
        if name == "sortBy", arguments.count == 2 { return try sortingMacro(target, arguments, range) }
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

    /// `target.optMap(v, e)`: the optional of `e` over what the target holds; `optFlatMap` takes an `e` that is an optional.
    private mutating func optionalMacro(
        _ target: Syntax, _ name: String, _ arguments: [Syntax], _ range: Range<Int>
    ) throws(ExpressionError) -> Syntax {
        let variable = try variableName(arguments[0], of: name)
        let held = "@optional"
        let test = try node(.memberCall(try identifier(held, range), "hasValue", []), range)
        let value = try node(.memberCall(try identifier(held, range), "value", []), range)
        var body = try node(.bind(variable, value, arguments[1]), range, over: [value, arguments[1]])
        if name == "optMap" {
            body = try node(.call("optional.of", [body], isAbsolute: true), range, over: [body])
        }
        let none = try node(.call("optional.none", [], isAbsolute: true), range)
        let choice = try node(.conditional(test, body, none), range, over: [test, body, none])
        return try node(.bind(held, target, choice), range, over: [target, choice])
    }

    /// `target.sortBy(v, key)`: the elements of the target in the order of what `key` is of each.
    private mutating func sortingMacro(
        _ target: Syntax, _ arguments: [Syntax], _ range: Range<Int>
    ) throws(ExpressionError) -> Syntax {
        let variable = try variableName(arguments[0], of: "sortBy")
        let held = "@sorted"
        let comprehension = Comprehension(
            form: .transformList, range: try identifier(held, range), variables: [variable], filter: nil,
            body: arguments[1])
        let keys = try node(.comprehension(comprehension), range, over: [comprehension.range, arguments[1]])
        let call = [try identifier(held, range), keys]
        let body = try node(.call(ListExtension.sorting, call, isAbsolute: true), range, over: call)
        return try node(.bind(held, target, body), range, over: [target, body])
    }

    /// `cel.block([values], body)`, in which `cel.index(n)` is the nth value and `cel.iterVar(n, m)` names a variable.
    private mutating func blockMacro(
        _ name: String, _ arguments: [Syntax], _ range: Range<Int>
    ) throws(ExpressionError) -> Syntax? {
        switch (name, arguments.count) {
        case ("block", 2):
            guard case .list(let values) = arguments[0].kind else {
                throw source.error("cel.block() takes a list of values", at: arguments[0].range.lowerBound)
            }
            var body = arguments[1]
            for (index, value) in values.enumerated().reversed() {
                body = try node(.bind("@index\(index)", value, body), range, over: [value, body])
            }
            return body
        case ("index", 1): return try identifier("@index" + (try wholeNumber(arguments[0])), range)
        case ("iterVar", 2), ("accuVar", 2):
            let (first, second) = (try wholeNumber(arguments[0]), try wholeNumber(arguments[1]))
            return try identifier("@\(name):\(first):\(second)", range)
        default: return nil
        }
    }

    private mutating func identifier(_ name: String, _ range: Range<Int>) throws(ExpressionError) -> Syntax {
        try node(.identifier(name, isAbsolute: false), range)
    }

    private func wholeNumber(_ node: Syntax) throws(ExpressionError) -> String {
        guard case .literal(.int(let number)) = node.kind, number >= 0 else {
            throw source.error("a whole number must stand here", at: node.range.lowerBound)
        }
        return String(number)
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
