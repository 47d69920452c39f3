import Delivery
import Foundation
import Inspection
import Logging
import Rules
import Settings
import Store
import Synchronization
import Testing

@testable import flyonce

/// The time of cases as the daemon counts it: settings, China's calendar, the store, and what is owed to whom.
@Suite struct CaseTimesTests {
    private static let county = Name("county")!
    private static let desk = Name("desk")!
    private static let town = Name("town")!

    private final class SetClock: Inspection.Clock {
        private let time: Mutex<UTCTime>
        init(_ text: String) { time = Mutex(UTCTime(rfc3339: text) ?? UTCTime(microseconds: 0)) }
        var utc: UTCTime { time.withLock { $0 } }
        var monotonicNanoseconds: Int64 { utc.microseconds &* 1000 }
        func set(_ text: String) { time.withLock { $0 = UTCTime(rfc3339: text) ?? $0 } }
    }

    private static func settings() throws -> GatewaySettings {
        try GatewaySettings.parse(
            """
            gateway: {name: trial}
            jurisdiction: cn
            destinations:
              county: {kind: four-platform, url: "https://county.example"}
              desk: {kind: webhook, url: "https://desk.example", secret_file: s}
              town: {kind: webhook, url: "https://town.example", secret_file: s, case_alerts: false}
            cases:
              scene_types: {"waste.*": {accept: 2wh}}
              ladder:
                - {id: remind, after: 1wd, zh: 提醒, en: Reminder, role: 网格员, to: [town]}

            """, file: "f")
    }

    private static func finding() -> Finding {
        let seen = UTCTime(rfc3339: "2026-09-30T08:00:00Z") ?? UTCTime(microseconds: 0)
        return Finding(
            id: FindingID(milliseconds: UInt64(seen.microseconds / 1000), randomness: (1, 1)),
            sceneType: "waste.exposed",
            title: BilingualText(zh: "暴露垃圾", en: "Exposed waste"), severity: .orange, confidence: 0.9, status: .open,
            firstSeen: seen, lastSeen: seen, provenance: .arrival, sightings: 1,
            flight: FlightID(milliseconds: UInt64(seen.microseconds / 1000), randomness: (2, 2)),
            source: Name("uav-1")!,
            gateway: Name("trial")!, rule: "heap", ruleVersion: "1", reasons: [], location: nil, refusal: nil)
    }

    @Test func `a case that waits over the National Day is late by the calendar, and each is told once`() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/case-times-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The last afternoon before seven days off.
        let clock = SetClock("2026-09-30T16:30:00+08:00")
        let settings = try Self.settings()
        let catalogue = try RuleSet.load(catalogue: Checkout.models + "/catalogue.yaml", packs: []).catalogue
        let china = HeldJurisdiction(
            try Jurisdiction.load(Checkout.models + "/jurisdictions/cn.yaml", catalogue: catalogue))
        let state = try StateDirectory(path: folder)
        var store = try FindingDatabase.open(in: state, clock: clock)
        let told = Mutex(0)
        func times() -> CaseTimes {
            CaseTimes(
                settings, database: store, jurisdiction: china, clock: clock, logger: Logger(label: "test"),
                told: { _ in told.withLock { $0 += 1 } })
        }
        let finding = Self.finding()
        _ = try await store.commit(
            Observation(
                finding: finding, evidence: [],
                routes: [Self.county, Self.desk, Self.town].map { .init(destination: $0, release: .auto) }))
        _ = try await store.record(
            CaseRecord(platform: Self.county, number: "LX-1", stage: .reported), of: finding.id)
        func owed(_ name: Name) async throws -> [OwedDelivery] {
            try await store.lease(
                name, limit: 10, now: clock.utc, until: clock.utc.advanced(byMicroseconds: 1_000_000))
        }
        func expect(overdue: Int, revisions: Int) async throws {
            #expect(try await store.caseCounts(now: clock.utc).map(\.overdue) == [overdue])
            #expect(try await store.finding(finding.id)?.revision == revisions)
            #expect(told.withLock { $0 } == revisions - 2)
            #expect(try await store.books().allSatisfy(\.balances))
        }

        // An hour is left of that day, and one hour of 8 October, of which the last half is soon.
        #expect(try await times().watch.step() == UTCTime(rfc3339: "2026-10-08T09:00:00+08:00"))
        clock.set("2026-10-08T08:59:59+08:00")
        _ = try await times().watch.step()
        try await expect(overdue: 0, revisions: 2)
        clock.set("2026-10-08T09:29:59+08:00")
        #expect(try await times().watch.step() == UTCTime(rfc3339: "2026-10-08T09:30:00+08:00"))
        try await expect(overdue: 0, revisions: 3)
        #expect(try await store.finding(finding.id)?.overdue?.isSoon == true)
        clock.set("2026-10-08T09:30:00+08:00")
        #expect(try await times().watch.step() == UTCTime(rfc3339: "2026-10-09T17:30:00+08:00"))
        try await expect(overdue: 1, revisions: 4)
        #expect(try await owed(Self.county).map(\.revision) == [1])
        let news = try #require(try await owed(Self.desk).first)
        #expect(String(decoding: news.feature, as: UTF8.self).contains(#""step":"accept""#) && news.revision == 4)
        #expect(try await owed(Self.town).map(\.revision) == [2])

        // After a restart the ladder goes on where it was.
        try await store.close()
        store = try FindingDatabase.open(in: state, clock: clock)
        clock.set("2026-10-10T12:00:00+08:00")
        #expect(try await times().watch.step() == nil)
        try await expect(overdue: 1, revisions: 5)
        let rung = try #require(try await owed(Self.town).first { $0.revision == 5 })
        #expect(String(decoding: rung.feature, as: UTF8.self).contains(#""rung":{"id":"remind","title":{"zh":"提醒""#))
        _ = try await times().watch.step()
        try await expect(overdue: 1, revisions: 5)

        // The case goes on: its dispatch has no limit here, and nothing is overdue.
        _ = try await store.record(
            CaseRecord(platform: Self.county, number: "LX-1", stage: .accepted), of: finding.id)
        #expect(try await times().watch.step() == nil)
        #expect(try await store.caseCounts(now: clock.utc).map(\.overdue) == [0])
        #expect(try await store.finding(finding.id)?.overdue == nil)
        try await store.close()
        state.release()
    }
}
