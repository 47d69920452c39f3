import Foundation
import LocatedYAML
import Testing

@testable import Rules

@Suite struct ConditionTrialTests {
    private static let frame = """
        objects:
          - {label: Garbage, confidence: 0.8, box: [900, 500, 980, 560], track: "7"}
          - {label: person, box: [0, 500, 30, 590]}
        telemetry: {lat: 28.9, lon: 118.5, hae_m: 200}
        ground: {lat: 28.9, lon: 118.5, ce90_m: 4}
        parameters: {least: 0.5}
        areas: [{name: pit, kind: mine, lat: 28.9, lon: 118.5}]
        registers: {sites: [{id: A1, lat: 28.9, lon: 118.5, to: 2026-07-31}]}
        """

    private static func lines(_ expression: String, _ frame: String = frame) throws -> [String] {
        try ConditionTrial.lines(of: expression, try YAMLDocument(frame, file: "f.yaml"))
    }

    @Test(arguments: [
        (
            "object.confidence >= param.least",
            [
                "object 0 \"Garbage\": true   [object.confidence = 0.8, param.least = 0.5]",
                "object 1 \"person\": no value",
            ]
        ),
        ("object.touches_edge", ["object 0 \"Garbage\": false", "object 1 \"person\": true"]),
        ("objects.size() == 2", ["frame: true"]), ("telemetry.hae_m + 1.0", ["frame: 201   [telemetry.hae_m = 200"]),
        ("object.gap_px(other) > 800.0", ["object 0 \"Garbage\" with object 1 \"person\": true", "object 1"]),
        ("area.within('mine')", ["object 0 \"Garbage\": true", "object 1 \"person\": true"]),
        (
            "register('sites').covers(ground.position, now)",
            ["object 0 \"Garbage\": false", "object 1"]
        ),
        ("now.getHours('+08:00')", ["frame: 11"]),
    ])
    func `an expression is asked of every object, of pairs, or of the frame`(expression: String, wanted: [String])
        throws
    {
        let lines = try Self.lines(expression)
        #expect(lines.count == wanted.count, "\(lines)")
        for (line, start) in zip(lines, wanted) { #expect(line.hasPrefix(start), "\(line)") }
    }

    @Test(arguments: [
        ("area.within('pitt')", "; within: no area is called pitt (did you mean pit?))"),
        (
            "register('sitse').covers(ground.position, now)",
            "; register: there is no register sitse (did you mean sites?))"
        ),
    ])
    func `a name that is not there says what was meant`(expression: String, said: String) throws {
        let line = try #require(try Self.lines(expression).first)
        #expect(line.contains(said) && !line.contains("no value (;"), "\(line)")
    }

    @Test func `an unknown name leaves the error that there was`() throws {
        let line = try #require(try Self.lines("area.within('x' + 'y') && area.within('pitt')").first)
        #expect(
            line.contains("no area is called xy; within: no area is called pitt (did you mean pit?))"), "\(line)")
    }

    @Test func `the row that is over is named`() throws {
        let line = try #require(try Self.lines("register('sites').covers(ground.position, now)").first)
        #expect(line.contains("sites.row_not_in_force = A1, sites.ended = 2026-07-31"), "\(line)")
    }

    @Test func `a frame without objects answers what speaks of none`() throws {
        #expect(try Self.lines("ground.placed", "ground: {lat: 1, lon: 2}").map { $0.prefix(11) } == ["frame: true"])
        #expect(try Self.lines("object.confidence > 0.5", "ground: {lat: 1, lon: 2}").isEmpty)
    }

    @Test(arguments: [
        (
            "object.confidnce > 0.5", frame,
            "expression:1:1: 'Object' has no field 'confidnce' (did you mean 'confidence'?)"
        ),
        ("1 + 1.0", frame, "expression:1:1: '+' does not take (int, double) (write 1.0 for the 1 on the left)"),
        ("true", "objcts: []", "f.yaml:1:1: objcts: "), ("true", "ground: {lat: 1}", "f.yaml:1:9: ground"),
        ("true", "{", "f.yaml:"),
        ("true", "frames: [{objects: []}]", "f.yaml:1:9: frames: an expression is tried against one frame"),
        ("param.least > 1.0", "objects: []", "expression:1:1: "),
    ])
    func `what is wrong with the file or the expression is said with its place`(
        expression: String, frame: String, wanted: String
    ) {
        do {
            Issue.record("nothing was wrong: \(try Self.lines(expression, frame))")
        } catch {
            let said = (error as? RulesError)?.description ?? (error as? YAMLError)?.description ?? "\(error)"
            #expect(said.hasPrefix(wanted), "\(said)")
        }
    }

    @Test func `a file that is not there is said`() {
        do {
            _ = try ConditionTrial.lines(of: "true", frameAt: "/nowhere/frame.yaml")
            Issue.record("it was read")
        } catch {
            #expect(error.description.contains("/nowhere/frame.yaml"))
        }
    }
}
