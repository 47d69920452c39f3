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
    private let cases: (any CaseHistory)?
    private let clock: any Clock
    private var callbacks: [CaseCallback]
    private var underWay: Set<Message> = []
    public private(set) var counters = Counters()

    /// `cases` finds what a platform names only by its own number, and whose a number is.
    public init(
        _ callbacks: [CaseCallback], store: any FindingStore, cases: (any CaseHistory)? = nil, clock: any Clock
    ) {
        self.callbacks = callbacks
        self.store = store
        self.cases = cases
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
        let platform = callbacks[index].platform
        let message = Message(platform: platform, id: callbacks[index].id(of: body, header: header) ?? "")
        let news: CaseCallback.News
        do {
            news = try callbacks[index].news(body: body, now: clock.utc, header: header)
        } catch  where error.kind == .repeated {
            return underWay.contains(message) ? .underWay : .stored
        } catch {
            counters.refused += 1
            return .refused(error)
        }
        underWay.insert(message)
        defer { underWay.remove(message) }
        do {
            let owner = try await cases?.finding(ofCase: news.record.number, at: platform)
            guard let finding = news.finding ?? owner else {
                callbacks[index].forget(id: message.id)
                counters.unknown += 1
                return .unknownFinding
            }
            guard owner == nil || owner == finding else {
                counters.refused += 1
                return .refused(
                    DeliveryError(
                        kind: .unusableAnswer, description: "\(platform): the number is another finding's case"))
            }
            _ = try await store.record(news.record, of: finding)
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
