import Evidence
import Foundation
import Geodesy
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Inspection
import Logging
import NIOCore
import Store
import Synchronization
import Testing

@testable import API

/// A gateway on a directory of its own: the real store, the real evidence, no network. Every answer it gives is held to
/// docs/openapi.yaml and to what every answer owes the browser.
final class TestGateway: Sendable {
    static let reader = "reader-token-6b1f0c"
    static let officer = "officer-token-93ad27"
    static let analyser = "analyser-token-51c9e2"

    /// Hash of a file that was taken away.
    static let removed = String(repeating: "e", count: 64)

    let folder: String
    let store: FindingDatabase
    let evidence: EvidenceFolder
    let clock = ManualClock()
    let announcements = Announcements()
    let log = LogLines()
    let tokens: Tokens
    let api: GatewayAPI

    private let keepsFolder: Bool
    private let state: StateDirectory

    init(
        folder: String? = nil, keepsFolder: Bool = false, isReady: Bool = true,
        leaflet: String = "/usr/share/javascript/leaflet", areas: [CoverageDesk.Area] = [],
        reflights: ReflightDesk? = nil,
        takeCallback: (@Sendable (SignedMessage) async throws -> CallbackAnswer)? = nil,
        takeMetadata: @escaping @Sendable (Name) -> MetadataIntake? = { _ in nil },
        takeMark: @escaping @Sendable (Name, Mark) async throws -> MarkAnswer = { _, _ in .unknownSource }
    ) throws {
        let folder = folder ?? Self.newFolder()
        let state = try StateDirectory(path: folder)
        let store = try FindingDatabase.open(in: state, clock: clock)
        let tokens = Tokens()
        self.folder = folder
        self.keepsFolder = keepsFolder
        self.state = state
        self.store = store
        evidence = try EvidenceFolder(in: folder)
        self.tokens = tokens
        api = GatewayAPI(
            options: GatewayAPI.Options(host: "127.0.0.1", port: 0, leaflet: leaflet), store: store, outbox: store,
            evidence: evidence,
            clock: clock, announcements: announcements,
            coverage: CoverageDesk(store: store) { box, limit in
                Array(areas.filter { $0.shape.box.intersects(box) }.prefix(limit))
            },
            reflights: reflights,
            cases: CaseDesk(store: store) { clock, now in now.microseconds(since: clock.since) },
            outboxDesk: OutboxDesk(
                entries: { destination, state, after, limit in
                    guard let state = OutboxEntry.State(rawValue: state.rawValue) else { return [] }
                    return try await store.outboxEntries(destination, in: state, after: after, limit: limit).map {
                        .init(
                            finding: $0.finding, revision: $0.revision, sequence: $0.sequence, severity: $0.severity,
                            attempts: $0.attempts, created: $0.created, due: $0.due, lastError: $0.lastError)
                    }
                }, resend: { try await store.revive($0, finding: $1) },
                destinations: { (try await store.books()).map(\.destination) },
                hint: { "\($0) is none of \($1.joined(separator: ", "))" }), missions: store,
            holds: store,
            removal: { hash in
                hash == Self.removed ? ("quota", UTCTime(rfc3339: "2026-08-20T02:00:00Z")!) : nil
            },
            evidenceFault: { [evidence] hash in
                await evidence.fault(of: hash).map { $0.kind == .damaged ? .damaged : .unreadable }
            },
            listed: { hash in
                for id in (try? await store.findings(withEvidence: hash)) ?? [] {
                    let record = try? await store.finding(id)
                    if let item = record?.evidence.first(where: { $0.sha256 == hash }) {
                        return ListedEvidence(item: item, finding: id)
                    }
                }
                return nil
            },
            authorize: { tokens.principal(of: $0) },
            status: { Self.status(books: (try? await store.books()) ?? [], isReady: isReady) },
            takeCallback: takeCallback ?? { _ in .notConfigured }, takeMetadata: takeMetadata, takeMark: takeMark)
    }

    deinit {
        if !keepsFolder { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Lets go of the directory, so that another may open it.
    func close() async throws {
        try await store.close()
        state.release()
    }

    static func newFolder() -> String {
        FileManager.default.temporaryDirectory.appending(path: "flyonce-api-\(UUID().uuidString)").path
    }

    final class Tokens: Sendable {
        private let known = Mutex([
            TestGateway.reader: GatewayAPI.Principal(name: "reader", mayDecide: false),
            TestGateway.officer: GatewayAPI.Principal(name: "officer", mayDecide: true),
            TestGateway.analyser: GatewayAPI.Principal(name: "analyser", mayDecide: false, mayPush: true),
        ])

        func principal(of token: String) -> GatewayAPI.Principal? { known.withLock { $0[token] } }
        func revoke(_ token: String) { known.withLock { $0[token] = nil } }
    }

    static func status(books: [Book], isReady: Bool) -> GatewayStatus {
        var status = GatewayStatus(
            gateway: Name("ridge")!, version: "1.0.0", startedAt: UTCTime(rfc3339: "2026-08-20T01:00:00Z")!,
            isReady: isReady,
            sources: [
                .init(
                    name: Name("mast")!, state: .live, location: "rtsp://10.0.0.8/live",
                    counters: ["frames": 1200, "packets": 600], metadataAge: 0.04, lastError: nil),
                .init(
                    name: Name("dock")!, state: .backingOff, location: "srt://10.0.0.9:9000",
                    counters: ["frames": 0], metadataAge: nil, lastError: "connection \"refused\""),
            ],
            books: books, counters: ["detections": 41, "findings_opened": 7])
        status.retention = RetentionStatus(
            level: 2, levelName: "without_pictures", free: 500, total: 1000, reserve: 16,
            kept: [
                .init(name: "clips", bytes: 70, quota: 80), .init(name: "pictures", bytes: 9, quota: nil),
                .init(name: "metadata", bytes: nil, quota: nil),
            ], missing: 3, holds: 1, orphans: 2, lost: 4, lastError: "no key")
        status.circuits = [Name("city")!: .halfOpen]
        status.rules = [
            .init(rule: "smoke-1", precisionFloor: 0.6, upheld: 3, dismissed: 9, isUnderFloor: true),
            .init(rule: "fire", precisionFloor: 0.25, upheld: 1, dismissed: 0, isUnderFloor: false),
        ]
        status.sources[0].feeds = [
            .init(
                name: "mqtt://broker/\"a\"", state: .live, age: 0.5, counters: ["packets": 30], lastError: nil),
            .init(name: "mqtt://broker/\"a\"", state: .silent, age: nil, counters: ["packets": 0], lastError: nil),
        ]
        return status
    }

    var application: Application<RouterResponder<RequestPrincipalContext>> {
        Application(router: api.router(trusted: false), logger: log.logger)
    }

    /// Asks, and holds the answer to the document.
    func call(
        _ method: HTTPRequest.Method = .get, _ uri: String, token: String? = TestGateway.reader,
        headers: HTTPFields = [:], body: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        var fields = headers
        if let token { fields[.authorization] = "Bearer \(token)" }
        let sent = fields
        let answer = try await application.test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: sent, body: body.map { ByteBuffer(string: $0) }
            ) { Answer(status: $0.status.code, headers: $0.headers, body: Array($0.body.readableBytesView)) }
        }
        answer.expectManners(sourceLocation)
        OpenAPIDocument.shared.expect(answer, to: method, uri, sourceLocation)
        return answer
    }

    /// Asks as the command line does, over the control socket's routes.
    func callControl(_ method: HTTPRequest.Method, _ uri: String, body: String? = nil) async throws -> Answer {
        let application = Application(router: api.router(trusted: true), logger: log.logger)
        return try await application.test(.router) { client in
            try await client.execute(uri: uri, method: method, body: body.map { ByteBuffer(string: $0) }) {
                Answer(status: $0.status.code, headers: $0.headers, body: Array($0.body.readableBytesView))
            }
        }
    }

    func commit(_ number: Int, _ change: (inout Finding) -> Void = { _ in }) async throws -> FindingRecord {
        var finding = Finding.numbered(number)
        change(&finding)
        return try #require(await store.commit(Observation(finding: finding, evidence: [], routes: [])))
    }

    /// Findings `range`, written at the same time.
    func commit(_ range: Range<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in range {
                group.addTask { [store] in
                    _ = try await store.commit(Observation(finding: .numbered(number), evidence: [], routes: []))
                }
            }
            try await group.waitForAll()
        }
    }
}

final class ManualClock: Inspection.Clock {
    private let now = Mutex(UTCTime(rfc3339: "2026-08-20T03:00:00Z")!)

    var utc: UTCTime {
        now.withLock { time in
            time = time.advanced(byMicroseconds: 1000)
            return time
        }
    }
    var monotonicNanoseconds: Int64 { utc.microseconds &* 1000 }

    func advance(seconds: Int64) {
        now.withLock { $0 = $0.advanced(byMicroseconds: seconds * 1_000_000) }
    }
}

extension Finding {
    static func numbered(_ number: Int) -> Finding {
        let seen = UTCTime(rfc3339: "2026-08-20T02:00:00Z")!.advanced(byMicroseconds: Int64(number) * 1_000_000)
        let milliseconds = UInt64(seen.microseconds / 1000)
        return Finding(
            id: FindingID(milliseconds: milliseconds, randomness: (UInt64(number), UInt64(number))),
            sceneType: number.isMultiple(of: 2) ? "waste.exposed" : "worker.no_dust_mask",
            title: BilingualText(zh: "裸露垃圾", en: "Exposed waste"),
            severity: Severity.allCases[number % 4], confidence: 0.9, status: .open, firstSeen: seen, lastSeen: seen,
            provenance: .precisionTimeStamp, sightings: 3,
            flight: FlightID(milliseconds: milliseconds, randomness: (1, 1)), source: Name("mast")!,
            gateway: Name("ridge")!, rule: "waste-near-road", ruleVersion: "1.2.0",
            reasons: [
                Detection.Reason(
                    condition: "object.confidence > 0.5", values: [.init(name: "object.confidence", value: "0.9")])
            ],
            location: Geotag(
                point: GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 120), method: .rayEllipsoid,
                ellipse: ErrorEllipse(semiMajor: 4, semiMinor: 2, bearing: 30), ce90: 7.1, poseAgeMilliseconds: 20,
                sourceDatum: "sensor HAE (item 75)"),
            refusal: nil)
    }
}
