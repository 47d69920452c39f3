extension Compiler {
    func comprehension(_ comprehension: Comprehension, _ node: Syntax) throws(ExpressionError) -> Code {
        let slots = checked.slots[node.id] ?? []
        let range = try code(comprehension.range).asValue
        let filter = try comprehension.filter.map { node throws(ExpressionError) in try code(node).asBool }
        let body = try code(comprehension.body)
        switch comprehension.form {
        case .all, .exists:
            let condition = body.asBool
            let deciding = comprehension.form == .exists
            return .bool { frame throws(EvaluationError) in
                let range = try range(&frame)
                return try Comprehensions.quantify(range, slots, condition, &frame, deciding: deciding)
            }
        case .existsOne:
            let condition = body.asBool
            return .bool { frame throws(EvaluationError) in
                let range = try range(&frame)
                return try Comprehensions.isUnique(range, slots, condition, &frame)
            }
        case .transformList: return list(range, slots, filter, body.asValue)
        case .transformMap: return map(range, slots, filter, body.asValue)
        case .transformMapEntry: return mergedMap(range, slots, filter, body.asValue)
        }
    }

    private func list(
        _ range: @escaping ValueStep, _ slots: [Int], _ filter: BoolStep?, _ body: @escaping ValueStep
    ) -> Code {
        .value { frame throws(EvaluationError) in
            var elements: [CELValue] = []
            let range = try range(&frame)
            try Comprehensions.walk(range, slots, &frame) { frame throws(EvaluationError) in
                if let filter, try !filter(&frame) { return true }
                elements.append(try body(&frame))
                if elements.count > frame.meter.limits.elements { try frame.meter.allow(elements: elements.count) }
                return true
            }
            return .list(elements)
        }
    }

    private func map(
        _ range: @escaping ValueStep, _ slots: [Int], _ filter: BoolStep?, _ body: @escaping ValueStep
    ) -> Code {
        .value { frame throws(EvaluationError) in
            var map = CELMap()
            let range = try range(&frame)
            try Comprehensions.walk(range, slots, &frame) { frame throws(EvaluationError) in
                if let filter, try !filter(&frame) { return true }
                let key = frame.locals[slots[0]]
                try Comprehensions.insert(try body(&frame), for: key, into: &map)
                return true
            }
            try frame.meter.allow(elements: map.count)
            return .map(map)
        }
    }

    private func mergedMap(
        _ range: @escaping ValueStep, _ slots: [Int], _ filter: BoolStep?, _ body: @escaping ValueStep
    ) -> Code {
        .value { frame throws(EvaluationError) in
            var map = CELMap()
            let range = try range(&frame)
            try Comprehensions.walk(range, slots, &frame) { frame throws(EvaluationError) in
                if let filter, try !filter(&frame) { return true }
                let value = try body(&frame)
                guard case .map(let entries) = value else {
                    throw EvaluationError(.noOverload, "transformMapEntry() needs a map, not \(value.type.name)")
                }
                try frame.meter.allow(elements: map.count + entries.count)
                for entry in entries.entries {
                    try Comprehensions.insert(entry.value, for: entry.key, into: &map)
                }
                return true
            }
            return .map(map)
        }
    }
}
