import Expressions
import Testing

/// Comparisons of fields with constants run by themselves, and must say what the whole language says.
@Suite struct ComparisonChainTests {
    private static let environment = Environment(
        variables: [Variable("o", .object("O"))],
        records: [RecordType("O", fields: [.init("n", .double), .init("t", .string), .init("i", .int)])])

    @Test(arguments: [
        "o.n >= 1.5", "o.n > 1.5", "o.n < 2", "o.n <= 1.5 && o.t == 'heap'", "o.n == 1.5", "o.n != 1.0",
        "o.t != 'e\u{301}'",
        "o.t == 'heap' && o.n < 1.0", "o.n < 1.0 && o.t == 'heap'", "o.t == 'é' && o.n > 0.0", "o.n > 1.0 && o.n < 9.0",
    ])
    func `they agree with evaluation`(_ source: String) throws {
        let program = try Program(source, in: Self.environment)
        let texts: [CELValue?] = [.string("heap"), .string("é"), .string("e\u{301}"), nil]
        let numbers: [CELValue?] = [.double(1.5), .double(0), .double(.nan), .double(.infinity), nil]
        for text in texts {
            for number in numbers {
                var object = CELMap()
                if let text { _ = object.insert(text, for: .string("t")) }
                if let number { _ = object.insert(number, for: .string("n")) }
                let values = DictionaryActivation(["o": .map(object)], in: Self.environment)
                switch (program.evaluateBool(values), program.evaluate(values)) {
                case (.success(let holds), .success(.bool(let whole))): #expect(holds == whole)
                case (.failure(let error), .failure(let whole)): #expect(error == whole && error.kind == .absent)
                default: Issue.record("\(source) of \(object.entries.map(\.value))")
                }
            }
        }
    }
}
