/// Type variables and what is known of them: the unification of the gradual type check.
struct TypeInference: Sendable {
    private var bindings: [String: CELType] = [:]
    private var count = 0

    /// A new type variable.
    mutating func fresh() -> CELType {
        count += 1
        return .parameter("%\(count)")
    }

    /// The signature with type variables of its own.
    mutating func instance(of signature: Signature) -> Signature {
        var names: [String: CELType] = [:]
        let parameters = signature.parameters.map { renamed($0, &names) }
        return Signature(parameters, renamed(signature.result, &names), hasReceiver: signature.hasReceiver)
    }

    private mutating func renamed(_ type: CELType, _ names: inout [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            if let known = names[name] { return known }
            let variable = fresh()
            names[name] = variable
            return variable
        case .list(let element): return .list(renamed(element, &names))
        case .map(let key, let value): return .map(renamed(key, &names), renamed(value, &names))
        case .type(let inner): return .type(renamed(inner, &names))
        default: return type
        }
    }

    /// Parts of one type. Types that share parts could grow exponentially; what is beyond the limit becomes `dyn`.
    private static let sizeLimit = 256

    /// The type with all known variables put in; unknown ones stay, or become `dyn` when `isFinal`.
    func resolved(_ type: CELType, isFinal: Bool = false) -> CELType {
        var budget = Self.sizeLimit
        return resolved(type, isFinal, &budget)
    }

    private func resolved(_ type: CELType, _ isFinal: Bool, _ budget: inout Int) -> CELType {
        budget -= 1
        guard budget >= 0 else { return .dyn }
        switch type {
        case .parameter(let name):
            if let bound = bindings[name] { return resolved(bound, isFinal, &budget) }
            return isFinal ? .dyn : type
        case .list(let element): return .list(resolved(element, isFinal, &budget))
        case .map(let key, let value):
            return .map(resolved(key, isFinal, &budget), resolved(value, isFinal, &budget))
        case .type(let inner): return .type(resolved(inner, isFinal, &budget))
        default: return type
        }
    }

    /// True when a value of type `from` may stand where `to` is wanted; binds the variables that make it so.
    mutating func assign(_ from: CELType, to: CELType) -> Bool {
        if case .parameter(let name) = to, let bound = bindings[name] {
            guard assign(from, to: bound) else { return false }
            let from = resolved(from)
            if isMoreGeneral(from, than: resolved(bound)), !mentions(from, name) { bindings[name] = from }
            return true
        }
        let from = resolved(from)
        let to = resolved(to)
        switch (from, to) {
        case (.parameter(let left), .parameter(let right)) where left == right: return true
        case (_, .parameter(let name)): return bind(name, to: from)
        case (.parameter(let name), _): return bind(name, to: to)
        case (.dyn, _), (_, .dyn), (.type, .type): return true
        case (.null, .timestamp), (.null, .duration), (.null, .object): return true
        case (.timestamp, .null), (.duration, .null), (.object, .null): return true
        case (.list(let left), .list(let right)): return assign(left, to: right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            return assign(leftKey, to: rightKey) && assign(leftValue, to: rightValue)
        default: return from == to
        }
    }

    /// The type of a list with elements of both types: the more general of them, or `dyn` when they do not go together.
    mutating func joined(_ first: CELType, _ second: CELType) -> CELType {
        var attempt = self
        guard attempt.assign(second, to: first) else { return .dyn }
        self = attempt
        let first = resolved(first)
        let second = resolved(second)
        return isMoreGeneral(second, than: first) ? second : first
    }

    /// `type` is resolved.
    private mutating func bind(_ name: String, to type: CELType) -> Bool {
        guard !mentions(type, name) else { return false }
        bindings[name] = type
        return true
    }

    private func mentions(_ type: CELType, _ name: String) -> Bool {
        switch type {
        case .parameter(let other): other == name
        case .list(let element): mentions(element, name)
        case .map(let key, let value): mentions(key, name) || mentions(value, name)
        case .type(let inner): mentions(inner, name)
        default: false
        }
    }

    private func isMoreGeneral(_ left: CELType, than right: CELType) -> Bool {
        switch (left, right) {
        case (.dyn, .dyn): false
        case (.dyn, _): true
        case (.timestamp, .null), (.duration, .null), (.object, .null): true
        case (.list(let left), .list(let right)): isMoreGeneral(left, than: right)
        case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
            isMoreGeneral(leftKey, than: rightKey)
                && (leftValue == rightValue || isMoreGeneral(leftValue, than: rightValue))
                || leftKey == rightKey && isMoreGeneral(leftValue, than: rightValue)
        default: false
        }
    }
}
