import Inspection
import LocatedYAML
import Testing

@testable import Rules

@Suite struct RuleHoursTests {
    /// 2026-08-17 is a Monday.
    private static func time(_ text: String) throws -> UTCTime { try #require(UTCTime(rfc3339: text)) }

    private static func rule(_ keys: String, pack: String = "") -> String {
        """
        pack: p
        version: "1"
        title: {zh: 测, en: T}
        \(pack)
        rules:
          - {id: a, scene_type: waste.heap, \(keys)}
        """
    }

    private func fires(_ keys: String, pack: String = "", at time: String) throws -> Bool {
        let text = Self.rule(keys, pack: pack)
        let rules = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(text, "p")])
        var classifier = RuleClassifier(rules)
        var frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
        frame.utc = try Self.time(time)
        let count = classifier.classify(frame, placement: NoPlaces()).count
        #expect(classifier.counters[0].passedOver == (count == 0 ? 1 : 0))
        #expect(classifier.counters[0].evaluated == (count == 0 ? 0 : 1))
        return count == 1
    }

    @Test(arguments: [
        (#"["06:00-20:00"]"#, "2026-08-17T06:00:00Z", true), (#"["06:00-20:00"]"#, "2026-08-17T05:59:59Z", false),
        (#"["06:00-20:00"]"#, "2026-08-17T19:59:59.999Z", true), (#"["06:00-20:00"]"#, "2026-08-17T20:00:00Z", false),
        (#"["20:00-06:00"]"#, "2026-08-17T02:00:00Z", true), (#"["20:00-06:00"]"#, "2026-08-17T12:00:00Z", false),
        (#"["20:00-06:00"]"#, "2026-08-17T23:59:00Z", true), (#"["20:00-00:00"]"#, "2026-08-17T23:59:00Z", true),
        (#"["20:00-00:00"]"#, "2026-08-17T00:00:00Z", false), (#"["00:00-24:00"]"#, "2026-08-17T00:00:00Z", true),
        (#"["mon 20:00-06:00"]"#, "2026-08-18T05:00:00Z", true),
        (#"["mon 20:00-06:00"]"#, "2026-08-17T05:00:00Z", false),
        // From Sunday into the next week.
        (#"["sun 20:00-06:00"]"#, "2026-08-17T05:59:00Z", true),
        (#"["sun 20:00-06:00"]"#, "2026-08-17T06:00:00Z", false),
        (#"["mon-fri 08:00-18:00", "sat 09:00-12:00"]"#, "2026-08-22T10:00:00Z", true),
        (#"["mon-fri 08:00-18:00", "sat 09:00-12:00"]"#, "2026-08-22T13:00:00Z", false),
        (#"["mon-fri 08:00-18:00", "sat 09:00-12:00"]"#, "2026-08-23T10:00:00Z", false),
        (#"["Sat-Mon,wed 08:00-18:00"]"#, "2026-08-17T10:00:00Z", true),
        (#"["Sat-Mon,wed 08:00-18:00"]"#, "2026-08-18T10:00:00Z", false),
        (#"["Sat-Mon,wed 08:00-18:00"]"#, "2026-08-19T10:00:00Z", true),
        (#"["00:00-24:00"]"#, "0001-01-01T00:00:00Z", true), (#"["thu 00:00-24:00"]"#, "1970-01-01T00:00:00Z", true),
        (#"["wed 00:00-24:00"]"#, "1969-12-31T23:59:59.5Z", true),
    ])
    func `a rule is looked at in its hours alone`(hours: String, time: String, isOpen: Bool) throws {
        #expect(try fires("hours: \(hours)", at: time) == isOpen)
    }

    @Test func `the clock is the rule's, or else the pack's`() throws {
        let night = #"hours: ["mon 22:00-23:00"]"#
        #expect(try fires(night, pack: "utc_offset: \"+08:00\"", at: "2026-08-17T14:30:00Z"))
        #expect(try !fires(night, pack: "utc_offset: \"+08:00\"", at: "2026-08-17T22:30:00Z"))
        #expect(
            try fires(night + ", utc_offset: \"-03:30\"", pack: "utc_offset: \"+08:00\"", at: "2026-08-18T01:45:00Z"))
        #expect(try fires(night + ", utc_offset: Z", pack: "utc_offset: \"+08:00\"", at: "2026-08-17T22:30:00Z"))
    }

    @Test func `no time traps`() throws {
        var frame = RuleClassifierTests.frame(0, [RuleClassifierTests.object("garbage")])
        let text = Self.rule(#"hours: ["06:00-20:00"], utc_offset: "-12:00""#)
        let rules = try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(text, "p")])
        var classifier = RuleClassifier(rules)
        for micros in [Int64.min, .max, -1, 0, 1] {
            frame.utc = UTCTime(microseconds: micros)
            _ = classifier.classify(frame, placement: NoPlaces())
        }
        #expect(classifier.counters[0].passedOver + classifier.counters[0].evaluated == 5)
    }

    @Test(arguments: [
        "06:00", "6:00-20:00", "06:00-24:01", "24:00-06:00", "06:60-07:00", "06:00-06:00", "mon", "mo 06:00-20:00",
        "mon- 06:00-20:00", "mon-tue-wed 06:00-20:00", "mon, 06:00-20:00", "mon 06:00-20:00 x", "", "06:00–20:00",
        "００:００-24:00", "06:00-20:00-21:00",
    ])
    func `what is no span of hours is told with its place`(text: String) throws {
        let pack = Self.rule("hours: [\"\(text)\"]")
        let error = #expect(throws: RulesError.self) {
            try RuleSet.parse(catalogue: (RuleClassifierTests.catalogue, "c"), packs: [(pack, "p")])
        }
        let complaint = try #require(error?.complaints.first)
        #expect(error?.complaints.count == 1)
        #expect(complaint.line == 6 && complaint.column == 45 && complaint.path == "rules[0].hours[0]")
    }
}
