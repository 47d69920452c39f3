/// An expression, parsed, checked and compiled once, evaluated as often as wanted and from any thread.
///
///     let program = try Program("object.confidence > 0.6", in: environment)
///     let isFound = try program.evaluateBool(activation).get()
public struct Program: Sendable {
    public let source: String
    public let resultType: CELType
    /// Names of the environment's variables that the expression reads.
    public let referencedVariables: Set<String>
    /// Dotted paths that start at a variable, such as `object.confidence`, in order of the text, each once.
    public let referencedPaths: [String]
    /// The top-level conjunction, split at `&&`; the expression itself when there is none.
    public let terms: [Term]
    /// The string constants that it may come to.
    public let outcomes: [Outcome]
    private let machine: Machine
    private let paths: [PathCollector.Path]

    public init(_ source: String, in environment: Environment) throws(ExpressionError) {
        let (tree, nodes) = try Parser.parse(source, options: environment.options)
        let text = SourceText(source)
        let checked = try Checker.check(tree, nodes: nodes, source: text, in: environment)
        let compiler = Compiler(checked: checked, environment: environment, source: text)
        let limits = environment.options.limits
        var terms: [Term] = []
        var codes: [Code] = []
        for node in tree.conjunction {
            let code = try compiler.code(node)
            var collector = PathCollector(compiler: compiler)
            try collector.visit(node)
            let machine = Machine(code, slotCount: checked.slotCount, limits: limits)
            terms.append(Term(text: text.text(node.range), machine: machine, paths: collector.paths))
            codes.append(code)
        }
        self.source = source
        outcomes = tree.outcomes(in: text)
        resultType = checked.types[tree.id]
        let whole = codes.count == 1 ? codes[0] : .bool(Logic.all(codes.map(\.asBool)))
        machine = Machine(whole, slotCount: checked.slotCount, limits: limits)
        self.terms = terms
        var seen: Set<String> = []
        paths = terms.flatMap(\.paths).filter { seen.insert($0.text).inserted }
        referencedPaths = paths.filter(\.isVariable).map(\.text)
        referencedVariables = Set(
            checked.resolutions.compactMap { resolution in
                if case .variable(let index)? = resolution { environment.variables[index].name } else { nil }
            })
    }

    public func evaluate(_ activation: borrowing some Activation) -> Result<CELValue, EvaluationError> {
        machine.evaluate(activation)
    }

    /// An error when the expression's value is not bool.
    public func evaluateBool(_ activation: borrowing some Activation) -> Result<Bool, EvaluationError> {
        machine.evaluateBool(activation)
    }

    /// Every path and host function call of the expression that has a value, in order of the text, each once.
    public func trace(_ activation: borrowing some Activation) -> [Observation] {
        machine.observe(paths, activation)
    }
}
