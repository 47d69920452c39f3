import API
import Inspection
import Synchronization

/// Where persons' marks wait for the one journey that takes them. Every mark is answered, once.
final class MarkInbox: Sendable {
    struct Order: Sendable {
        var mark: Mark
        var sceneType: SceneType
        /// When it came.
        var arrival: Int64
        var reply: Reply
    }

    /// To whom waits for what becomes of a mark. The first answer counts.
    final class Reply: Sendable {
        private struct State {
            var waiting: CheckedContinuation<MarkAnswer, Never>?
            var alarm: Task<Void, Never>?
        }

        private let state: Mutex<State>

        init(_ waiting: CheckedContinuation<MarkAnswer, Never>) { state = Mutex(State(waiting: waiting)) }

        var isGiven: Bool { state.withLock { $0.waiting == nil } }

        func give(_ answer: MarkAnswer) {
            let taken = state.withLock { held in
                defer { held = State() }
                return held
            }
            taken.alarm?.cancel()
            taken.waiting?.resume(returning: answer)
        }

        /// Gives `answer` when no other was given by then.
        func give(_ answer: MarkAnswer, after seconds: Double) {
            let alarm = Task {
                guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
                give(answer)
            }
            state.withLock { held in
                if held.waiting == nil { alarm.cancel() } else { held.alarm = alarm }
            }
        }
    }

    private struct State {
        var orders: [Order] = []
        var isClosed = false
    }

    /// Marks that wait at once; more are refused.
    private static let limit = 32
    /// Seconds after which whoever waits is told to send it again: a mark sent again is taken once.
    private static let patience = 15.0

    private let state = Mutex(State())
    private let isFilled = Atomic(false)

    /// Answers when the mark is on disk, or cannot be.
    func take(_ mark: Mark, of sceneType: SceneType, clock: any Inspection.Clock) async -> MarkAnswer {
        await withCheckedContinuation { continuation in
            let reply = Reply(continuation)
            let order = Order(mark: mark, sceneType: sceneType, arrival: clock.monotonicNanoseconds, reply: reply)
            let refusal: MarkAnswer? = state.withLock { state in
                if state.isClosed { return .frameNotHeld(.noPictures) }
                guard state.orders.count < Self.limit else { return .notKept }
                state.orders.append(order)
                return nil
            }
            if let refusal { return reply.give(refusal) }
            isFilled.store(true, ordering: .releasing)
            reply.give(.notKept, after: Self.patience)
        }
    }

    /// Gives each mark that waits and is still asked for; those for which `body` says so stay. Cheap when there is none.
    func drain(_ body: (Order) -> Bool) {
        guard isFilled.exchange(false, ordering: .acquiring) else { return }
        let waiting = state.withLock { state in
            defer { state.orders = [] }
            return state.orders
        }
        let staying = waiting.filter { !$0.reply.isGiven && body($0) }
        guard !staying.isEmpty else { return }
        state.withLock { $0.orders.insert(contentsOf: staying, at: 0) }
        isFilled.store(true, ordering: .releasing)
    }

    /// No more are taken.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.orders = [] }
            return state.orders
        }
        for order in waiting { order.reply.give(.frameNotHeld(.noPictures)) }
    }
}
