import Foundation
import Testing

@testable import Rules

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct PackTestReportTests {
    static let catalogue = """
        version: 1
        scene_types: [{id: a.b, title: {zh: 甲, en: A}, severity: blue, footing: flat, labels: [x]}]
        """

    /// One rule whose `when` and `unless` the tests treat differently.
    static func report(_ tests: String) throws -> PackTestReport {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - id: r
                scene_type: a.b
                when: [object.confidence >= 0.5, object.width_px >= 16.0]
                unless: [object.touches_edge]
                tests:
            \(tests)
            """
        return try RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "p.yaml")]).testReport()
    }

    @Test func `each condition tells which of its outcomes was never seen`() throws {
        let report = try Self.report(
            """
                  - {name: fires, frames: [{objects: [{label: x, confidence: 0.9, box: [9, 9, 99, 99]}]}], expect: [{}]}
                  - {name: unsure, frames: [{objects: [{label: x, confidence: 0.1, box: [9, 9, 99, 99]}]}], expect: []}
            """)
        #expect(
            report.lines == [
                "not covered: r: when[1] was never false: object.width_px >= 16.0",
                "not covered: r: unless[0] was never true: object.touches_edge", "2 passed, 0 failed",
                "1 of 3 conditions covered: seen true and seen false (33 %)",
            ])
    }

    @Test func `a condition is looked at although another has decided`() throws {
        let report = try Self.report(
            """
                  - {name: a, frames: [{objects: [{label: x, confidence: 0.9, box: [9, 9, 99, 99]}]}], expect: [{}]}
                  - {name: b, frames: [{objects: [{label: x, confidence: 0.1, box: [0, 9, 9, 99]}]}], expect: []}
            """)
        #expect(report.coveredPercent == 100)
        #expect(report.uncovered.isEmpty)
    }

    @Test(arguments: [
        ("{label: xx}", "{}", ": the rule looks at no label 'xx' (did you mean x?)"),
        ("{label: rubbel}", "{object: 0}", ": the rule looks at no label 'rubbel' (one of: x)"),
        ("{label: x}, {label: xx}", "{object: 1}", ": the rule looks at no label 'xx' (did you mean x?)"),
        (
            "{label: x}, {label: xx}", "{}",
            ": when[0] could not be decided (absent: 'object.confidence' has no value) of object 0: object.confidence >= 0.5"
        ),
        (
            "{label: X, confidence: 0.25}", "{}",
            ": when[0] did not hold of object 0: object.confidence >= 0.5 [object.confidence = 0.25]"
        ),
        (
            "{label: X, confidence: 0.25}, {label: x, confidence: 0.9, box: [9, 9, 19, 99]}", "{}",
            ": when[1] did not hold of object 1: object.width_px >= 16.0 [object.width_px = 10]"
        ),
        (
            "{label: X, confidence: 0.25}, {label: x, confidence: 0.9, box: [9, 9, 19, 99]}", "{object: 0}",
            ": when[0] did not hold of object 0: object.confidence >= 0.5 [object.confidence = 0.25]"
        ),
        (
            "{label: x, confidence: 0.9, box: [0, 9, 99, 99]}", "{}",
            ": unless[0] held of object 0: object.touches_edge [object.touches_edge = true]"
        ),
        ("{label: x, confidence: 0.9, box: [9, 9, 99, 99]}", "{severity: red}", ""),
    ])
    func `an expected object of a label that the rule does not look at is told`(
        objects: String, expected: String, said: String
    ) throws {
        let report = try Self.report(
            "          - {name: a, frames: [{objects: [\(objects)]}], expect: [\(expected)]}\n")
        let explanation = try #require(report.failures.first?.explanation)
        let first = explanation.split(separator: ";").first.map(String.init)
        #expect(first == "nothing came as expected of frame 0" + said)
    }

    @Test func `a failure says where the test stands, and not each firing`() throws {
        let report = try Self.report(
            """
                  - {name: a, frames: [{repeat: 9, objects: [{label: x, confidence: 0.9, box: [9, 9, 99, 99]}]}], expect: []}
            """)
        let said = report.lines[0]
        #expect(said.hasPrefix("failed: p.yaml:10: r: a: it fired at frame 0 "), "\(said)")
        #expect(
            said.hasSuffix(
                "; it fired at frame 2 with severity blue and confidence 0.9; and 6 times more, last at frame 8"))
    }

    @Test func `a rule without a test is named, and counts as skipped`() throws {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - {id: r, scene_type: a.b}
            """
        let report = try RuleSet.parse(catalogue: (Self.catalogue, "c"), packs: [(pack, "p.yaml")]).testReport()
        #expect(
            report.lines == [
                "not tested: r: the rule has no test (add tests: […])", "0 passed, 0 failed, 1 rule without a test",
                "no conditions to cover",
            ])
        #expect(report.failures.isEmpty && report.coveredPercent == 0)
        let reader = try #require(JUnitReader(report.junit))
        #expect(
            reader.seen == [
                "testsuites errors=0 failures=0 tests=1", "testsuite errors=0 failures=0 name=p skipped=1 tests=1",
                "properties", "property name=conditions value=0", "testcase classname=p.r name=no test",
                "skipped message=r: the rule has no test (add tests: […])",
            ])
    }

    @Test func `an area that a failed test does not have is named with what was meant`() throws {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - id: r
                scene_type: a.b
                when: [area.within("piit"), 'register("permts").covers(ground.position, now)']
                tests:
                  - name: a
                    areas: [{name: pit, lat: 1, lon: 1}]
                    registers: {permits: [{id: A, lat: 1, lon: 1}]}
                    frames: [{objects: [{label: x}], ground: {lat: 1, lon: 1}}]
                    expect: [{}]
            """
        let said = try RuleSet.parse(catalogue: (Self.catalogue, "c"), packs: [(pack, "p.yaml")]).testReport().lines[0]
        #expect(said.contains("no area is called piit (did you mean pit?)"), "\(said)")
        #expect(said.contains("there is no register permts (did you mean permits?)"), "\(said)")
    }

    @Test func `an unknown area leaves the error that there was`() throws {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - id: r
                scene_type: a.b
                when: [timestamp(object.label) < now, area.within("piit")]
                tests:
                  - {name: a, areas: [{name: pit, lat: 1, lon: 1}], frames: [{objects: [{label: x}]}], expect: [{}]}
            """
        let said = try RuleSet.parse(catalogue: (Self.catalogue, "c"), packs: [(pack, "p.yaml")]).testReport().lines[0]
        #expect(said.contains("last error: ") && said.contains("timestamp"), "\(said)")
        #expect(said.hasSuffix("; within: no area is called piit (did you mean pit?)"), "\(said)")
    }

    @Test func `what cannot be decided is neither true nor false`() throws {
        let report = try Self.report(
            """
                  - {name: a, frames: [{objects: [{label: x}]}], expect: []}
            """)
        #expect(report.uncovered.map(\.isSeenTrue) == [false, false, false])
        #expect(report.lines.contains("not covered: r: when[0] was never decided: object.confidence >= 0.5"))
        #expect(report.coveredPercent == 0)
    }

    @Test func `a rule that no object comes to is not covered`() throws {
        let report = try Self.report(
            """
                  - {name: a, frames: [{objects: [{label: y, confidence: 0.9, box: [9, 9, 99, 99]}]}], expect: []}
            """)
        #expect(report.uncovered.count == 3)
    }

    private static func overridden(_ tests: String) throws -> PackTestReport {
        let pack = """
            pack: p
            version: 1
            title: {zh: 甲, en: P}
            rules:
              - id: r
                scene_type: a.b
                parameters: {least: 0.5, wide: 16}
                when: [object.confidence >= param.least, object.width_px >= param.wide]
                overrides:
                  - {sources: [dock-quarry], parameters: {least: 0.8}}
                  - {areas: [school], parameters: {least: 0.2}}
                tests:
            \(tests)
            """
        return try RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "p.yaml")]).testReport()
    }

    @Test func `a condition is seen as the override has it by which it was decided`() throws {
        let report = try Self.overridden(
            """
                  - name: false by the override of a source alone
                    source: dock-quarry
                    frames: [{objects: [{label: x, confidence: 0.6, box: [9, 9, 99, 99]}]}]
                    expect: []
                  - name: true by the override of an area alone
                    areas: [{name: yard, kind: school, lat: 28.9, lon: 118.5}]
                    frames: [{objects: [{label: x, confidence: 0.3, box: [9, 9, 99, 99]}], ground: {lat: 28.9, lon: 118.5}}]
                    expect: [{}]
            """)
        #expect(report.failures.isEmpty, "\(report.lines)")
        #expect(report.conditions.map(\.isSeenTrue) == [true, true])
        #expect(report.conditions.map(\.isSeenFalse) == [true, false])
        #expect(report.lines[0] == "not covered: r: when[1] was never false: object.width_px >= param.wide")
        #expect(report.unflown.isEmpty)
    }

    @Test func `where no override is in force, none shows anything of a condition`() throws {
        let report = try Self.overridden(
            """
                  - name: elsewhere
                    source: dock-river
                    frames: [{objects: [{label: x, confidence: 0.6, box: [9, 9, 99, 99]}]}]
                    expect: [{}]
            """)
        #expect(report.conditions.map(\.isSeenTrue) == [true, true] && report.uncovered.count == 2)
        #expect(
            report.lines.filter { $0.contains("overrides[") } == [
                "not covered: r: overrides[0] counted in no test", "not covered: r: overrides[1] counted in no test",
            ])
    }

    @Test func `JUnit XML holds suites, cases and failures, whatever a test is called`() throws {
        let report = try Self.report(
            #"""
                  - {name: "a <b> & \"c\"\u0001\n", frames: [{objects: [{label: x, confidence: 0.9, box: [9, 9, 99, 99]}]}], expect: []}
                  - {name: "two", frames: [{objects: [{label: x, confidence: 0.1, box: [9, 9, 99, 99]}]}], expect: []}
            """#)
        #expect(report.failures.count == 1)
        let reader = try #require(JUnitReader(report.junit))
        #expect(
            reader.seen == [
                "testsuites errors=0 failures=1 tests=2", "testsuite errors=0 failures=1 name=p skipped=0 tests=2",
                "properties", "property name=conditions value=3",
                "property name=conditions_covered_percent value=33",
                "testcase classname=p.r name=a <b> & \"c\"\u{FFFD}\n",
                "failure message=p.yaml:10: it fired at frame 0 with severity blue and confidence 0.9",
                "testcase classname=p.r name=two", "system-out",
            ])
        #expect(reader.text.contains("not covered: r: unless[0] was never true: object.touches_edge"))
    }
}

private final class JUnitReader: NSObject, XMLParserDelegate {
    var seen: [String] = []
    var text = ""

    /// Nil when it is no XML.
    init?(_ junit: String) {
        super.init()
        let parser = XMLParser(data: Data(junit.utf8))
        parser.delegate = self
        guard parser.parse() else { return nil }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        seen.append(
            ([name] + attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: " "))
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
}
