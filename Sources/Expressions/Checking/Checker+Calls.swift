extension Checker {
    /// The signatures of a function of the host and of the library under one full name.
    func signatures(of name: String) -> [Signature] {
        let host = environment.functionIndex[name]?.overloads.map {
            Signature($0.parameters, $0.result, hasReceiver: $0.hasReceiver)
        }
        return (host ?? []) + (Library.functions[name]?.signatures ?? [])
    }

    /// The first candidate that names a global function.
    private func globalFunction(_ name: String, isAbsolute: Bool) -> String? {
        candidates(name, isAbsolute: isAbsolute).first { candidate in
            signatures(of: candidate).contains { !$0.hasReceiver } || Library.functions[candidate]?.isVariadic == true
        }
    }

    mutating func call(_ name: String, _ arguments: [Syntax], _ isAbsolute: Bool, _ node: Syntax) -> CELType {
        guard let function = globalFunction(name, isAbsolute: isAbsolute) else {
            return unknownFunction(name, arguments, node)
        }
        return globalCall(function, arguments, node)
    }

    private mutating func globalCall(_ function: String, _ arguments: [Syntax], _ node: Syntax) -> CELType {
        resolutions[node.id] = .function(function, hasReceiver: false)
        if Library.functions[function]?.isVariadic == true { return variadic(function, arguments, node) }
        return overload(function, signatures(of: function).filter { !$0.hasReceiver }, arguments, node)
    }

    mutating func memberCall(_ target: Syntax, _ name: String, _ arguments: [Syntax], _ node: Syntax) -> CELType {
        if let qualified = target.qualifiedName, !startsAtLocal(target),
            let function = globalFunction(qualified.name + "." + name, isAbsolute: qualified.isAbsolute)
        {
            return globalCall(function, arguments, node)
        }
        let methods = signatures(of: name).filter(\.hasReceiver)
        guard !methods.isEmpty else { return unknownFunction(name, [target] + arguments, node) }
        resolutions[node.id] = .function(name, hasReceiver: true)
        return overload(name, methods, [target] + arguments, node)
    }

    private mutating func unknownFunction(_ name: String, _ arguments: [Syntax], _ node: Syntax) -> CELType {
        for argument in arguments { _ = type(of: argument) }
        resolutions[node.id] = .unresolved(name)
        let names = Array(Library.functions.keys).sorted() + environment.functions.map(\.name)
        let hint = Parser.sign(forWord: name) ?? forms(of: name) ?? Spelling.hint(for: name, among: names)
        return report("unknown function '\(name)'", at: node, hint: hint)
    }

    /// How a function that there is, but not called like this, is written.
    private func forms(of name: String) -> String? {
        var forms: [String] = []
        for signature in signatures(of: name) {
            let receiver = signature.hasReceiver ? "\(signature.parameters[0])." : ""
            let rest = signature.parameters.dropFirst(signature.hasReceiver ? 1 : 0).map(\.description)
            let form = "\(receiver)\(name)(\(rest.joined(separator: ", ")))"
            if !forms.contains(form) { forms.append(form) }
        }
        return forms.isEmpty ? nil : "it is written \(forms.prefix(3).joined(separator: " or "))"
    }

    /// The result of the overloads that take these arguments; `dyn` when several do with different results.
    mutating func overload(
        _ name: String, _ signatures: [Signature], _ arguments: [Syntax], _ node: Syntax
    ) -> CELType {
        let types = arguments.map { type(of: $0) }
        guard isStrict else { return .dyn }
        var result: CELType?
        for signature in signatures where signature.parameters.count == types.count {
            var attempt = inference
            let instance = attempt.instance(of: signature)
            var fits = true
            for (type, parameter) in zip(types, instance.parameters) where fits {
                fits = attempt.assign(type, to: parameter)
            }
            guard fits else { continue }
            inference = attempt
            let type = inference.resolved(instance.result)
            result = result == nil || result == type ? type : .dyn
        }
        if let result { return result }
        let shown = types.map { inference.resolved($0, isFinal: true) }
        // A method takes what stands between its parentheses.
        let hasReceiver = signatures.first?.hasReceiver == true && !shown.isEmpty
        let list = shown.dropFirst(hasReceiver ? 1 : 0).map(\.description).joined(separator: ", ")
        return report(
            "'\(name)'\(hasReceiver ? " of \(article(shown[0]))" : "") does not take (\(list))", at: node,
            hint: hint(name, signatures, arguments, shown))
    }

    private func hint(
        _ name: String, _ signatures: [Signature], _ arguments: [Syntax], _ types: [CELType]
    ) -> String? {
        let numbers: Set<CELType> = [.int, .uint, .double]
        if types.count == 2, types[0] != types[1], numbers.isSuperset(of: types) {
            for ((argument, other), side) in zip(zip(arguments, types.reversed()), ["left", "right"]) {
                if case .literal(.int(let value)) = argument.kind {
                    return "write \(value)\(other == .double ? ".0" : "u") for the \(value) on the \(side)"
                }
            }
            return "numbers are not converted by themselves: use int(), uint() or double()"
        }
        let isCalled = name != "in" && name.first?.isLetter == true
        guard signatures.count <= 3 else {
            let arities = Set(signatures.map { $0.parameters.count - ($0.hasReceiver ? 1 : 0) })
            guard !arities.contains(types.count - (signatures.first?.hasReceiver == true ? 1 : 0)) else { return nil }
            let isOne = arities == [1]
            return "it takes \(arities.sorted().map(String.init).joined(separator: " or ")) "
                + (isOne ? "argument" : "arguments")
        }
        let forms = signatures.map { signature in
            let parameters = signature.parameters.dropFirst(signature.hasReceiver ? 1 : 0).map(\.description)
            return "\(isCalled ? name : "")(\(parameters.joined(separator: ", ")))"
        }
        return "it takes \(forms.joined(separator: " or "))"
    }

    /// Any number of numbers, or one list of them: `math.greatest` and `math.least`.
    private mutating func variadic(_ name: String, _ arguments: [Syntax], _ node: Syntax) -> CELType {
        var types = arguments.map { inference.resolved(type(of: $0)) }
        guard isStrict else { return .dyn }
        guard !types.isEmpty else { return report("'\(name)' needs at least one argument", at: node) }
        if types.count == 1, case .list(let element) = types[0] {
            if case .list(let elements) = arguments[0].kind, elements.isEmpty {
                return report("'\(name)' needs at least one number", at: node)
            }
            types = [element]
        }
        let numbers: Set<CELType> = [.int, .uint, .double]
        for type in types {
            switch type {
            case .dyn, .parameter: continue
            case _ where numbers.contains(type): continue
            default: return report("'\(name)' takes numbers, not \(article(type))", at: node)
            }
        }
        guard let first = types.first, types.allSatisfy({ $0 == first }), numbers.contains(first) else { return .dyn }
        return first
    }
}
