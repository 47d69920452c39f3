import Foundation
import Inspection
import Testing

@testable import Settings

@Suite struct CaseSettingsTests {
    private static let destinations = """
        destinations:
          desk: {kind: webhook, url: "https://desk.example", secret_file: s}
          county: {kind: four-platform, url: "https://county.example"}

        """

    private func settings(_ cases: String, jurisdiction: String = "jurisdiction: cn\n") throws -> GatewaySettings {
        try GatewaySettings.parse(
            "gateway: {name: g}\n" + jurisdiction + Self.destinations + cases, file: "f")
    }

    @Test func `limits and the ladder are data, and there are none by themselves`() throws {
        let bare = try settings("", jurisdiction: "")
        #expect(bare.cases == CaseSettings() && bare.cases.ladder.isEmpty && bare.cases.isEnabled)
        #expect(bare.destinations.map(\.isToldOfOverdue) == [true, false])
        #expect(bare.destinations.map(\.isToldOfDisk) == [true, false])
        let full = try settings(
            """
            cases:
              due_soon: 0.5
              extension: 2wd
              scene_types: {"waste.*": {handle: 4wh, check: 1wd}}
              severities: {red: {accept: 1wh}}
              ladder:
                - {id: remind, after: 4wh, zh: 提醒, en: Reminder, role: 网格员, to: [desk]}

            """
        ).cases
        #expect(full.soon == 0.5 && full.extending == "2wd")
        #expect(full.scenes == ["waste.*": [.handle: "4wh", .check: "1wd"]])
        #expect(full.severities == [.red: [.accept: "1wh"]])
        let rung = try #require(full.ladder.first)
        #expect(rung.title == BilingualText(zh: "提醒", en: "Reminder") && rung.role == "网格员" && rung.after == "4wh")
        #expect(rung.destinations.map(\.text) == ["desk"])
    }

    @Test(arguments: [
        ("cases: {extension: 2h}", "working hours"), ("cases: {due_soon: 2}", "due_soon"),
        ("cases: {scene_types: {Waste: {handle: 4wh}}}", "no scene type"),
        ("cases: {scene_types: {waste.*: {handle: 0wh}}}", "working hours"),
        ("cases: {scene_types: {waste.*: {sweep: 4wh}}}", "sweep"),
        ("cases: {severities: {purple: {handle: 4wh}}}", "severity"),
        ("cases: {ladder: [{id: a, zh: 甲, en: A, to: [desk]}]}", "after"),
        ("cases: {ladder: [{id: a, after: 1wd, zh: 甲, en: A}]}", "no destination"),
        ("cases: {ladder: [{id: a, after: 1wd, zh: 甲, en: A, to: [nobody]}]}", "nobody"),
        ("cases: {ladder: [{id: A B, after: 1wd, zh: 甲, en: A, to: [desk]}]}", "a–z"),
        (
            "cases: {ladder: [{id: a, after: 1wd, zh: 甲, en: A, to: [desk]}, {id: a, after: 1wd, zh: 甲, en: A, to: [desk]}]}",
            "one id"
        ),
    ])
    func `says what cannot be meant`(_ text: String, _ word: String) {
        #expect {
            _ = try settings(text + "\n")
        } throws: { "\($0)".contains(word) }
    }

    private func ladder(_ steps: [String]) -> String {
        let rungs = steps.enumerated().map { "    - {id: s\($0), zh: 甲, en: A, to: [desk], after: \($1)}\n" }
        return "cases:\n  ladder:\n" + rungs.joined()
    }

    @Test(arguments: [
        (["4wh", "2wh"], 2), (["1wd", "3wd", "2wd"], 3), (["25wh", "1wd"], 2), (["1wd", "1wd", "4wh", "3wh"], 4),
    ])
    func `a step that comes before the one above it is refused where it stands`(_ steps: [String], _ line: Int) {
        #expect {
            _ = try settings(ladder(steps))
        } throws: { error in
            // Seven lines come before the steps; the value stands behind its key.
            "\(error)".contains("f:\(7 + line):49: ") && "\(error)".contains("may come before the step above it")
                && "\(error)".components(separatedBy: "may come before").count == 2
        }
    }

    @Test(
        arguments: [
            (["4wh", "1wd", "3wd"], []), (["1wd", "1wd"], []), (["8wh", "1wd"], []), (["1wd", "16wh"], []),
            // From 16:00 on ten hours end later than the next day.
            (["10wh", "1wd"], [1]), (["1wd", "12wh"], [1]), (["4wh", "17wh", "2wd", "20wh"], [2, 3]),
        ] as [([String], [Int])])
    func `the order of hours and days is said by the calendar`(_ steps: [String], _ misplaced: [Int]) throws {
        let cases = try settings(ladder(steps)).cases
        #expect(cases.misplacedRungs(minutesADay: 480).map(\.index) == misplaced)
    }

    @Test func `a case flow takes no news of the gateway`() throws {
        func told(_ kind: String, _ value: Bool) throws -> [Bool] {
            try GatewaySettings.parse(
                """
                gateway: {name: g}
                destinations: {d: {kind: \(kind), url: "https://d.example", secret_file: s, disk_alerts: \(value)}}

                """, file: "f"
            ).destinations.map(\.isToldOfDisk)
        }
        #expect(try told("webhook", false) == [false])
        #expect {
            _ = try told("four-platform", true)
        } throws: { "\($0)".contains("disk_alerts: a case flow takes no news") }
    }

    @Test func `limits need a calendar`() {
        #expect {
            _ = try settings("cases: {severities: {red: {handle: 4wh}}}\n", jurisdiction: "")
        } throws: { "\($0)".contains("calendar") }
    }
}
