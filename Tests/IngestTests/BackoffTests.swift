import Testing

@testable import Ingest

struct BackoffTests {
    @Test func `doubles from first to last and stays there`() {
        var backoff = Backoff(first: 1, last: 30)
        #expect((0..<7).map { _ in backoff.next(fraction: 1) } == [1, 2, 4, 8, 16, 30, 30])
        backoff.reset()
        #expect(backoff.next(fraction: 0) == 0.5)
    }
}
