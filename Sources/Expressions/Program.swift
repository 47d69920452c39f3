/// An expression, parsed, checked and compiled once, evaluated as often as wanted and from any thread.
///
///     let program = try Program("object.confidence > 0.6", in: environment)
///     let isFound = try program.evaluateBool(activation).get()
public struct Program: Sendable {
    public var source: String { body.source }
    public var resultType: CELType { body.resultType }
    /// Names of the environment's variables that the expression reads.
    public var referencedVariables: Set<String> { body.referencedVariables }
    /// Dotted paths that start at a variable, such as `object.confidence`, in order of the text, each once.
    public var referencedPaths: [String] { body.paths.filter(\.isVariable).map(\.text) }
    /// True when a function of the host is called.
    public var callsHost: Bool { body.callsHost }
    /// True when it holds a macro with variables, which may walk over a list or map.
    public var hasComprehension: Bool { body.hasComprehension }
    /// Calls of the environment's functions as the expression writes them, each once, except those on a macro's own variables.
    public var referencedCalls: [String] { body.paths.filter { !$0.isVariable }.map(\.text) }
    /// The top-level conjunction, split at `&&`; the expression itself when there is none.
    public var terms: [Term] { body.terms }
    /// The string constants that it may come to.
    public var outcomes: [Outcome] { body.outcomes }
    /// The string constants that functions of the host are called with.
    public var hostArguments: [HostArgument] { body.hostArguments }
    /// Fields of records and results of the host's functions that it holds against constants.
    public var comparisons: [Comparison] { body.comparisons }
    /// One object, so that handing a program on costs one count.
    private let body: Body

    private final class Body: Sendable {
        let source: String
        let resultType: CELType
        let referencedVariables: Set<String>
        let callsHost: Bool
        let hasComprehension: Bool
        let terms: [Term]
        let outcomes: [Outcome]
        let hostArguments: [HostArgument]
        let comparisons: [Comparison]
        let machine: Machine
        let chain: ComparisonChain?
        let paths: [PathCollector.Path]

        init(_ source: String, in environment: Environment) throws(ExpressionError) {
            let (tree, nodes) = try Parser.parse(source, options: environment.options)
            let text = SourceText(source)
            let checked = try Checker.check(tree, nodes: nodes, source: text, in: environment)
            let compiler = Compiler(checked: checked, environment: environment, source: text)
            let limits = environment.options.limits
            try limits.check(tree, text)
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
            hostArguments = compiler.hostArguments(tree)
            comparisons = compiler.comparisons(tree)
            resultType = checked.types[tree.id]
            let whole = codes.count == 1 ? codes[0] : .bool(Logic.all(codes.map(\.asBool)))
            machine = Machine(whole, slotCount: checked.slotCount, limits: limits)
            chain = compiler.chain(tree.conjunction)
            self.terms = terms
            var seen: Set<String> = []
            paths = terms.flatMap(\.paths).filter { seen.insert($0.text).inserted }
            hasComprehension = checked.slotCount > 0
            callsHost = compiler.callsHost(tree)
            referencedVariables = Set(
                checked.resolutions.compactMap { resolution in
                    if case .variable(let index)? = resolution { environment.variables[index].name } else { nil }
                })
        }
    }

    public init(_ source: String, in environment: Environment) throws(ExpressionError) {
        body = try Body(source, in: environment)
    }

    public func evaluate(_ activation: borrowing some Activation) -> Result<CELValue, EvaluationError> {
        body.machine.evaluate(activation)
    }

    /// An error when the expression's value is not bool.
    public func evaluateBool(_ activation: borrowing some Activation) -> Result<Bool, EvaluationError> {
        if let holds = body.chain?.holds(activation) { return .success(holds) }
        return body.machine.evaluateBool(activation)
    }

    /// Every path and host function call of the expression that has a value, in order of the text, each once.
    public func trace(_ activation: borrowing some Activation) -> [Observation] {
        body.machine.observe(body.paths, activation)
    }
}
