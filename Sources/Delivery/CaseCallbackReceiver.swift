public import Inspection

/// Takes the callbacks of every platform that sends them, and writes each change down as the poll would. Which platform
/// speaks is told by the secret that signed.
public actor CaseCallbackReceiver {
    public enum Answer: Sendable, Hashable {
        /// It is on disk, now or from an earlier attempt.
        case stored
        /// An earlier attempt is being stored.
        case underWay
        /// Another gateway's, or no longer kept.
        case unknownFinding
        case refused(DeliveryError)
    }

    public struct Counters: Sendable, Hashable {
        public var taken: Int64 = 0
        public var unknown: Int64 = 0
        public var refused: Int64 = 0

        public init() {}
    }

    private struct Message: Hashable {
        var platform: Name
        var id: String
    }

    private let store: any FindingStore
    private let clock: any Clock
    private var callbacks: [CaseCallback]
    private var underWay: Set<Message> = []
    public private(set) var counters = Counters()

    public init(_ callbacks: [CaseCallback], store: any FindingStore, clock: any Clock) {
        self.callbacks = callbacks
        self.store = store
        self.clock = clock
    }

    /// `header` gives a request header by its name in lower case. An error of the store leaves the message to be sent
    /// again.
    public func take(body: [UInt8], header: @Sendable (String) -> String?) async throws(StoreError) -> Answer {
        guard let index = callbacks.firstIndex(where: { $0.isSigned(body: body, header: header) }) else {
            counters.refused += 1
            return .refused(
                DeliveryError(kind: .notAuthentic, description: "the callback's signature is not valid"))
        }
        let message = Message(platform: callbacks[index].platform, id: header("webhook-id") ?? "")
        let change: CaseStagePage.Change
        do {
            change = try callbacks[index].accept(body: body, now: clock.utc, header: header)
        } catch  where error.kind == .repeated {
            return underWay.contains(message) ? .underWay : .stored
        } catch {
            counters.refused += 1
            return .refused(error)
        }
        underWay.insert(message)
        defer { underWay.remove(message) }
        do {
            _ = try await store.record(change.record, of: change.finding)
            counters.taken += 1
            return .stored
        } catch {
            callbacks[index].forget(id: message.id)
            guard error.kind == .notFound else { throw error }
            counters.unknown += 1
            return .unknownFinding
        }
    }
}
