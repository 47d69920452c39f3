import Inspection
import Synchronization
import Testing

@testable import Delivery

/// What the platforms say of their cases, from the signature to the store.
struct CaseCallbackReceiverTests {
    private static let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    private static let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let start: Int64 = 1_787_195_045

    private let store = RecordingStore(known: [finding(1)])
    private let clock = TestClock(at: start)

    private func receiver() throws -> CaseCallbackReceiver {
        let since = UTCTime(microseconds: Self.start * 1_000_000 - 60_000_000)
        let callbacks = [
            CaseCallback(platform: Name("city")!, secrets: [try WebhookSecret(Self.secret)], since: since),
            CaseCallback(platform: Name("county")!, secrets: [try WebhookSecret(Self.other)], since: since),
        ]
        return CaseCallbackReceiver(callbacks, store: store, clock: clock)
    }

    private static func take(
        _ receiver: CaseCallbackReceiver, _ stage: String = "handling", of number: UInt64 = 1, id: String = "m-1",
        at seconds: Int64 = start, by secret: String = secret
    ) async throws -> CaseCallbackReceiver.Answer {
        let body = Array(
            #"{"case_number":"LX-1","external_id":"\#(finding(number))","stage":"\#(stage)"}"#.utf8)
        let headers = [
            "webhook-id": id, "webhook-timestamp": String(seconds),
            "webhook-signature": try WebhookSecret(secret).signature(id: id, timestamp: seconds, body: body),
        ]
        return try await receiver.take(body: body) { headers[$0] }
    }

    @Test(arguments: [(secret, "city"), (other, "county")])
    func `the secret tells which platform speaks`(secret: String, platform: String) async throws {
        #expect(try await Self.take(try receiver(), by: secret) == .stored)
        let record = CaseRecord(platform: try #require(Name(platform)), number: "LX-1", stage: .handling)
        #expect(await store.records == [finding(1): record])
    }

    @Test func `a repetition of what is stored is a success that changes nothing`() async throws {
        let receiver = try receiver()
        #expect(try await Self.take(receiver) == .stored)
        #expect(try await Self.take(receiver, "closed", id: "m-2") == .stored)
        #expect(try await Self.take(receiver) == .stored)
        #expect(await store.records[finding(1)]?.stage == .closed)
        #expect(await store.writes == 2)
        #expect(await receiver.counters.taken == 2)
    }

    @Test func `what could not be stored is taken when it comes again`() async throws {
        let receiver = try receiver()
        await store.fail(next: 1)
        await #expect(throws: StoreError.self) { try await Self.take(receiver) }
        #expect(await store.records.isEmpty)
        #expect(try await Self.take(receiver) == .stored)
        #expect(await store.writes == 1)
    }

    @Test func `a repetition that overtakes its first attempt is no success yet`() async throws {
        let receiver = try receiver()
        let answers = Mutex<[CaseCallbackReceiver.Answer?]>([])
        await store.interrupt {
            let answer = try? await Self.take(receiver)
            answers.withLock { $0.append(answer) }
        }
        #expect(try await Self.take(receiver) == .stored)
        #expect(answers.withLock { $0 } == [.underWay])
        #expect(try await Self.take(receiver) == .stored)
    }

    @Test func `a finding that is not here is said, each time`() async throws {
        let receiver = try receiver()
        for _ in 0..<2 { #expect(try await Self.take(receiver, of: 2) == .unknownFinding) }
        #expect(await receiver.counters.unknown == 2)
    }

    @Test(arguments: [
        ("whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==", "handling", 0, DeliveryError.Kind.notAuthentic),
        (secret, "handling", 301, .notAuthentic), (secret, "handling", -301, .notAuthentic),
        // Stamped before the receiver began: its id may have been taken then.
        (secret, "handling", -61, .notAuthentic), (secret, "lost", 0, .unusableAnswer),
    ])
    func `what is not to be believed changes nothing`(
        secret: String, stage: String, offset: Int64, kind: DeliveryError.Kind
    ) async throws {
        let receiver = try receiver()
        let answer = try await Self.take(receiver, stage, at: Self.start + offset, by: secret)
        guard case .refused(let error) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(error.kind == kind)
        #expect(await store.writes == 0)
        #expect(await receiver.counters.refused == 1)
    }
}
