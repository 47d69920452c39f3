/// A function of the language: what it takes, and what it does. The body is given arguments of any types, the receiver
/// first, in a number that some signature has.
struct LibraryFunction: Sendable {
    typealias Body = @Sendable (_ arguments: [CELValue], inout Meter) throws(EvaluationError) -> CELValue

    let signatures: [Signature]
    /// Takes any number of numbers, or one list of them.
    var isVariadic = false
    let body: Body

    init(_ signatures: [Signature], isVariadic: Bool = false, _ body: @escaping Body) {
        self.signatures = signatures
        self.isVariadic = isVariadic
        self.body = body
    }
}

/// All functions of the language, by their full names.
enum Library {
    static let functions: [String: LibraryFunction] = {
        let parts = [
            ConversionFunctions.table, StringFunctions.table, StringExtension.table, TimeFunctions.table,
            MathExtension.table, EncodingExtension.table, OptionalFunctions.table, ListExtension.table,
            SetExtension.table, RegexExtension.table, NetworkExtension.table,
        ]
        return parts.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }()
}

extension EvaluationError {
    /// No function or operator takes values of these types.
    static func noOverload(_ name: String, _ arguments: CELValue...) -> EvaluationError {
        noOverload(name, arguments)
    }

    static func noOverload(_ name: String, _ arguments: [CELValue]) -> EvaluationError {
        let types = arguments.map { $0.type.name }.joined(separator: ", ")
        return EvaluationError(.noOverload, "'\(name)' does not take (\(types))")
    }
}
