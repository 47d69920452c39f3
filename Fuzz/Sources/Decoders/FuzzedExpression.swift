import Expressions

/// Any bytes as a condition: parsed, checked, compiled and evaluated under tight limits, its reasons traced; and as a line of
/// `rules eval`. What the fuzzer drives, and what the tests replay the corpus through. It comes back from all of them.
public enum FuzzedExpression {
    /// Takes `bytes` as one input. The lowest bits of the first byte take the check and the macros away.
    public static func run(_ bytes: [UInt8]) {
        guard let options = bytes.first else { return }
        let bytes = bytes.dropFirst()
        let text = String(decoding: bytes, as: UTF8.self)
        var chosen = Environment.Options()
        chosen.checked = options & 1 == 0
        chosen.macros = options & 2 == 0
        chosen.limits.steps = 20_000
        chosen.limits.elements = 2000
        chosen.limits.stringBytes = 20_000
        let environment = Environment(
            container: "a.b",
            variables: [Variable("o", .object("Object")), Variable("x", .dyn), Variable("a.l", .list(.int))],
            records: [
                RecordType(
                    "Object",
                    fields: [.init("label", .string), .init("width", .double), .init("tags", .map(.string, .dyn))])
            ])
        var tags = CELMap()
        _ = tags.insert(.string("水\u{301}"), for: .string("k"))
        var object = CELMap()
        _ = object.insert(.string("heap"), for: .string("label"))
        _ = object.insert(.map(tags), for: .string("tags"))
        let values = DictionaryActivation(
            ["o": .map(object), "x": .double(.nan), "a.l": .list([.int(.min), .int(3)])], in: environment)
        if let program = try? Program(text, in: environment) {
            let value = program.evaluate(values)
            if case .success(.bool(let holds)) = value {
                guard case .success(holds) = program.evaluateBool(values) else {
                    preconditionFailure("both ways agree")
                }
            }
            if case .success(let value) = value { _ = value.text }
            _ = program.trace(values).map(\.value.text)
        }
        if text.first == "{" { _ = answer(toLine: text) }
    }
}
