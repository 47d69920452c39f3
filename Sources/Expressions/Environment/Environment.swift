/// What expressions are written against: variables, record types, functions, and where names are looked up.
public struct Environment: Sendable {
    public struct Options: Sendable, Hashable {
        /// Off only for conformance cases: without macros `has`, `all`, … are unknown functions.
        public var macros = true
        /// Off only for conformance cases: without the check every type is `dyn` and every mistake waits for evaluation.
        public var checked = true
        /// Lets the check accept `<`, `<=`, `>`, `>=` between int, uint and double.
        public var comparesAcrossNumbers = true
        public var limits = Limits()

        public init() {}
    }

    /// The namespace in which unqualified names are tried first, such as `flight.camera`; empty for the root.
    public let container: String
    public let variables: [Variable]
    public let records: [RecordType]
    public let functions: [FunctionDeclaration]
    public let options: Options
    /// What to say of names that authors expect and that are not there.
    public let absent: [String: String]

    let variableIndex: [String: Int]
    let recordIndex: [String: RecordType]
    let functionIndex: [String: FunctionDeclaration]

    /// Of two declarations with one name the later counts; overloads of functions with one name are joined.
    public init(
        container: String = "", variables: [Variable] = [], records: [RecordType] = [],
        functions: [FunctionDeclaration] = [], options: Options = Options(), absent: [String: String] = [:]
    ) {
        self.absent = absent
        self.container = container
        self.variables = variables
        self.records = records
        self.functions = functions
        self.options = options
        variableIndex = Dictionary(variables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        recordIndex = Dictionary(records.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        functionIndex = Dictionary(functions.map { ($0.name, $0) }) { first, second in
            FunctionDeclaration(first.name, doc: first.doc, overloads: first.overloads + second.overloads)
        }
    }
}
