import Foundation
import Synchronization

/// Jobs done one after the other on the concurrency pool, given by a thread of our own. At most `limit` wait: whoever gives
/// one more waits for a place.
final class JobLine: Sendable {
    typealias Job = @Sendable () async -> Void

    private let places: DispatchSemaphore
    private let jobs: AsyncStream<Job>.Continuation

    init(limit: Int) {
        let places = DispatchSemaphore(value: limit)
        self.places = places
        let (stream, continuation) = AsyncStream.makeStream(of: Job.self)
        jobs = continuation
        Task {
            for await job in stream {
                await job()
                places.signal()
            }
        }
    }

    func submit(_ job: @escaping Job) {
        places.wait()
        jobs.yield(job)
    }

    /// Blocks until everything submitted so far is done.
    func waitUntilIdle() {
        let done = DispatchSemaphore(value: 0)
        submit { done.signal() }
        done.wait()
    }

    func finish() {
        waitUntilIdle()
        jobs.finish()
    }
}

/// Runs `body` on the concurrency pool and blocks this thread until it is done: only for threads of our own.
func block<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Value, any Error>?>(nil)
    let box = ResultBox(result: result)
    Task {
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        box.result.withLock { $0 = outcome }
        done.signal()
    }
    done.wait()
    guard let outcome = box.result.withLock({ $0 }) else { throw CancellationError() }
    return try outcome.get()
}

private final class ResultBox<Value: Sendable>: Sendable {
    let result: Mutex<Result<Value, any Error>?>

    init(result: consuming Mutex<Result<Value, any Error>?>) { self.result = result }
}
