/// Finds what every name means and whether the types go together. Source: cel-spec, doc/langdef.md, "Name Resolution" and
/// "Gradual Type Checking".
///
/// With the check off it still resolves names; all types are then `dyn`, and what is unknown or wrong fails when it is
/// evaluated.
struct Checker {
    struct Local {
        let name: String
        let type: CELType
        let slot: Int
    }

    let environment: Environment
    let source: SourceText
    let isStrict: Bool
    var inference = TypeInference()
    var scope: [Local] = []
    var issues: [ExpressionError.Issue] = []
    var types: [CELType]
    var resolutions: [Resolution?]
    var slots: [Int: [Int]] = [:]
    private var slotCount = 0

    /// As many mistakes as are worth reading at once.
    private static let issueLimit = 20

    static func check(
        _ tree: Syntax, nodes: Int, source: SourceText, in environment: Environment
    ) throws(ExpressionError) -> CheckedSyntax {
        var checker = Checker(environment: environment, source: source, nodes: nodes)
        _ = checker.type(of: tree)
        guard checker.issues.isEmpty else {
            let ordered = checker.issues.sorted { $0.position.offset < $1.position.offset }
            throw ExpressionError(issues: ordered)
        }
        let types = checker.types.map { checker.inference.resolved($0, isFinal: true) }
        return CheckedSyntax(
            tree: tree, types: types, resolutions: checker.resolutions, slots: checker.slots,
            slotCount: checker.slotCount)
    }

    init(environment: Environment, source: SourceText, nodes: Int) {
        self.environment = environment
        self.source = source
        isStrict = environment.options.checked
        types = Array(repeating: .dyn, count: nodes)
        resolutions = Array(repeating: nil, count: nodes)
    }

    /// Notes a mistake; the type of what is mistaken is `dyn`, so that it is not noted again further out.
    mutating func report(_ message: String, at node: Syntax, hint: String? = nil) -> CELType {
        guard isStrict, issues.count < Self.issueLimit else { return .dyn }
        issues.append(.init(position: source.position(of: node.range.lowerBound), message: message, hint: hint))
        return .dyn
    }

    mutating func type(of node: Syntax) -> CELType {
        let found = typeOfKind(node)
        guard isStrict else { return .dyn }
        let type = inference.resolved(found)
        types[node.id] = type
        return type
    }

    private mutating func typeOfKind(_ node: Syntax) -> CELType {
        switch node.kind {
        case .literal(let value): return value.type
        case .identifier(let name, let isAbsolute): return identifier(name, isAbsolute, node)
        case .select(let operand, let field, let isTest): return select(operand, field, isTest, node)
        case .index(let operand, let index):
            return overload("[]", OperatorSignatures.index, [operand, index], node)
        case .call(let name, let arguments, let isAbsolute): return call(name, arguments, isAbsolute, node)
        case .memberCall(let target, let name, let arguments): return memberCall(target, name, arguments, node)
        case .unary(let sign, let operand):
            return overload(sign.rawValue, OperatorSignatures.of(sign), [operand], node)
        case .binary(let sign, let left, let right):
            let signatures = OperatorSignatures.of(sign, acrossNumbers: environment.options.comparesAcrossNumbers)
            defer { suggestQuotes(sign, left, right) }
            return overload(sign.rawValue, signatures, [left, right], node)
        case .and(let operands): return logic("&&", operands)
        case .or(let operands): return logic("||", operands)
        case .conditional(let condition, let first, let second):
            return overload("?:", OperatorSignatures.conditional, [condition, first, second], node)
        case .list(let elements): return .list(joined(elements))
        case .map(let entries): return .map(joined(entries.map(\.key)), joined(entries.map(\.value)))
        case .message(let name):
            return report("'\(name)' cannot be made by an expression", at: node)
        case .comprehension(let comprehension): return self.comprehension(comprehension, node)
        case .optional(let value):
            _ = type(of: value)
            return .dyn
        case .bind(let name, let value, let body):
            return bind(name, value, body, node)
        }
    }

    private mutating func logic(_ sign: String, _ operands: [Syntax]) -> CELType {
        for operand in operands { wantBool(operand, for: "'\(sign)'") }
        return .bool
    }

    private mutating func wantBool(_ node: Syntax, for purpose: String) {
        let type = type(of: node)
        guard isStrict, !inference.assign(type, to: .bool) else { return }
        _ = report("\(purpose) needs a bool, this is \(article(inference.resolved(type)))", at: node)
    }

    private mutating func joined(_ elements: [Syntax]) -> CELType {
        guard let first = elements.first else { return inference.fresh() }
        var common = type(of: first)
        for element in elements.dropFirst() { common = inference.joined(common, type(of: element)) }
        return common
    }

    private mutating func bind(_ name: String, _ value: Syntax, _ body: Syntax, _ node: Syntax) -> CELType {
        let type = type(of: value)
        let slot = scope.count
        slots[node.id] = [slot]
        return within([Local(name: name, type: type, slot: slot)]) { checker in checker.type(of: body) }
    }

    /// Runs `check` with more local variables.
    private mutating func within<T>(_ locals: [Local], _ check: (inout Checker) -> T) -> T {
        scope.append(contentsOf: locals)
        slotCount = max(slotCount, scope.count)
        defer { scope.removeLast(locals.count) }
        return check(&self)
    }

    private mutating func comprehension(_ comprehension: Comprehension, _ node: Syntax) -> CELType {
        let variables = variableTypes(comprehension)
        let base = scope.count
        slots[node.id] = Array(base..<base + variables.count)
        let locals = zip(comprehension.variables, variables).enumerated().map { offset, pair in
            Local(name: pair.0, type: pair.1, slot: base + offset)
        }
        return within(locals) { checker in
            if let filter = comprehension.filter { checker.wantBool(filter, for: "the filter of a macro") }
            switch comprehension.form {
            case .all, .exists, .existsOne:
                checker.wantBool(comprehension.body, for: "the condition of a macro")
                return .bool
            case .transformList: return .list(checker.type(of: comprehension.body))
            case .transformMap: return .map(variables[0], checker.type(of: comprehension.body))
            case .transformMapEntry:
                let type = checker.inference.resolved(checker.type(of: comprehension.body))
                switch type {
                case .map: return type
                case .dyn, .parameter: return .map(.dyn, .dyn)
                default:
                    return checker.report(
                        "transformMapEntry() needs a map, such as {key: value}", at: comprehension.body)
                }
            }
        }
    }

    /// The types of a macro's variables, from the type of what it walks over.
    private mutating func variableTypes(_ comprehension: Comprehension) -> [CELType] {
        let range = inference.resolved(type(of: comprehension.range))
        let hasTwo = comprehension.variables.count == 2
        let walksEntries = comprehension.form == .transformMap || comprehension.form == .transformMapEntry
        switch range {
        case .list(let element): return hasTwo ? [.int, element] : [element]
        case .map(let key, let value): return hasTwo ? [key, value] : [key]
        case .dyn, .parameter: return hasTwo ? [.dyn, .dyn] : [.dyn]
        default:
            _ = report(
                "\(article(range)) has no elements for \(walksEntries ? "a map" : "a") macro", at: comprehension.range)
            return hasTwo ? [.dyn, .dyn] : [.dyn]
        }
    }

    func article(_ type: CELType) -> String {
        let text = type.description
        return ("aeioAEIO".contains(text.prefix(1)) ? "an " : "a ") + text
    }
}
