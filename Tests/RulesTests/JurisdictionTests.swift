import Foundation
import Inspection
import LocatedYAML
import Testing

@testable import Rules

@Suite struct JurisdictionTests {
    static func china() throws -> Jurisdiction {
        let path = ShippedPacksTests.models.appending(path: "jurisdictions/cn.yaml").path
        do {
            return try Jurisdiction.load(path, catalogue: try ShippedPacksTests.catalogue())
        } catch let error as RulesError {
            Issue.record("\(error.description)")
            throw error
        }
    }

    @Test(arguments: [
        ("2026-08-14T15:59:59Z", ["solid_waste"]), ("2026-08-14T16:00:00Z", ["code"]),
        ("2026-11-01T00:00:00Z", ["code"]),
        ("2020-01-01T00:00:00Z", ["solid_waste"]),
    ])
    func `a waste finding is judged by the law of its local day`(time: String, laws: [String]) throws {
        let utc = try #require(UTCTime(rfc3339: time))
        #expect(try Self.china().law(of: "waste.exposed", at: utc).map(\.law) == laws)
    }

    @Test func `the main classes have track, department and code, and masks no city code`() throws {
        let china = try Self.china()
        for id in ["waste.exposed", "waste.construction", "structure.illegal", "worker.no_dust_mask", "smoke.visible"] {
            let entry = try #require(china.entries[id], "\(id)")
            #expect(china.tracks[entry.track] != nil && !entry.departments.isEmpty && !entry.codes.isEmpty)
        }
        #expect(china.entries["waste.exposed"]?.codes == ["06010"])
        #expect(china.entries["structure.illegal"]?.codes == ["06001"])
        #expect(china.entries["worker.no_dust_mask"]?.codes == ["local:ppe.mask"])
        #expect(china.entries["worker.no_dust_mask"]?.departments.contains("urban_management") == false)
    }

    @Test func `every scene type of the catalogue has an entry, and all but the unclassified a department and a code`()
        throws
    {
        let china = try Self.china()
        for type in try ShippedPacksTests.catalogue().sceneTypes {
            let entry = try #require(china.entries[type.id], "\(type.id)")
            guard type.id != "target.unclassified" else { continue }
            #expect(!entry.departments.isEmpty && !entry.codes.isEmpty, "\(type.id)")
        }
    }

    @Test func `a person looks first at everything, and what has no class goes nowhere`() throws {
        let china = try Self.china()
        for type in try ShippedPacksTests.catalogue().sceneTypes {
            #expect(china.release(of: type.id) == (type.id == "target.unclassified" ? .never : .review), "\(type.id)")
        }
    }

    @Test func `the longest pattern decides of a release`() throws {
        let text = """
            jurisdiction: x
            version: 1
            title: {zh: 某, en: Some}
            release: {default: never, scene_types: {waste.*: auto, waste.hazardous: review}}
            scene_types: {}
            """
        let read = try Jurisdiction.parse(text, file: "j", catalogue: try ShippedPacksTests.catalogue())
        #expect(read.release(of: "waste.exposed") == .auto)
        #expect(read.release(of: "waste.hazardous") == .review)
        #expect(read.release(of: "smoke.visible") == .never)
    }

    @Test func `a limit ends by the working calendar`() throws {
        let china = try Self.china()
        // Friday 2026-08-21, 16:00 local: an hour and a half left, two and a half on Monday.
        let start = try #require(UTCTime(rfc3339: "2026-08-21T16:00:00+08:00"))
        #expect(
            china.end(of: "handle", for: "waste.exposed", from: start) == UTCTime(rfc3339: "2026-08-24T11:00:00+08:00"))
        #expect(
            china.end(of: "demolish", for: "structure.illegal", from: start)
                == UTCTime(rfc3339: "2026-09-18T17:30:00+08:00"))
        #expect(china.end(of: "handle", for: "smoke.visible", from: start) == nil)
    }

    @Test func `hours that overlap, and days that are none, are told`() throws {
        let text = """
            jurisdiction: x
            version: 1
            title: {zh: 某, en: Some}
            release: {default: maybe}
            calendar: {hours: [{from: "08:00", to: "12:00"}, {from: "11:00", to: "13:00"}], holidays: [2026-02-30]}
            scene_types: {}
            """
        do {
            _ = try Jurisdiction.parse(text, file: "j", catalogue: try ShippedPacksTests.catalogue())
            Issue.record("nothing was wrong")
        } catch let error as RulesError {
            #expect(
                error.complaints.map { "\($0.line) \($0.path): \($0.message)" } == [
                    "4 release.default: must not be \"maybe\"",
                    "5 calendar.hours: must be in order, each ending after it begins and before the next",
                    "5 calendar.holidays[0]: must be a day",
                ])
        }
    }

    @Test func `everything wrong is said at once`() throws {
        let text = """
            jurisdiction: x
            version: 1
            title: {zh: 某, en: Some}
            tracks: {t: {zh_2016: a, zh_2021: b, en: c}}
            departments: {d: {zh: a, en: b}}
            calendar: {hours: [{from: "8", to: "12:00"}], weekdays: [mondy], utc_offset: "8"}
            laws: {l: {zh: a, en: b, from: 2026-13-01}}
            scene_types:
              waste.exposd: {track: t, departments: [d], codes: ["06010"], unknown: [law, limits]}
              waste.exposed: {track: u, departments: [e], codes: [6], law: [{law: m, articles: []}], limits: {handle: 4h}}
              smoke.visible: {track: t, departments: [d], codes: [local:x]}
            """
        let catalogue = try ShippedPacksTests.catalogue()
        do {
            _ = try Jurisdiction.parse(text, file: "j", catalogue: catalogue)
            Issue.record("nothing was wrong")
        } catch {
            #expect(
                error.complaints.map { "\($0.line) \($0.path): \($0.message)" } == [
                    "6 calendar.hours: 8 is no time of day", "6 calendar.weekdays[0]: is no weekday",
                    "6 calendar.utc_offset: must be an offset", "7 laws.l.from: must be a day",
                    "9 scene_types.waste.exposd: there is no such scene type in the catalogue",
                    "10 scene_types.waste.exposed.track: there is no track u",
                    "10 scene_types.waste.exposed.departments[0]: there is no department e",
                    "10 scene_types.waste.exposed.codes[0]: must be five digits or local:…",
                    "10 scene_types.waste.exposed.law[0].law: there is no law m",
                    "10 scene_types.waste.exposed.limits.handle: must be working hours or working days",
                    "11 scene_types.smoke.visible: has no law", "11 scene_types.smoke.visible: has no limits",
                ])
        }
    }
}
