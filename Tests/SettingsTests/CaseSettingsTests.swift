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

    @Test func `limits need a calendar`() {
        #expect {
            _ = try settings("cases: {severities: {red: {handle: 4wh}}}\n", jurisdiction: "")
        } throws: { "\($0)".contains("calendar") }
    }
}
