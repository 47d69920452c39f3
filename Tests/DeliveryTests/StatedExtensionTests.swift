import Curl
import Inspection
import LocatedYAML
import Testing

@testable import Delivery

/// 延期: how far a platform says that it goes.
@Suite struct StatedExtensionTests {
    private typealias Day = CaseTermsTests

    /// Handling since 8:00 with four hours, due at 12:00; the changes come after that.
    private func due(_ changes: [CaseChange], by configured: String? = nil) -> UTCTime? {
        clock(changes, by: configured)?.due
    }

    private func clock(_ changes: [CaseChange], by configured: String? = nil) -> CaseClock? {
        var terms = Day.terms()
        terms.extending = configured
        return terms.clock(of: [Day.change(.handling, 8)] + changes, sceneType: "waste.exposed", severity: .red)
    }

    private func change(
        _ at: Double, _ stated: CaseExtension?, _ flags: Set<CaseRecord.Flag> = [.extended],
        _ stage: CaseRecord.Stage = .handling
    ) -> CaseChange {
        var change = Day.change(stage, at, flags)
        change.record.extending = stated
        return change
    }

    private static let stated: [(CaseExtension?, Double)] = [
        (nil, 17), (.by(2, .workingHours), 15), (.by(1, .workingDays), 24 + 17), (.by(3, .days), 72 + 12),
        (.until(Day.hour(24 + 9.5)), 24 + 9.5), (.until(Day.hour(10)), 10), (.until(Day.hour(731 * 24)), 731 * 24),
        // What cannot be meant is as good as not stated.
        (.until(Day.hour(9)), 17), (.until(Day.hour(-100)), 17), (.until(Day.hour(731 * 24 + 10)), 17),
        (.until(UTCTime(microseconds: .max)), 17), (.until(UTCTime(microseconds: .min)), 17), (.by(0, .days), 17),
        (.by(.max, .days), 17), (.by(-3, .workingHours), 17), (.by(367, .workingDays), 17),
    ]

    @Test(arguments: stated)
    func `an extension goes as far as the platform states, or as the settings say`(
        _ stated: CaseExtension?, _ end: Double
    ) {
        let clock = clock([change(9, stated)])
        #expect(clock?.due == Day.hour(end) && clock?.extensions == 1 && clock?.since == Day.hour(8))
        #expect(clock?.soon.map { $0 < Day.hour(end) } ?? false)
    }

    @Test func `nothing stated is what the settings say`() {
        #expect(due([change(9, nil)], by: "1wh") == Day.hour(14))
        #expect(due([change(9, .by(2, .workingHours))], by: "1wd") == Day.hour(15))
    }

    @Test func `another end under a flag that stays is another extension, the same one is not`() {
        let once = change(9, .until(Day.hour(15)))
        #expect(clock([once, change(10, .until(Day.hour(15)))])?.extensions == 1)
        #expect(clock([once, change(10, nil)])?.due == Day.hour(15))
        let again = clock([once, change(10, .until(Day.hour(16)))])
        #expect(again?.due == Day.hour(16) && again?.extensions == 2)
        #expect(due([change(9, .by(1, .workingHours)), change(10, .by(2, .workingHours))]) == Day.hour(16))
        // Said first without an end: the end takes the place of what was added for it, and is another limit.
        let told = clock([change(9, nil), change(10, .until(Day.hour(14)))])
        #expect(told?.due == Day.hour(14) && told?.extensions == 2)
        // The same amount again, after the flag was gone.
        let twice = [change(9, .by(1, .workingHours)), change(10, nil, []), change(11, .by(1, .workingHours))]
        #expect(due(twice) == Day.hour(15))
    }

    @Test func `a step that begins anew has its own limit`() {
        let until = change(9, .until(Day.hour(15)))
        let rework = clock([until, change(10, nil, [], .checking), change(11, nil, [.rework])])
        #expect(rework?.due == Day.hour(16) && rework?.extensions == 0)
        let carried = clock([until, change(11, .until(Day.hour(15)), [.extended, .rework])])
        #expect(carried?.due == Day.hour(16) && carried?.extensions == 0)
    }

    @Test func `a pause counts after an end that was stated, not before it`() {
        let pause = [change(9, nil, [.suspended]), change(10, nil, [])]
        #expect(due(pause) == Day.hour(14))
        #expect(due(pause + [change(10.5, .until(Day.hour(16)))]) == Day.hour(16))
        #expect(due(pause + [change(10.5, .by(1, .workingHours))]) == Day.hour(15))
        #expect(
            due([
                change(9, .until(Day.hour(15))), change(10, .until(Day.hour(15)), [.extended, .suspended]),
                change(11, nil),
            ]) == Day.hour(16))
        // Stated in the midst of the pause: what is left of it counts.
        #expect(
            due([
                change(9, nil, [.suspended]), change(10, .until(Day.hour(15)), [.extended, .suspended]),
                change(11, nil),
            ]) == Day.hour(16))
    }

    @Test func `what came late changes no clock`() {
        var late = change(9, .until(Day.hour(100)))
        late.isLate = true
        let without = clock([change(10, nil, [])])
        #expect(clock([late, change(10, nil, [])]) == without)
    }

    @Test func `a step without a limit stays without one`() {
        var terms = Day.terms()
        terms.scenes = [:]
        terms.jurisdiction = [:]
        terms.severities = [:]
        let clock = terms.clock(
            of: [Day.change(.handling, 8), change(9, .until(Day.hour(15)))], sceneType: "x", severity: .blue)
        #expect(clock?.due == nil && clock?.extensions == 1)
    }

    // MARK: Reading

    private static let id = "\(finding(1))"

    private static let words: [(String, CaseExtension?)] = [
        (#""extended_by":"2wd""#, .by(2, .workingDays)), (#""extended_by":"16wh""#, .by(16, .workingHours)),
        (#""extended_by":"366d""#, .by(366, .days)),
        (#""extended_until":"2026-08-21T17:00:00+08:00""#, .until(UTCTime(rfc3339: "2026-08-21T09:00:00Z")!)),
        (
            #""extended_until":"2026-08-21T09:00:00Z","extended_by":"2wd""#,
            .until(UTCTime(rfc3339: "2026-08-21T09:00:00Z")!)
        ),
        // Without a zone, of another kind, beyond the bounds: not stated.
        (#""extended_until":"2026-08-21T09:00:00","extended_by":"2wd""#, .by(2, .workingDays)),
        (#""extended_until":1787184000"#, nil), (#""extended_by":2"#, nil), (#""extended_by":"2""#, nil),
        (#""extended_by":"0wd""#, nil), (#""extended_by":"-1wd""#, nil), (#""extended_by":"367d""#, nil),
        (#""extended_by":"3001wh""#, nil), (#""extended_by":"99999999999999999999wd""#, nil),
        (#""extended_by":"٣wd""#, nil), (#""extended_by":["2wd"]"#, nil), (#""extended_by":"2wd ""#, nil),
        (#""extended_by":null"#, nil), (#""extended_by":"2026-01-01T00:00:00Z""#, nil), (#""message":"x""#, nil),
    ]

    @Test(arguments: words)
    func `the contract's members are read, and never make an answer unusable`(
        _ member: String, _ stated: CaseExtension?
    ) throws {
        for isExtended in [true, false] {
            let text =
                #"{"external_id":"\#(Self.id)","case_number":"A-1","stage":"handling","flags":["#
                + (isExtended ? #""extended"],"# : "],") + member + "}"
            let value = try #require(JSONValue(Array(text.utf8)))
            let change = try #require(CaseAnswer.change(value, platform: platform))
            #expect(change.record.extending == (isExtended ? stated : nil))
        }
    }

    private static let entries: [(String, String, CaseExtension?)] = [
        ("extended_by: days", #""days":3"#, .by(3, .workingDays)),
        ("extended_by: days", #""days":"3""#, .by(3, .workingDays)),
        ("extended_by: days\n  extended_unit: days", #""days":3"#, .by(3, .days)),
        ("extended_by: days\n  extended_unit: working_hours", #""days":16"#, .by(16, .workingHours)),
        ("extended_by: days", #""days":0"#, nil), ("extended_by: days", #""days":-2"#, nil),
        ("extended_by: days", #""days":1e99"#, nil), ("extended_by: days", #""days":2.5"#, nil),
        ("extended_by: days", #""days":{}"#, nil), ("extended_by: days", #""days":"三""#, nil),
        ("extended_by: days", #""days":367"#, nil), ("extended_by: days", #""x":1"#, nil),
        (
            "extended_until: to\n  at_format: yyyy-MM-dd HH:mm:ss", #""to":"2026-08-21 17:00:00""#,
            .until(UTCTime(rfc3339: "2026-08-21T09:00:00Z")!)
        ),
        ("extended_until: to", #""to":"2026-08-21 17:00:00""#, nil),
        (
            "extended_until: to\n  extended_by: days", #""to":"","days":2"#, .by(2, .workingDays)
        ),
    ]

    @Test(arguments: entries)
    func `a template says where it stands`(_ mapping: String, _ member: String, _ stated: CaseExtension?) throws {
        let template = try TemplateTests.template(
            "      a: 1", "zone: '+08:00'\ncallback:\n  external_id: id\n  number: no\n  stage: s\n  \(mapping)\n")
        let value = try #require(
            JSONValue(Array(#"{"id":"\#(Self.id)","no":"A-1","s":"受理",\#(member)}"#.utf8)))
        let entry = template.answer.record(
            value, by: try #require(template.callback), platform: platform, zoneSeconds: template.terms.zoneSeconds,
            wantsStage: true)
        guard case .record(let record, _) = entry else {
            Issue.record("\(entry)")
            return
        }
        #expect(record.extending == stated)
        #expect(record.flags.contains(.extended) == (stated != nil))
    }

    @Test(arguments: ["extended_by: days\n  extended_unit: weeks", "extended_unit: days", "extended_by: a..b"])
    func `what cannot be meant is refused with its line`(_ mapping: String) {
        #expect(throws: YAMLError.self) {
            try TemplateTests.template("      a: 1", "callback:\n  number: no\n  \(mapping)\n")
        }
    }
}
