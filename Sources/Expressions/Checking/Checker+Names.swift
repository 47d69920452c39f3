extension Checker {
    func local(_ name: String) -> Local? { scope.last { $0.name == name } }

    /// The full names that `name` may stand for, in order: `a.b.name`, `a.name`, `name` in the container `a.b`.
    func candidates(_ name: String, isAbsolute: Bool) -> [String] {
        guard !isAbsolute, !environment.container.isEmpty else { return [name] }
        var prefix = environment.container.split(separator: ".").map(String.init)
        var names: [String] = []
        while !prefix.isEmpty {
            names.append((prefix + [name]).joined(separator: "."))
            prefix.removeLast()
        }
        return names + [name]
    }

    /// A variable or type of the environment.
    private func global(_ name: String, isAbsolute: Bool) -> (Resolution, CELType)? {
        for candidate in candidates(name, isAbsolute: isAbsolute) {
            if let index = environment.variableIndex[candidate] {
                return (.variable(index), environment.variables[index].type)
            }
            if let type = CELType(named: candidate) { return (.type(type), .type(type)) }
            if environment.recordIndex[candidate] != nil {
                return (.type(.object(candidate)), .type(.object(candidate)))
            }
        }
        return nil
    }

    mutating func identifier(_ name: String, _ isAbsolute: Bool, _ node: Syntax) -> CELType {
        if !isAbsolute, let local = local(name) {
            resolutions[node.id] = .local(local.slot)
            return local.type
        }
        if let (resolution, type) = global(name, isAbsolute: isAbsolute) {
            resolutions[node.id] = resolution
            return type
        }
        resolutions[node.id] = .unresolved(name)
        let names = scope.map(\.name) + environment.variables.map(\.name)
        let hint = environment.absent[name] ?? owners(of: name) ?? Spelling.hint(for: name, among: names)
        return report("unknown name '\(name)'", at: node, hint: hint)
    }

    /// Of a name that is a field's: what was left out before it.
    private func owners(of field: String) -> String? {
        let known = scope.reversed().map { ($0.name, $0.type) } + environment.variables.map { ($0.name, $0.type) }
        var paths: [String] = []
        for (name, type) in known {
            guard paths.count < 3, case .object(let record) = inference.resolved(type),
                environment.recordIndex[record]?.index(ofField: field) != nil, !paths.contains("'\(name).\(field)'")
            else { continue }
            paths.append("'\(name).\(field)'")
        }
        return paths.isEmpty ? nil : "did you mean \(paths.joined(separator: " or "))?"
    }

    /// An unknown name that is compared with a value that is text, and is like no other name, was meant as text.
    mutating func suggestQuotes(_ sign: BinaryOperator, _ left: Syntax, _ right: Syntax) {
        let isMembership = sign == .in
        guard isStrict, isMembership || sign == .equal || sign == .notEqual else { return }
        func suggest(_ node: Syntax, beside other: Syntax) {
            guard types[other.id] == .string, case .identifier(let name, false) = node.kind,
                case .unresolved? = resolutions[node.id]
            else { return }
            if case .literal = other.kind { return }
            let place = source.position(of: node.range.lowerBound)
            for index in issues.indices where issues[index].position == place && issues[index].hint == nil {
                issues[index].hint = "put text in quotes: '\(name)'"
            }
        }
        if case .list(let elements) = right.kind, isMembership {
            for element in elements { suggest(element, beside: left) }
        } else if !isMembership {
            suggest(right, beside: left)
            suggest(left, beside: right)
        }
    }

    /// True when the chain of names starts at a variable of a macro: then it selects fields and is no qualified name.
    func startsAtLocal(_ node: Syntax) -> Bool {
        switch node.kind {
        case .identifier(let name, isAbsolute: false): local(name) != nil
        case .select(let operand, _, _): startsAtLocal(operand)
        default: false
        }
    }

    mutating func select(_ operand: Syntax, _ field: String, _ isTest: Bool, _ node: Syntax) -> CELType {
        if !isTest, let qualified = node.qualifiedName, !startsAtLocal(node),
            let (resolution, type) = global(qualified.name, isAbsolute: qualified.isAbsolute)
        {
            resolutions[node.id] = resolution
            return type
        }
        let type = inference.resolved(type(of: operand))
        let found = fieldType(field, of: type, node)
        return isTest ? .bool : found
    }

    private mutating func fieldType(_ field: String, of type: CELType, _ node: Syntax) -> CELType {
        switch type {
        case .dyn, .parameter: return .dyn
        case .map(let key, let value):
            guard inference.assign(.string, to: key) else {
                return report("a map with keys of type \(key) has no field '\(field)'", at: node)
            }
            return value
        case .object(let name):
            guard let record = environment.recordIndex[name] else { return .dyn }
            if let index = record.index(ofField: field) { return record.fields[index].type }
            return report(
                "'\(name)' has no field '\(field)'", at: node,
                hint: Spelling.hint(for: field, among: record.fields.map(\.name)))
        default:
            return report("\(article(type)) has no fields, so no '\(field)'", at: node)
        }
    }
}
