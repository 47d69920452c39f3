/// The functions of optional values. Source: cel-spec, doc/extensions, "Optionals".
///
/// Their types are `dyn`: what an optional holds is checked where it is used.
enum OptionalFunctions {
    /// What `value.?field` and `value[?index]` are calls of. No expression can write these names.
    static let selection = "_?._"
    static let indexing = "_[?_]"

    static let table: [String: LibraryFunction] = [
        "optional.of": LibraryFunction([Signature([.dyn], .dyn)]) { arguments, _ throws(EvaluationError) in
            CELOptional.some(arguments[0])
        },
        "optional.ofNonZeroValue": LibraryFunction([Signature([.dyn], .dyn)]) { arguments, _ throws(EvaluationError) in
            arguments[0].isZero ? CELOptional.none : CELOptional.some(arguments[0])
        },
        "optional.none": LibraryFunction([Signature([], .dyn)]) { _, _ throws(EvaluationError) in CELOptional.none },
        "hasValue": LibraryFunction([.method(.dyn, [], .bool)]) { arguments, _ throws(EvaluationError) in
            .bool(try optional(arguments[0], "hasValue").value != nil)
        },
        "value": LibraryFunction([.method(.dyn, [], .dyn)]) { arguments, _ throws(EvaluationError) in
            guard let value = try optional(arguments[0], "value").value else {
                throw EvaluationError(.absent, "the optional has no value")
            }
            return value
        },
        "or": LibraryFunction([.method(.dyn, [.dyn], .dyn)]) { arguments, _ throws(EvaluationError) in
            let first = try optional(arguments[0], "or")
            return first.value == nil ? .optional(try optional(arguments[1], "or")) : arguments[0]
        },
        "orValue": LibraryFunction([.method(.dyn, [.dyn], .dyn)]) { arguments, _ throws(EvaluationError) in
            try optional(arguments[0], "orValue").value ?? arguments[1]
        },
        selection: LibraryFunction([Signature([.dyn, .string], .dyn)]) { arguments, _ throws(EvaluationError) in
            guard case .string(let field) = arguments[1] else { throw .noOverload(".?", arguments) }
            return try chained(arguments[0]) { value throws(EvaluationError) in
                try Selection.has(field, in: value) ? try Selection.field(field, of: value) : nil
            }
        },
        indexing: LibraryFunction([Signature([.dyn, .dyn], .dyn)]) { arguments, _ throws(EvaluationError) in
            guard case .optional = arguments[0] else {
                return try Selection.index(CELOptional.some(arguments[0]), arguments[1])
            }
            return try Selection.index(arguments[0], arguments[1])
        },
    ]

    static func optional(_ value: CELValue, _ name: String) throws(EvaluationError) -> CELOptional {
        guard case .optional(let optional) = value else { throw .noOverload(name, value) }
        return optional
    }

    /// What `read` finds in a value or in what an optional holds, as an optional.
    static func chained(
        _ value: CELValue, _ read: (CELValue) throws(EvaluationError) -> CELValue?
    ) throws(EvaluationError) -> CELValue {
        guard case .optional(let optional) = value else { return .optional(CELOptional(try read(value))) }
        guard let held = optional.value else { return value }
        return .optional(CELOptional(try read(held)))
    }
}

extension Compiler {
    /// `or` and `orValue` look at their argument only when the receiver has no value.
    func alternative(_ name: String, _ first: Code, _ second: Code) -> Code {
        let (first, second) = (first.asValue, second.asValue)
        return .value { frame throws(EvaluationError) in
            let value = try first(&frame)
            let optional = try OptionalFunctions.optional(value, name)
            if let held = optional.value { return name == "or" ? value : held }
            let other = try second(&frame)
            return name == "or" ? .optional(try OptionalFunctions.optional(other, name)) : other
        }
    }
}
