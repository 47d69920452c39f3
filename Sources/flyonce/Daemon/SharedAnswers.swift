import Inspection
import Synchronization

/// Answers questions that each keep a processor busy, one after the other. Those who wait for the same share one answer, however
/// many they are; of different ones few wait.
final class SharedAnswers<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
    private typealias Coming = Task<Result<Answer, StoreError>, Never>

    private struct Line {
        /// Ends when those who asked before have their answer.
        var last: Task<Void, Never>?
        /// Answers that were not begun yet.
        var waiting: [Question: Coming] = [:]
    }

    /// Questions that wait, beside the one that is being answered.
    private let limit: Int
    private let look: @Sendable (Question) async throws(StoreError) -> Answer
    private let line = Mutex(Line())

    init(waiting limit: Int, look: @escaping @Sendable (Question) async throws(StoreError) -> Answer) {
        self.limit = limit
        self.look = look
    }

    /// Questions that wait now.
    var waiting: Int { line.withLock { $0.waiting.count } }

    /// Nil when too many others wait.
    func answer(to question: Question) async throws(StoreError) -> Answer? {
        let coming: Coming? = line.withLock { line in
            if let waiting = line.waiting[question] { return waiting }
            guard line.waiting.count < limit else { return nil }
            let before = line.last
            let coming = Coming {
                await before?.value
                self.line.withLock { $0.waiting[question] = nil }
                do throws(StoreError) {
                    return .success(try await self.look(question))
                } catch {
                    return .failure(error)
                }
            }
            line.waiting[question] = coming
            line.last = Task { _ = await coming.value }
            return coming
        }
        guard let coming else { return nil }
        return try await coming.value.get()
    }
}
