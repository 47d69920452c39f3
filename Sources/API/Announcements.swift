import Synchronization

/// Tells whoever listens that the change feed has grown. A listener that is slow misses nothing: it hears once and reads
/// the feed from where it stands.
public final class Announcements: Sendable {
    /// More listeners than this are turned away.
    public static let maximumListeners = 256

    private struct State {
        var next = 0
        var isFinished = false
        var listeners: [(key: Int, continuation: AsyncStream<Void>.Continuation)] = []
    }

    private let state = Mutex(State())

    public init() {}

    public func announce() {
        let listeners = state.withLock { $0.listeners }
        for listener in listeners { listener.continuation.yield() }
    }

    /// Ends every listener's stream and takes no more, so that a shutdown need not wait for them.
    public func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            let all = state.listeners
            state.listeners = []
            return all
        }
        for listener in listeners { listener.continuation.finish() }
    }

    var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Nil when too many listen already, and after ``finish()``. A stream that is let go is a listener gone.
    func listen() -> AsyncStream<Void>? {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let key: Int? = state.withLock { state in
            guard !state.isFinished, state.listeners.count < Self.maximumListeners else { return nil }
            state.next += 1
            state.listeners.append((state.next, continuation))
            return state.next
        }
        guard let key else { return nil }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in state.listeners.removeAll { $0.key == key } }
        }
        return stream
    }
}
