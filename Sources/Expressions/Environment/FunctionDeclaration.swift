/// A function that the host adds to the language, with all its overloads.
public struct FunctionDeclaration: Sendable {
    /// Arguments in order, the receiver first. They have been matched against the overload's parameters.
    public typealias Implementation = @Sendable (_ arguments: borrowing [CELValue]) throws(EvaluationError) -> CELValue

    public struct Overload: Sendable {
        /// True for `a.f(b)`, where `a` is the first parameter.
        public var hasReceiver: Bool
        public var parameters: [CELType]
        public var result: CELType
        public var implementation: Implementation

        public init(
            hasReceiver: Bool = false, _ parameters: [CELType], result: CELType,
            implementation: @escaping Implementation
        ) {
            self.hasReceiver = hasReceiver
            self.parameters = parameters
            self.result = result
            self.implementation = implementation
        }
    }

    public var name: String
    public var doc: String
    public var overloads: [Overload]

    public init(_ name: String, doc: String = "", overloads: [Overload]) {
        self.name = name
        self.doc = doc
        self.overloads = overloads
    }

    /// `name(parameters) -> result`.
    public static func global(
        _ name: String, _ parameters: [CELType], result: CELType, doc: String = "",
        _ implementation: @escaping Implementation
    ) -> FunctionDeclaration {
        let overload = Overload(parameters, result: result, implementation: implementation)
        return FunctionDeclaration(name, doc: doc, overloads: [overload])
    }

    /// `receiver.name(parameters) -> result`.
    public static func member(
        _ name: String, of receiver: CELType, _ parameters: [CELType], result: CELType, doc: String = "",
        _ implementation: @escaping Implementation
    ) -> FunctionDeclaration {
        let overload = Overload(
            hasReceiver: true, [receiver] + parameters, result: result, implementation: implementation)
        return FunctionDeclaration(name, doc: doc, overloads: [overload])
    }
}
