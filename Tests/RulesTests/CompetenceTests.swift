import Foundation
import Inspection
import LocatedYAML
import Testing

@testable import Rules

@Suite struct CompetenceTests {
    private static let head = """
        jurisdiction: x
        version: 3
        title: {zh: 某, en: Some}
        tracks: {t: {zh_2016: 甲, zh_2021: 乙, en: T}}
        departments: {d: {zh: 部, en: D}}
        steps: {first: {zh: 一, en: First}, last: {zh: 末, en: Last}}
        laws:
          old: {zh: 旧法, en: Old, to: "2026-08-14"}
          new: {zh: 新法, en: New, from: "2026-08-15"}
        calendar:
          hours: [{from: "08:00", to: "12:00"}]
          weekdays: [monday, tuesday, wednesday, thursday, friday]
          utc_offset: "+08:00"

        """

    private func jurisdiction(_ rest: String, head: String = head) throws -> Jurisdiction {
        do {
            return try Jurisdiction.parse(head + rest, file: "j", catalogue: try ShippedPacksTests.catalogue())
        } catch let error as RulesError {
            Issue.record("\(error.description)")
            throw error
        }
    }

    private func time(_ text: String) throws -> UTCTime { try #require(UTCTime(rfc3339: text)) }

    /// The complaints of a text that should not be read.
    private func complaints(_ text: String) throws -> [String] {
        let catalogue = try ShippedPacksTests.catalogue()
        do {
            _ = try Jurisdiction.parse(text, file: "j", catalogue: catalogue)
            return []
        } catch {
            return error.complaints.map { "\($0.line) \($0.path): \($0.message)" }
        }
    }

    @Test func `China says everything of rubbish by the law of its day`() throws {
        let seen = try time("2026-08-20T11:04:05.12+08:00")
        let competence = try JurisdictionTests.china().competence(for: "waste.exposed", firstSeen: seen)
        #expect(
            competence
                == Competence(
                    jurisdiction: "cn", version: "1", title: BilingualText(zh: "中国", en: "China"),
                    track: .init(
                        id: "enforcement", zh2016: "综合执法", zh2021: "平安法治", en: "Comprehensive enforcement"),
                    departments: [
                        .init(id: "urban_management", title: BilingualText(zh: "城管（综合执法）", en: "City management"))
                    ],
                    codes: ["06010"], alternatives: ["06042", "06015", "06025", "06017", "06041"],
                    lawDay: "2026-08-20",
                    law: [
                        .init(
                            law: "code", title: BilingualText(zh: "生态环境法典", en: "Ecological and Environmental Code"),
                            articles: ["506"], penalty: ["1169"], from: "2026-08-15")
                    ],
                    limits: [
                        .init(
                            step: "handle", title: BilingualText(zh: "处置", en: "Handled"), text: "4wh",
                            due: try time("2026-08-20T17:04:05.12+08:00"))
                    ], unknown: []))
    }

    @Test(arguments: [
        ("2026-08-14T15:59:59.999999Z", "2026-08-14", "old"), ("2026-08-14T16:00:00Z", "2026-08-15", "new"),
    ])
    func `a finding of one day and one of the next are judged by different laws`(
        seen: String, day: String, law: String
    ) throws {
        let read = try jurisdiction(
            """
            scene_types:
              waste.exposed:
                track: t
                departments: [d]
                codes: ["06010"]
                law: [{law: old, articles: ["1"], penalty: []}, {law: new, articles: ["2"], penalty: ["3"]}]
                unknown: [limits]
            """)
        let competence = read.competence(for: "waste.exposed", firstSeen: try time(seen))
        #expect(competence.lawDay == day && competence.law.map(\.law) == [law])
        // Nobody says since when the old law is in force.
        #expect(competence.unknown == (law == "old" ? [.lawFrom, .limits] : [.limits]))
    }

    @Test(arguments: [
        ("structure.illegal", "1900-01-01T00:00:00Z"), ("structure.illegal", "2026-11-01T00:00:00Z"),
        ("waste.exposed", "1900-01-01T00:00:00Z"),
    ])
    func `China cites no law as in force since a day that nobody found`(sceneType: String, seen: String) throws {
        let competence = try JurisdictionTests.china().competence(for: sceneType, firstSeen: try time(seen))
        #expect(!competence.law.isEmpty && competence.law.allSatisfy { $0.from == nil })
        #expect(competence.unknown.contains(.lawFrom) && !competence.unknown.contains(.law))
    }

    @Test func `law that is not in force yet leaves the law unknown`() throws {
        let read = try jurisdiction(
            """
            scene_types:
              waste.exposed:
                {track: t, departments: [d], codes: ["06010"], law: [{law: new, articles: ["2"], penalty: []}], unknown: [limits]}
            """)
        let competence = read.competence(for: "waste.exposed", firstSeen: try time("2026-01-05T00:00:00Z"))
        #expect(competence.law.isEmpty && competence.unknown == [.law, .limits])
    }

    @Test func `of a scene type without an entry nothing is known`() throws {
        let competence = try jurisdiction("scene_types: {}")
            .competence(for: "waste.exposed", firstSeen: try time("2026-01-05T00:00:00Z"))
        #expect(competence.unknown == [.track, .departments, .codes, .law, .limits])
        #expect(competence.track == nil && competence.departments.isEmpty && competence.limits.isEmpty)
    }

    private static let twoLimits = """
        scene_types:
          waste.exposed:
            {track: t, departments: [d], codes: ["06010"], unknown: [law], limits: {last: 3wd, first: 2wh}}
        """

    @Test func `the limit that ends first comes first`() throws {
        let read = try jurisdiction(Self.twoLimits)
        // A Tuesday, one hour before the end of its work.
        let limits = read.competence(for: "waste.exposed", firstSeen: try time("2026-08-18T11:00:00+08:00")).limits
        #expect(limits.map(\.step) == ["first", "last"] && limits.map(\.title?.zh) == ["一", "末"])
        #expect(limits.map(\.due) == [try time("2026-08-19T09:00:00+08:00"), try time("2026-08-21T12:00:00+08:00")])
    }

    @Test func `a limit through a year whose days off are not known says so`() throws {
        let seen = try time("2026-12-30T11:00:00+08:00")
        let unnamed = try jurisdiction(Self.twoLimits).competence(for: "waste.exposed", firstSeen: seen)
        #expect(unnamed.unknown == [.law, .daysOff])
        let offset = "  utc_offset: \"+08:00\"\n"
        for (days, unknown) in [
            ("[\"2026-10-01\"]", [Competence.Part.law, .daysOff]), ("[\"2026-10-01\", \"2027-01-01\"]", [.law]),
        ] {
            let head = Self.head.replacingOccurrences(of: offset, with: offset + "  holidays: \(days)\n")
            let read = try jurisdiction(Self.twoLimits, head: head)
            #expect(read.competence(for: "waste.exposed", firstSeen: seen).unknown == unknown, "\(days)")
        }
    }

    @Test func `without a calendar a limit has no end, and its end is unknown`() throws {
        let head = Self.head.components(separatedBy: "calendar:")[0]
        for text in [head, head + "calendar: {hours: [{from: \"08:00\", to: \"12:00\"}]}\n"] {
            let read = try jurisdiction(Self.twoLimits, head: text)
            let competence = read.competence(for: "waste.exposed", firstSeen: try time("2026-08-18T11:00:00+08:00"))
            #expect(competence.limits.map(\.step) == ["first", "last"])
            #expect(competence.limits.allSatisfy { $0.due == nil } && competence.unknown == [.law, .due])
        }
    }

    @Test func `China's days off and the Saturdays worked for them move an end`() throws {
        let china = try JurisdictionTests.china()
        // Wednesday before National Day: the second working day is the ninth, a Friday; and the tenth, a Saturday, is worked.
        let construction = china.competence(
            for: "waste.construction", firstSeen: try time("2026-09-30T10:00:00+08:00"))
        #expect(
            construction.limits.map(\.due) == [try time("2026-10-09T17:30:00+08:00")] && construction.unknown.isEmpty)
        let friday = china.competence(for: "waste.construction", firstSeen: try time("2026-10-09T10:00:00+08:00"))
        #expect(friday.limits.map(\.due) == [try time("2026-10-12T17:30:00+08:00")])
    }

    @Test func `a jurisdiction is taken over whole, and none says nothing`() throws {
        let held = HeldJurisdiction(nil)
        let seen = try time("2026-08-18T11:00:00+08:00")
        #expect(held.competence(for: "waste.exposed", firstSeen: seen) == nil)
        #expect(held.release(of: "waste.exposed") == nil)
        held.replace(try jurisdiction("release: {default: auto}\n" + Self.twoLimits))
        #expect(held.competence(for: "waste.exposed", firstSeen: seen)?.jurisdiction == "x")
        #expect(held.release(of: "waste.exposed") == .auto)
        held.replace(nil)
        #expect(held.current == nil)
    }

    @Test func `a release of what there is not, and a step without a name, are told`() throws {
        let text =
            Self.head
                + """
                release: {scene_types: {waste.exposd: auto, wast.*: auto, waste.*: review, "*": never}}
                scene_types:
                  waste.exposed: {track: t, departments: [d], codes: ["06010"], unknown: [law], limits: {frst: 2wh}}
                """
        #expect(
            try complaints(text) == [
                "14 release.scene_types.waste.exposd: there is no scene type waste.exposd in the catalogue",
                "14 release.scene_types.wast.*: there is no scene type wast.* in the catalogue",
                "16 scene_types.waste.exposed.limits.frst: there is no step frst",
            ])
    }

    @Test func `what is too much for a report is refused`() throws {
        let many = Array(repeating: "\"06010\"", count: 33).joined(separator: ", ")
        let name = String(repeating: "n", count: 301)
        let text =
            Self.head.replacingOccurrences(of: "en: D", with: "en: \(name)")
                + """
                scene_types:
                  waste.exposed:
                    track: t
                    departments: [d]
                    codes: [\(many)]
                    alternatives: [\(many)]
                    law: [{law: new, articles: ["\(name)"], penalty: []}]
                    unknown: [limits]
                """
        #expect(
            Set(try complaints(text)) == [
                "5 departments.d.en: is longer than 300 bytes",
                "18 scene_types.waste.exposed.codes: has more than 32 entries",
                "19 scene_types.waste.exposed.alternatives: has more than 32 entries",
                "20 scene_types.waste.exposed.law[0].articles[0]: is longer than 64 bytes",
            ])
    }

    @Test func `a shipped file passes over what another's catalogue does not hold`() throws {
        let path = ShippedPacksTests.models.appending(path: "jurisdictions/cn.yaml").path
        let small = try RuleSet.parse(
            catalogue: (
                text: """
                version: "1"
                scene_types:
                  - {id: waste.exposed, title: {zh: 垃圾, en: Rubbish}, severity: yellow, footing: flat, labels: [waste]}
                """, file: "c"
            ), packs: []
        ).catalogue
        #expect(throws: RulesError.self) { try Jurisdiction.load(path, catalogue: small) }
        let read = try Jurisdiction.load(path, catalogue: small, leavingOthersOut: true)
        #expect(read.entries["waste.exposed"]?.codes == ["06010"])
    }
}
