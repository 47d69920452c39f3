extension Compiler {
    /// A call of a function of the host or of the library; `arguments` start with the receiver when there is one.
    func call(_ arguments: [Syntax], _ node: Syntax) throws(ExpressionError) -> Code {
        let codes = try values(arguments)
        guard case .function(let name, let hasReceiver)? = resolution(node) else {
            return failing(EvaluationError(.noOverload, "unknown function"))
        }
        let host = environment.functionIndex[name]?.overloads.filter {
            $0.hasReceiver == hasReceiver && $0.parameters.count == codes.count
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
        return self.library(library, codes)
    }

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

    /// A pattern that stands in the text is compiled once, and a mistake in it is a mistake of the text.
    private func matches(_ text: Code, _ pattern: String, _ node: Syntax) throws(ExpressionError) -> Code {
        let expression: RegularExpression
        do throws(EvaluationError) {
            expression = try StringFunctions.compile(pattern)
        } catch {
            guard environment.options.checked else { return failing(error) }
            throw source.error(error.message, at: node.range.lowerBound)
        }
        let text = text.asValue
        return .bool { frame throws(EvaluationError) in
            let value = try text(&frame)
            guard case .string(let text) = value else { throw .noOverload("matches", value) }
            return try expression.matches(text, &frame.meter)
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
