/// Gathers events that are to be sent at nearly the same time. Every event gets the answer of the request it went in.
actor EventBatches {
    struct Answer: Sendable {
        var answer: DeliveryAnswer
        var bytes: Int
        var events: Int
    }

    private struct Waiting {
        var event: CloudEvent
        var bytes: Int
        var answer: CheckedContinuation<Answer, Never>
    }

    /// Bytes of features in one request.
    private static let maximumBytes = 1 << 20

    private let limit: Int
    private let wait: Duration
    private var waiting: [Waiting] = []
    /// Counts batches, so that a late alarm sends none before its time.
    private var round = 0

    init(limit: Int, wait: Duration) {
        self.limit = limit
        self.wait = wait
    }

    func answer(to event: CloudEvent, send: @escaping @Sendable ([CloudEvent]) async -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in
            let bytes = event.isWhole ? event.data.count : 0
            if waiting.reduce(bytes, { $0 + $1.bytes }) > Self.maximumBytes { flush(send) }
            waiting.append(Waiting(event: event, bytes: bytes, answer: continuation))
            if waiting.count >= limit { return flush(send) }
            guard waiting.count == 1 else { return }
            let round = round
            Task {
                try? await Task.sleep(for: wait)
                flush(round, send)
            }
        }
    }

    private func flush(_ round: Int, _ send: @escaping @Sendable ([CloudEvent]) async -> Answer) {
        if round == self.round { flush(send) }
    }

    private func flush(_ send: @escaping @Sendable ([CloudEvent]) async -> Answer) {
        let batch = waiting
        waiting = []
        round += 1
        guard !batch.isEmpty else { return }
        Task {
            let answer = await send(batch.map(\.event))
            for one in batch { one.answer.resume(returning: answer) }
        }
    }
}
