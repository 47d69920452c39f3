import Foundation
import Inspection
import Testing

@testable import Rules

/// Golden cases: `Cases/NAME.yaml` is a pack, `Cases/NAME.expected` what is said of it. Anyone can add one;
/// `FLYONCE_WRITE_CASES=1` writes what is said now, to be read before it is kept.
@Suite struct PackCaseTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test func `the cases were found`() { #expect(Self.names.count >= 5) }

    @Test(arguments: names)
    func `a wrong pack is told everything at once`(name: String) throws {
        let catalogue = try String(
            contentsOf: ShippedPacksTests.models.appending(path: "catalogue.yaml"), encoding: .utf8)
        let pack = try String(contentsOf: Self.folder.appending(path: name + ".yaml"), encoding: .utf8)
        var said = ""
        do {
            _ = try RuleSet.parse(catalogue: (catalogue, "catalogue.yaml"), packs: [(pack, name + ".yaml")])
        } catch {
            said = error.description + "\n"
        }
        let file = Self.folder.appending(path: name + ".expected")
        if ProcessInfo.processInfo.environment["FLYONCE_WRITE_CASES"] == "1" {
            try said.write(to: file, atomically: false, encoding: .utf8)
        }
        #expect(said == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test func `two packs may not share a name or a rule`() throws {
        let catalogue = """
            version: 1
            scene_types: [{id: a.b, title: {zh: 甲, en: A}, severity: blue, footing: flat, labels: [x]}]
            """
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules: [{id: r, scene_type: a.b}]
            """
        do {
            _ = try RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "one"), (pack, "two")])
            Issue.record("nothing was wrong")
        } catch {
            #expect(
                error.description == """
                    two:1:7: pack: the pack p was already given by another file
                    two:4:14: rules[0].id: the rule r was already given at one:4 (rule ids are one for all packs)
                    """)
        }
    }

    @Test func `a wrong catalogue is told everything at once`() {
        let catalogue = """
            version: 1
            scene_types:
              - {id: waste, title: {zh: 甲, en: A}, severity: blue, footing: flat}
              - {id: a.b, title: {zh: 甲}, severity: purple, footing: lying, labels: [x, X]}
              - {id: a.b, title: {zh: 甲, en: A}, severity: blue, footing: flat, labels: [y]}
              - {id: a.c, title: {zh: 甲, en: A}, severity: blue, footing: flat, labels: [" X "]}
            """
        do {
            _ = try RuleSet.parse(catalogue: (catalogue, "c"), packs: [])
            Issue.record("nothing was wrong")
        } catch {
            #expect(
                error.description == """
                    c:3:10: scene_types[0].id: must be words of a–z, 0–9 and underscore, joined by dots (such as waste.exposed)
                    c:4:22: scene_types[1].title.en: is missing (add en: …)
                    c:4:41: scene_types[1].severity: must not be "purple" (one of: blue, orange, red, yellow)
                    c:4:58: scene_types[1].footing: must not be "lying" (one of: flat, standing)
                    c:5:10: scene_types[2].id: is given twice, first on line 4
                    c:6:78: scene_types[3].labels[0]: the label already belongs to a.b (one label means one scene type)
                    """)
        }
    }

    @Test func `files that are not there are all named`() {
        do {
            _ = try RuleSet.load(catalogue: "/nonexistent/c.yaml", packs: ["/nonexistent/p.yaml"])
            Issue.record("nothing was wrong")
        } catch {
            #expect(error.description.contains("/nonexistent/c.yaml: cannot be opened"))
            #expect(error.description.contains("/nonexistent/p.yaml: cannot be opened"))
        }
    }
}
