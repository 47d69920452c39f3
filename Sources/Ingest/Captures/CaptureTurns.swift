import Dispatch
import Inspection
import Synchronization

/// The captures of one source, one at a time and off its thread. So many wait at once; more are refused.
final class CaptureTurns: Sendable {
    private let source: String
    private let limit: Int
    private let queue: DispatchQueue
    private let waiting = Mutex(0)

    init(source: String, options: SourceOptions, queue: DispatchQueue) {
        self.source = source
        limit = max(1, options.capturesWaiting)
        self.queue = queue
    }

    func serve(_ work: @escaping @Sendable () throws(SourceError) -> Capture) async throws(SourceError) -> Capture {
        let isFull = waiting.withLock { waiting in
            if waiting >= limit { return true }
            waiting += 1
            return false
        }
        guard !isFull else {
            throw SourceError(kind: .failed, description: "\(source) already has \(limit) captures waiting")
        }
        let result = await withCheckedContinuation {
            (waiter: CheckedContinuation<Result<Capture, SourceError>, Never>) in
            queue.async {
                let result = Result { () throws(SourceError) in try work() }
                self.waiting.withLock { $0 -= 1 }
                waiter.resume(returning: result)
            }
        }
        return try result.get()
    }
}
