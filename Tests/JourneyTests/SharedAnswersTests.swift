import Inspection
import Synchronization
import Testing

@testable import flyonce

@Suite struct SharedAnswersTests {
    /// Answers when it is let.
    private final class Desk: Sendable {
        let asked = Mutex<[Int]>([])
        private let gate = AsyncStream.makeStream(of: Void.self)

        func letOne() { gate.continuation.yield() }

        func look(_ question: Int) async throws(StoreError) -> Int {
            asked.withLock { $0.append(question) }
            var gates = gate.stream.makeAsyncIterator()
            await gates.next()
            guard question != 13 else { throw StoreError(kind: .unreadable, description: "13") }
            return -question
        }

        func began(_ count: Int) async throws {
            for _ in 0..<1000 where asked.withLock({ $0.count }) < count { try await Task.sleep(for: .milliseconds(5)) }
            #expect(asked.withLock { $0.count } == count)
        }
    }

    @Test func `one is answered at a time, the same together, and who comes when three others wait is turned away`()
        async throws
    {
        let desk = Desk()
        let answers = SharedAnswers(waiting: 3) { question throws(StoreError) in try await desk.look(question) }
        async let first = answers.answer(to: 1)
        try await desk.began(1)
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for question in [2, 2, 2, 3, 4] {
                group.addTask { try await answers.answer(to: question) }
            }
            for _ in 0..<1000 where answers.waiting < 3 { try await Task.sleep(for: .milliseconds(5)) }
            try #require(answers.waiting == 3)
            let turnedAway = try await answers.answer(to: 5)
            #expect(turnedAway == nil)
            // The two that ask for the same have come by then, or come to be answered alone.
            for _ in 0..<6 { desk.letOne() }
            var told: [Int] = []
            for try await answer in group { told.append(answer ?? 0) }
            #expect(told.sorted() == [-4, -3, -2, -2, -2])
        }
        #expect(try await first == -1)
        #expect(Set(desk.asked.withLock { $0 }) == [1, 2, 3, 4])
    }

    @Test func `a failure is told to who asked, and the next is answered`() async throws {
        let desk = Desk()
        let answers = SharedAnswers(waiting: 1) { question throws(StoreError) in try await desk.look(question) }
        desk.letOne()
        await #expect(throws: StoreError.self) { try await answers.answer(to: 13) }
        desk.letOne()
        #expect(try await answers.answer(to: 7) == -7)
    }
}
