import Expressions
import Foundation
import Testing

@testable import Rules

@Suite struct VocabularyPageTests {
    static let page = ShippedPacksTests.models.deletingLastPathComponent().appending(path: "docs/rules.md")

    /// `FLYONCE_WRITE_DOCS=1` writes the tables anew.
    @Test func `docs/rules.md holds the vocabulary as it is declared`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(text.range(of: "<!-- vocabulary -->\n"))
        let end = try #require(text.range(of: "<!-- /vocabulary -->"))
        let wanted = "\n" + RuleSet.vocabularyPage + "\n"
        if ProcessInfo.processInfo.environment["FLYONCE_WRITE_DOCS"] == "1" {
            let written = text[..<start.upperBound] + wanted + text[end.lowerBound...]
            try String(written).write(to: Self.page, atomically: false, encoding: .utf8)
        } else {
            #expect(String(text[start.upperBound..<end.lowerBound]) == wanted)
        }
    }

    @Test func `every field says what it means, and numbers with a unit name it`() {
        for record in Vocabulary.objectEnvironment.records {
            for field in record.fields {
                #expect(!field.doc.isEmpty, "\(record.name).\(field.name)")
                let unit = ["_px": ["px", "px²"], "_m": ["m"], "_s": ["s"], "_deg": ["°"], "_mps": ["m/s"]]
                    .first { field.name.hasSuffix($0.key) }
                if let unit { #expect(unit.value.contains(field.unit), "\(record.name).\(field.name)") }
            }
        }
    }

    @Test func `the example pack of docs/rules.md is valid, passes its tests, and they cover it`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = try #require(text.range(of: "```yaml\n"))
        let rest = text[start.upperBound...]
        let end = try #require(rest.range(of: "```"))
        let catalogue = try String(
            contentsOf: ShippedPacksTests.models.appending(path: "catalogue.yaml"), encoding: .utf8)
        let rules = try RuleSet.parse(
            catalogue: (catalogue, "catalogue.yaml"), packs: [(String(rest[..<end.lowerBound]), "docs/rules.md")])
        let report = rules.testReport()
        #expect(report.results.count == 4 && report.conditions.count == 3)
        for result in report.results { #expect(result.passed, "\(result)") }
        for condition in report.uncovered { Issue.record("\(condition)") }
    }
}
