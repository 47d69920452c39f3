import Glibc
import Synchronization

/// A connection to a broker that keeps itself up, on a thread of its own, and reads the topics of its subscriptions. It only
/// reads: there is no way to publish.
public final class MQTTConnection: Sendable {
    public struct Status: Sendable, Hashable {
        public var isConnected = false
        /// Why there is no connection, or what the broker does not let this client read; nil while all is well.
        public var trouble: MosquittoError?
        /// Connections that were accepted, since the start.
        public var connections: Int64 = 0
        /// Attempts that failed.
        public var failures: Int64 = 0
        /// Messages longer than the limit.
        public var oversized: Int64 = 0

        public init() {}
    }

    struct State {
        var subscriptions: [MQTTSubscription] = []
        /// Counts changes of the list, so that the thread sees them.
        var generation = 0
        var status = Status()
        var isStopped = false
        var isStarted = false
    }

    public let options: MQTTOptions
    /// Of this connection's messages, microseconds.
    let now: @Sendable () -> Int64
    let state = Mutex(State())
    let wake: WakePipe

    /// Nothing is opened before ``start()``. `now` stamps the messages.
    public init(_ options: MQTTOptions, now: @escaping @Sendable () -> Int64) throws(MosquittoError) {
        try options.check()
        guard let pipe = WakePipe() else {
            throw MosquittoError(kind: .other, broker: options.broker, description: "no file descriptor is left")
        }
        self.options = options
        self.now = now
        wake = pipe
    }

    public var status: Status { state.withLock { $0.status } }

    /// Reads its topics from now on, over every new connection too.
    public func add(_ subscription: MQTTSubscription) {
        state.withLock { state in
            state.subscriptions.append(subscription)
            state.generation &+= 1
        }
        wake.wake()
    }

    public func remove(_ subscription: MQTTSubscription) {
        state.withLock { state in
            state.subscriptions.removeAll { $0 === subscription }
            state.generation &+= 1
        }
        wake.wake()
    }

    /// Starts the thread, which keeps the connection until ``stop()``. Once only.
    public func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted && !state.isStopped
        }
        guard isFirst else { return }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { unsafe pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let failure = unsafe pthread_create(
            &thread, &attributes,
            { context in
                guard let context = unsafe context else { return nil }
                var loop = ConnectionLoop(unsafe Unmanaged<MQTTConnection>.fromOpaque(context).takeRetainedValue())
                loop.run()
                return nil
            }, context.toOpaque())
        guard failure != 0 else { return }
        unsafe context.release()
        state.withLock {
            $0.status.trouble = MosquittoError(kind: .other, broker: options.broker, description: "no thread is left")
        }
    }

    /// Ends the connection and its subscriptions. Returns at once; more than once does nothing.
    public func stop() {
        let subscriptions = state.withLock { state in
            state.isStopped = true
            state.status.isConnected = false
            defer { state.subscriptions = [] }
            return state.subscriptions
        }
        for subscription in subscriptions { subscription.end() }
        wake.wake()
    }

    /// To all that read its topic.
    func hand(on message: MQTTMessage) {
        let readers = state.withLock { state in state.subscriptions.filter { $0.takes(message.topic) } }
        for reader in readers { reader.put(message) }
    }
}
