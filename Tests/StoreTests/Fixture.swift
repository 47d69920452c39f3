import Foundation
import GRDB
import Geodesy
import Inspection
import Synchronization
import Testing

@testable import Store

/// A clock that moves only when told to.
final class ManualClock: Inspection.Clock {
    private let microseconds = Mutex<Int64>(1_755_000_000_000_000)
    var utc: UTCTime { UTCTime(microseconds: microseconds.withLock { $0 }) }
    var monotonicNanoseconds: Int64 { microseconds.withLock { $0 } &* 1000 }
    func advance(seconds: Int64) { microseconds.withLock { $0 += seconds * 1_000_000 } }
}

/// A state directory of its own for each test, removed afterwards.
final class Workspace {
    let path = FileManager.default.temporaryDirectory.path + "/store-test-\(UUID().uuidString)"
    let clock = ManualClock()
    private var directory: StateDirectory?

    func open(
        clock: (any Inspection.Clock)? = nil, tell: @escaping @Sendable (StoreNotice) -> Void = { _ in }
    ) throws -> FindingDatabase {
        if directory == nil { directory = try StateDirectory(path: path) }
        return try FindingDatabase.open(in: try #require(directory), clock: clock ?? self.clock, tell: tell)
    }

    /// Closes cleanly and opens again, as a restart does.
    func reopen(_ store: FindingDatabase) async throws -> FindingDatabase {
        try await store.close()
        return try open()
    }

    /// Changes the file behind the store's back.
    func tamper(_ sql: String) throws {
        // An open store may be writing what it found by itself.
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path + "/flyonce.db", configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Makes the file one of an older format, as the FlyOnce of that format wrote it.
    func goBack(to format: Int64) throws {
        try #require(Self.undone.count == Schema.format - 1, "a step of the format has no way back here")
        for step in (format..<Schema.format).reversed() { try tamper(Self.undone[Int(step) - 1]) }
        try tamper("DELETE FROM meta WHERE key IN ('format', 'schema'); PRAGMA user_version = \(format)")
    }

    /// What undoes the step from format n + 1, for the store has only the way forward.
    private static let undone = [
        "DROP TABLE judgements; DROP TABLE spending",
        """
        DROP TRIGGER finding_gone; DROP TABLE places; DROP TABLE parts;
        CREATE INDEX findings_of_flight ON findings (flight, first_seen)
        """,
        """
        DROP TRIGGER reviewed_gone; DROP TABLE reflights; DROP TABLE timings; DROP INDEX places_by_cell; DROP TABLE coverage
        """,
        "ALTER TABLE places DROP COLUMN gsd",
        """
        DROP TRIGGER case_changes_gone; DROP TABLE case_changes; DROP INDEX cases_open; DROP TABLE missions;
        DROP INDEX outbox_urgent; DROP INDEX outbox_queue; DROP INDEX outbox_due;
        ALTER TABLE outbox DROP COLUMN urgency;
        CREATE INDEX outbox_queue ON outbox (destination, seq, due) WHERE state = 'pending';
        CREATE INDEX outbox_due ON outbox (destination, due) WHERE state = 'pending'
        """,
        [retention, caseClocks].joined(separator: ";"),
        """
        DROP INDEX outbox_of_revision;
        CREATE INDEX outbox_of_revision ON outbox (seq) WHERE state IN ('pending', 'held', 'leased')
        """,
    ]
    private static let retention = """
        DROP TRIGGER outbox_gone; DROP TABLE outbox_folded; DROP TABLE holds; DROP TABLE removals;
        DROP INDEX cases_of_finding; DROP INDEX evidence_of_original; DROP INDEX evidence_by_age;
        ALTER TABLE evidence DROP COLUMN original; ALTER TABLE evidence DROP COLUMN captured
        """
    private static let caseClocks = """
        DROP TRIGGER case_clocks_gone; DROP TABLE case_clocks; DROP INDEX case_changes_ended
        """

    /// A connection that ends at the same moment takes its own files away, and a removal stops at a file that has gone.
    deinit {
        for _ in 0..<5 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}

let platform = Name("platform")!
let phones = Name("phones")!
let camera = Name("camera-1")!

func uuid(_ number: UInt64) -> UUIDv7 {
    UUIDv7(milliseconds: 1_755_000_000_000 + number, randomness: (number, number))
}

func finding(_ number: UInt64, sightings: Int = 1, status: Finding.Status = .open) -> Finding {
    Finding(
        id: uuid(number), sceneType: "waste.exposed", title: BilingualText(zh: "裸露垃圾", en: "Exposed \"waste\"\n"),
        severity: .orange, confidence: 0.123456789012345, status: status,
        firstSeen: UTCTime(microseconds: 1_755_000_000_123_456), lastSeen: UTCTime(microseconds: 1_755_000_009_000_001),
        provenance: .precisionTimeStamp, sightings: sightings, flight: uuid(9_000), source: camera,
        gateway: Name("gw")!, rule: "waste", ruleVersion: "1.2.0",
        reasons: [
            .init(
                condition: "object.label == \"waste\"",
                values: [.init(name: "object.label", value: "waste"), .init(name: "area", value: "12")])
        ],
        location: Geotag(
            point: GeodeticPoint(latitude: 39.987654321012345, longitude: 116.30000000000001, height: 51.25),
            method: .rayTerrain, ellipse: ErrorEllipse(semiMajor: 4.1, semiMinor: 2.2, bearing: 31.7), ce90: 7.3,
            poseAgeMilliseconds: 12.5, sourceDatum: "sensor HAE (item 75)"),
        refusal: nil)
}

func item(_ number: Int, kind: EvidenceItem.Kind = .picture) -> EvidenceItem {
    let digits = String(number, radix: 16)
    return EvidenceItem(
        sha256: String(repeating: "0", count: 64 - digits.count) + digits, kind: kind, mediaType: "image/jpeg",
        bytes: 1000 + number, capturedAt: UTCTime(microseconds: 1_755_000_000_123_456), redacted: false)
}

func observation(
    _ number: UInt64, sightings: Int = 1, evidence: [EvidenceItem] = [],
    routes: [Observation.Route] = [.init(destination: platform, release: .auto)], status: Finding.Status = .open,
    severity: Severity = .orange
) -> Observation {
    var finding = finding(number, sightings: sightings, status: status)
    finding.severity = severity
    return Observation(finding: finding, evidence: evidence, routes: routes)
}

func verdict(_ kind: Verdict.Kind, at: Int64 = 0) -> Verdict {
    Verdict(kind: kind, by: "officer-7", at: UTCTime(microseconds: at), why: "looked")
}

extension FindingDatabase {
    func leased(_ destination: Name, _ clock: ManualClock, limit: Int = 100) async throws -> [OwedDelivery] {
        try await lease(
            destination, limit: limit, now: clock.utc, until: clock.utc.advanced(byMicroseconds: 60_000_000))
    }

    func book(_ destination: Name) async throws -> Book {
        let books = try await books()
        #expect(books.allSatisfy { $0.balances })
        return try #require(books.first { $0.destination == destination })
    }

    /// The books counted from the rows themselves.
    func countedStates() async throws -> [String: Int64] {
        try await read { db in
            var states: [String: Int64] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT destination || ' ' || state, COUNT(*) FROM outbox GROUP BY destination, state")
            {
                states[row.text(0) ?? ""] = row.integer(1)
            }
            return states
        }
    }
}

/// Of a finding as it is, owed to nobody.
func observation(_ finding: Finding) -> Observation { Observation(finding: finding, evidence: [], routes: []) }
