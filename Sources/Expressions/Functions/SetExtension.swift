/// Lists as sets, by CEL's equality. Source: cel-go, ext/README.md, "Sets".
enum SetExtension {
    static let table: [String: LibraryFunction] = [
        "sets.contains": test("sets.contains") { set, part, meter throws(EvaluationError) in
            try holdsAll(set, part, &meter)
        },
        "sets.equivalent": test("sets.equivalent") { left, right, meter throws(EvaluationError) in
            guard try holdsAll(left, right, &meter) else { return false }
            return try holdsAll(right, left, &meter)
        },
        "sets.intersects": test("sets.intersects") { left, right, meter throws(EvaluationError) in
            for element in right where try holds(left, element, &meter) { return true }
            return false
        },
    ]

    private static func test(
        _ name: String,
        _ holds: @escaping @Sendable ([CELValue], [CELValue], inout Meter) throws(EvaluationError) -> Bool
    ) -> LibraryFunction {
        let list = CELType.list(OperatorSignatures.a)
        return LibraryFunction([Signature([list, list], .bool)]) { arguments, meter throws(EvaluationError) in
            guard case .list(let first) = arguments[0], case .list(let second) = arguments[1] else {
                throw .noOverload(name, arguments)
            }
            try meter.charge()
            return .bool(try holds(first, second, &meter))
        }
    }

    private static func holds(
        _ set: [CELValue], _ value: CELValue, _ meter: inout Meter
    ) throws(EvaluationError) -> Bool {
        for element in set where try meter.equal(element, value) { return true }
        return false
    }

    private static func holdsAll(
        _ set: [CELValue], _ part: [CELValue], _ meter: inout Meter
    ) throws(EvaluationError) -> Bool {
        for value in part where try !holds(set, value, &meter) { return false }
        return true
    }
}
