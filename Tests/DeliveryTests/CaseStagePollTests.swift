import CasePlatform
import Curl
import Delivery
import Inspection
import Synchronization
import Testing

/// Remembers the newest case record of each finding it knows.
actor RecordingStore: FindingStore {
    let known: Set<FindingID>
    private var failures = 0
    /// Run before a record is kept, once.
    private var interruption: (@Sendable () async -> Void)?
    private(set) var records: [FindingID: CaseRecord] = [:]
    private(set) var writes = 0

    init(known: [FindingID]) { self.known = Set(known) }

    nonisolated var epoch: String { "test" }

    func fail(next count: Int) { failures = count }

    func interrupt(_ body: @escaping @Sendable () async -> Void) { interruption = body }

    func record(_ record: CaseRecord, of finding: FindingID) async throws(StoreError) -> FindingRecord? {
        if let body = interruption {
            interruption = nil
            await body()
        }
        if failures > 0 {
            failures -= 1
            throw StoreError(kind: .full, description: "no room")
        }
        guard known.contains(finding) else { throw StoreError(kind: .notFound, description: "no such finding") }
        if records[finding] != record {
            records[finding] = record
            writes += 1
        }
        return nil
    }

    func commit(_ observation: Observation) async throws(StoreError) -> FindingRecord? { nil }
    func attach(_ items: [EvidenceItem], to finding: FindingID) async throws(StoreError) -> FindingRecord? { nil }
    func record(_ verdict: Verdict, on finding: FindingID) async throws(StoreError) -> FindingRecord? { nil }
    func finding(_ id: FindingID) async throws(StoreError) -> FindingRecord? { nil }
    func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredFeature] { [] }
    nonisolated func known(_ query: KnownFindings.Query) throws(StoreError) -> KnownFindings { KnownFindings() }
    func sightings(ofPart part: FindingID) async throws(StoreError) -> Int { 0 }
    func findings(of flight: FlightID) async throws(StoreError) -> [FindingRecord] { [] }
    func save(_ flight: Flight) async throws(StoreError) {}
    func latestFlight(of source: Name) async throws(StoreError) -> Flight? { nil }
    func flights(limit: Int) async throws(StoreError) -> [Flight] { [] }
    func isDone(content: String, source: Name) async throws(StoreError) -> Bool { false }
    func markDone(content: String, source: Name, flight: Flight) async throws(StoreError) {}
    func markDone(contents: [String], source: Name, flight: Flight) async throws(StoreError) {}
}

@Suite(.timeLimit(.minutes(1)))
struct CaseStagePollTests {
    @Test func `stages come back forward and back, page by page, once each`() async throws {
        var options = CasePlatformOptions()
        options.port = 0
        let running = try await RunningPlatform(options)
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: running.url), transport: HTTPClient(), clock: TestClock())
        for number in 1...25 as ClosedRange<UInt64> {
            let attempt = await adapter.deliver(owed(number), evidence: FolderEvidence())
            guard case .delivered(_?) = attempt.answer else {
                Issue.record("not delivered: \(attempt.answer)")
                return
            }
        }
        let store = RecordingStore(known: (1...24 as ClosedRange<UInt64>).map { finding($0) })
        var pollOptions = CaseStagePoll.Options()
        pollOptions.pageSize = 10
        let saved = Mutex<[String]>([])
        let poll = CaseStagePoll(source: adapter, store: store, options: pollOptions) { cursor in
            saved.withLock { $0.append(cursor) }
        }
        try await poll.poll()
        #expect(await store.records.count == 24)
        #expect(await poll.counters.unknown == 1)
        #expect(saved.withLock { $0.count } == 3)
        let number = try #require(await store.records[finding(7)]?.number)
        for stage in [CaseStage.accepted, .dispatched, .accepted, .rejected] {
            #expect(try await running.server.move(number, to: stage))
            try await poll.poll()
            #expect(await store.records[finding(7)]?.stage.rawValue == stage.rawValue)
        }
        #expect(await store.writes == 28)
        let again = CaseStagePoll(source: adapter, store: store, options: pollOptions)
        try await again.poll()
        #expect(await store.writes == 28, "a poll from the beginning changes nothing")
        await running.stop()
    }

    @Test(arguments: [
        json(200, "<html>", type: "text/html"), json(200, "{}"), json(200, #"{"cases":[],"cursor":7,"more":false}"#),
        json(200, #"{"cases":[],"cursor":"","more":false}"#), json(200, #"{"cases":{},"cursor":"a","more":false}"#),
        json(200, #"{"cases":[],"cursor":"a"}"#), json(401, "{}"), json(500, "{}"), json(302, ""),
    ]) func `a page that breaks the contract moves no cursor`(page: HTTPResponse) async {
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: "https://x"), transport: ScriptedTransport { _, _ in page },
            clock: TestClock())
        let poll = CaseStagePoll(source: adapter, store: RecordingStore(known: []), cursor: "start")
        await #expect(throws: DeliveryError.self) { try await poll.poll() }
        #expect(await poll.cursor == "start")
    }

    @Test func `a platform that promises more for ever is left after its pages, or when the cursor stands still`() async
    {
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: "https://x"),
            transport: ScriptedTransport { _, _ in
                json(200, #"{"cases":[7,{"external_id":"x"}],"cursor":"a","more":true}"#)
            },
            clock: TestClock())
        let poll = CaseStagePoll(source: adapter, store: RecordingStore(known: []))
        await #expect(throws: DeliveryError.self) { try await poll.poll() }
        #expect(await poll.counters.unusable == 4)
    }

    @Test func `the cursor is sent percent-encoded`() async throws {
        let transport = ScriptedTransport { _, _ in json(200, #"{"cases":[],"cursor":"a&b c/é","more":false}"#) }
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: "https://x"), transport: transport, clock: TestClock())
        let poll = CaseStagePoll(source: adapter, store: RecordingStore(known: []))
        try await poll.poll()
        try await poll.poll()
        #expect(
            transport.requests.map(\.url) == [
                "https://x/v1/cases?limit=200", "https://x/v1/cases?limit=200&changed_after=a%26b%20c%2F%C3%A9",
            ])
    }
}

struct CaseCallbackTests {
    private let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    private let now = UTCTime(microseconds: 1_787_195_045_000_000)

    private func body(_ stage: String = "handling") -> [UInt8] {
        Array(
            #"{"case_number":"LX-2026-000001","external_id":"\#(finding(1))","stage":"\#(stage)","at":"2026-08-20T03:04:05Z"}"#
                .utf8)
    }

    private func accept(
        _ callback: inout CaseCallback, _ body: [UInt8], id: String = "m-1", at: Int64 = 1_787_195_045,
        signedBy: String? = nil
    ) throws -> CaseStagePage.Change {
        let fields = [
            "webhook-id": id, "webhook-timestamp": String(at),
            "webhook-signature": try WebhookSecret(signedBy ?? secret).signature(id: id, timestamp: at, body: body),
        ]
        return try callback.accept(body: body, now: now) { fields[$0] }
    }

    @Test func `takes a signed word once`() throws {
        var callback = CaseCallback(platform: platform, secrets: [try WebhookSecret(secret)])
        let change = try accept(&callback, body())
        #expect(change.finding == finding(1))
        #expect(change.record.stands(as: CaseRecord(platform: platform, number: "LX-2026-000001", stage: .handling)))
        #expect(throws: DeliveryError.self) { try accept(&callback, body()) }
        callback.forget(id: "m-1")
        #expect(throws: Never.self) { try accept(&callback, body()) }
    }

    @Test(arguments: [(-301, false), (-300, true), (300, true), (301, false)] as [(Int64, Bool)])
    func `takes a timestamp within five minutes`(offset: Int64, isTaken: Bool) throws {
        var callback = CaseCallback(platform: platform, secrets: [try WebhookSecret(secret)])
        let change = try? accept(&callback, body(), at: 1_787_195_045 + offset)
        #expect((change != nil) == isTaken)
    }

    @Test func `takes no other signature, no missing header, no broken body`() throws {
        var callback = CaseCallback(platform: platform, secrets: [try WebhookSecret(secret)])
        #expect(throws: DeliveryError.self) {
            try accept(&callback, body(), signedBy: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        }
        #expect(throws: DeliveryError.self) { try callback.accept(body: body(), now: now) { _ in nil } }
        #expect(throws: DeliveryError.self) { try accept(&callback, body("lost")) }
        #expect(throws: DeliveryError.self) { try accept(&callback, [123]) }
    }
}
