import Expressions
import Foundation
import Testing

/// The project's sample of the CEL conformance cases, run through the same function as `flyonce rules eval`.
struct ConformanceTests {
    struct Case {
        let name: String
        let line: String
        /// Nil when an error is expected.
        let value: Any?
    }

    private static let here = URL(filePath: #filePath).deletingLastPathComponent()
    private static let sample = here.appending(path: "../../../shared/samples/cel").standardized

    /// Nil when the folder is absent.
    private static func cases(in folder: URL) throws -> [Case]? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else { return nil }
        var cases: [Case] = []
        for name in names.sorted() where name.hasSuffix(".ndjson") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for line in text.split(separator: "\n") {
                let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                let object = try #require(json)
                let title = "\(name) \(object["section"] ?? "") \(object["name"] ?? "")"
                cases.append(Case(name: title, line: String(line), value: object["value"]))
            }
        }
        return cases
    }

    @Test func `answers every conformance case of the sample`() throws {
        guard let cases = try Self.cases(in: Self.sample) else {
            print("ExpressionsTests: ../shared/samples/cel is absent, its conformance cases were not run")
            return
        }
        try run(cases)
    }

    @Test func `answers the project's own cases of every area of the language`() throws {
        let cases = try #require(try Self.cases(in: Self.here.appending(path: "Cases")))
        #expect(cases.count > 300)
        try run(cases)
    }

    private func run(_ cases: [Case]) throws {
        var failures: [String] = []
        for example in cases {
            let answer = answer(toLine: example.line)
            let json = try JSONSerialization.jsonObject(with: Data(answer.utf8), options: .fragmentsAllowed)
            let object = try #require(json as? [String: Any])
            let holds =
                if let value = example.value { object["value"].map { Self.same($0, value) } ?? false } else {
                    object["error"] != nil
                }
            if !holds { failures.append("\(example.name): \(answer)\n  \(example.line)") }
        }
        print("ExpressionsTests: \(cases.count - failures.count) of \(cases.count) conformance cases pass")
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    /// Typed values are the same without regard to the order of maps and to the spelling of doubles.
    private static func same(_ left: Any, _ right: Any) -> Bool {
        guard let left = left as? [String: Any], let right = right as? [String: Any], let type = left.keys.first,
            right.keys.first == type, let leftValue = left[type], let rightValue = right[type]
        else { return false }
        switch type {
        case "null": return true
        case "bool": return leftValue as? Bool == rightValue as? Bool
        case "double":
            let numbers = [leftValue, rightValue].compactMap { ($0 as? String).flatMap(Double.init) }
            return numbers.count == 2 && (numbers[0] == numbers[1] || numbers[0].isNaN && numbers[1].isNaN)
        case "list":
            guard let left = leftValue as? [Any], let right = rightValue as? [Any] else { return false }
            return left.count == right.count && zip(left, right).allSatisfy { same($0, $1) }
        case "map":
            guard let left = leftValue as? [[Any]], let right = rightValue as? [[Any]] else { return false }
            return left.count == right.count
                && left.allSatisfy { entry in right.contains { same($0[0], entry[0]) && same($0[1], entry[1]) } }
        default:
            guard let left = leftValue as? String, let right = rightValue as? String else { return false }
            return left.unicodeScalars.elementsEqual(right.unicodeScalars)
        }
    }
}
