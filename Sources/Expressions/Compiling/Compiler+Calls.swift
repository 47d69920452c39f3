extension Compiler {
    /// A call of a function of the host or of the library; `arguments` start with the receiver when there is one.
    func call(_ arguments: [Syntax], _ node: Syntax) throws(ExpressionError) -> Code {
        let codes = try values(arguments)
        guard case .function(let name, let hasReceiver)? = resolution(node) else {
            return failing(EvaluationError(.noOverload, "unknown function"))
        }
        let host = environment.functionIndex[name]?.overloads.filter {
            $0.hasReceiver == hasReceiver && $0.parameters.count == codes.count && mayTake(arguments.first, $0)
        }
        let library = Library.functions[name].flatMap { function in
            let fits = function.signatures.contains {
                $0.hasReceiver == hasReceiver && $0.parameters.count == codes.count
            }
            return function.isVariadic || fits ? function : nil
        }
        if let host, !host.isEmpty { return self.host(name, host, library, codes) }
        guard let library else {
            return failing(EvaluationError(.noOverload, "'\(name)' does not take \(codes.count) arguments"))
        }
        if name == "matches", case .string(let pattern)? = codes[1].constant {
            return try matches(codes[0], pattern, arguments[1])
        }
        if let search = RegexExtension.operations[name], case .string(let pattern)? = codes[1].constant {
            let expression = try compiled(pattern, arguments[1], keepsGroups: true)
            return self.search(search, codes, expression)
        }
        if hasReceiver, codes.count == 2, name == "or" || name == "orValue" {
            return alternative(name, codes[0], codes[1])
        }
        return self.library(library, codes)
    }

    /// False when what the text says of the first argument shows that the overload cannot be meant: a function of the host
    /// may have the name of one of the library.
    private func mayTake(_ argument: Syntax?, _ overload: FunctionDeclaration.Overload) -> Bool {
        guard let argument, case .object? = overload.parameters.first else { return true }
        return switch type(argument) {
        case .dyn, .parameter, .null, .object: true
        default: false
        }
    }

    /// True for a call of the host's. One that the library knows by the same name is the host's where a record is handed
    /// to it.
    func isHostCall(_ node: Syntax) -> Bool {
        guard case .function(let name, _)? = resolution(node), let host = environment.functionIndex[name] else {
            return false
        }
        let takesRecords = host.overloads.allSatisfy { if case .object? = $0.parameters.first { true } else { false } }
        guard Library.functions[name] != nil, takesRecords else { return true }
        return node.children.contains { if case .object = type($0) { true } else { false } }
    }

    /// The same of any call in it.
    func callsHost(_ node: Syntax) -> Bool { isHostCall(node) || node.children.contains { callsHost($0) } }

    private func library(_ function: LibraryFunction, _ codes: [Code]) -> Code {
        let body = function.body
        let constants = codes.compactMap(\.constant)
        if constants.count == codes.count {
            var meter = Meter(environment.options.limits)
            if let value = try? body(constants, &meter) { return .constant(value) }
        }
        if codes.count == 1 {
            let argument = codes[0].asValue
            return .value { frame throws(EvaluationError) in
                let argument = try argument(&frame)
                return try body([argument], &frame.meter)
            }
        }
        let steps = codes.map(\.asValue)
        return .value { frame throws(EvaluationError) in
            var arguments: [CELValue] = []
            arguments.reserveCapacity(steps.count)
            for step in steps { arguments.append(try step(&frame)) }
            return try body(arguments, &frame.meter)
        }
    }

    /// A pattern that stands in the text is compiled once, and a mistake in it is a mistake of the text: without the check
    /// it fails when it is evaluated.
    private func compiled(
        _ pattern: String, _ node: Syntax, keepsGroups: Bool = false
    ) throws(ExpressionError) -> Result<RegularExpression, EvaluationError> {
        do throws(EvaluationError) {
            return .success(try StringFunctions.compile(pattern, keepsGroups: keepsGroups))
        } catch {
            guard environment.options.checked else { return .failure(error) }
            throw source.error(error.message, at: node.range.lowerBound)
        }
    }

    private func matches(_ text: Code, _ pattern: String, _ node: Syntax) throws(ExpressionError) -> Code {
        let expression: RegularExpression
        switch try compiled(pattern, node) {
        case .success(let compiled): expression = compiled
        case .failure(let error): return failing(error)
        }
        let text = text.asValue
        return .bool { frame throws(EvaluationError) in
            let value = try text(&frame)
            guard case .string(let text) = value else { throw .noOverload("matches", value) }
            return try expression.matches(text, &frame.meter)
        }
    }

    private func search(
        _ search: @escaping RegexExtension.Operation, _ codes: [Code],
        _ expression: Result<RegularExpression, EvaluationError>
    ) -> Code {
        let steps = codes.map(\.asValue)
        return .value { frame throws(EvaluationError) in
            var arguments: [CELValue] = []
            for step in steps { arguments.append(try step(&frame)) }
            return try search(try expression.get(), arguments, &frame.meter)
        }
    }

    /// The first overload whose parameters take the values; then the library's function of the same name.
    private func host(
        _ name: String, _ overloads: [FunctionDeclaration.Overload], _ library: LibraryFunction?, _ codes: [Code]
    ) -> Code {
        let steps = codes.map(\.asValue)
        let fallback = library?.body
        return .value { frame throws(EvaluationError) in
            try frame.meter.charge()
            var arguments: [CELValue] = []
            arguments.reserveCapacity(steps.count)
            for step in steps { arguments.append(try step(&frame)) }
            for overload in overloads where overload.takes(arguments) {
                return try overload.implementation(arguments)
            }
            guard let fallback else { throw .noOverload(name, arguments) }
            return try fallback(arguments, &frame.meter)
        }
    }
}

extension FunctionDeclaration.Overload {
    fileprivate func takes(_ arguments: [CELValue]) -> Bool {
        for (argument, parameter) in zip(arguments, parameters) where !argument.fits(parameter) { return false }
        return true
    }
}

extension CELValue {
    /// True when the value is of the type, as far as values know their types.
    fileprivate func fits(_ type: CELType) -> Bool {
        switch (self, type) {
        case (_, .dyn), (_, .parameter), (.list, .list), (.map, .map), (.type, .type): true
        case (.null, .object), (.null, .timestamp), (.null, .duration): true
        case (.record(let record), .object(let name)): record.type.name == name
        case (.record, _), (_, .object): false
        default: self.type == type
        }
    }
}
