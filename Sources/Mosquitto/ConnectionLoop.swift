import Glibc
import Synchronization

/// The thread of a connection: connects, reads, waits, connects again. Everything here runs on that one thread.
struct ConnectionLoop: ~Copyable {
    /// A connection that held for so long starts the waits from the shortest again, seconds.
    private static let heldSeconds = 10.0
    private static let idleMilliseconds: Int32 = 1000
    /// libmosquitto does not say what an unfinished handshake waits for: it is asked at this interval.
    private static let handshakeMilliseconds: Int32 = 20

    private let connection: MQTTConnection
    private var delay: RetryDelay
    private var version = Session.Version.five

    init(_ connection: MQTTConnection) {
        self.connection = connection
        delay = RetryDelay(first: connection.options.firstRetry, last: connection.options.lastRetry)
    }

    private var isStopped: Bool { connection.state.withLock { $0.isStopped } }

    mutating func run() {
        // OpenSSL writes to a socket that the broker may have closed: an error, no signal that ends the process.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        while !isStopped {
            do throws(MosquittoError) {
                try live()
            } catch {
                if isStopped { break }
                connection.state.withLock { state in
                    state.status.isConnected = false
                    state.status.trouble = error
                    state.status.failures &+= 1
                }
                // Brokers of MQTT 3 either say so or just hang up.
                let isOld = version == .five && (error.kind == .version || error.kind == .noAnswer)
                version = isOld ? .three : .five
                if isOld, error.kind == .version { continue }
                rest(delay.next(fraction: Double.random(in: 0...1), isTransient: error.isTransient))
            }
        }
        connection.state.withLock { $0.status.isConnected = false }
    }

    private func rest(_ seconds: Double) {
        let end = Self.seconds() + seconds
        while !isStopped {
            let left = end - Self.seconds()
            guard left > 0 else { return }
            var wait = pollfd(fd: connection.wake.readEnd, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&wait, 1, Int32(min(left * 1000, 60_000).rounded(.up)))
            if wait.revents != 0 { connection.wake.clear() }
        }
    }

    /// Returns when told to stop.
    private mutating func live() throws(MosquittoError) {
        let session = try Session.make(connection.options, version, now: connection.now)
        try session.connect()
        let began = Self.seconds()
        var hasWaited = false
        while session.reports.answer == nil {
            if isStopped { return }
            guard Self.seconds() - began < connection.options.connectSeconds else {
                throw MosquittoError(
                    kind: .timeout, broker: connection.options.broker,
                    description: "\(connection.options.broker) did not answer")
            }
            try session.turn(
                wake: connection.wake, milliseconds: hasWaited ? Self.handshakeMilliseconds : Self.idleMilliseconds,
                isPatient: hasWaited)
            hasWaited = true
        }
        if let refusal = session.reports.refusal(connection.options.broker) { throw refusal }
        let accepted = Self.seconds()
        connection.state.withLock { state in
            state.status.isConnected = true
            state.status.trouble = nil
            state.status.connections &+= 1
        }
        var topics = Topics()
        while !isStopped {
            try update(&topics, session)
            try session.turn(wake: connection.wake, milliseconds: Self.idleMilliseconds, isPatient: false)
            deliver(session.reports, &topics)
            if Self.seconds() - accepted > Self.heldSeconds { delay.reset() }
        }
        session.disconnect()
    }

    /// What the broker was asked for over this connection.
    private struct Topics {
        var generation = -1
        var asked: Set<TopicFilter> = []
        var refused: Set<TopicFilter> = []
    }

    private func update(_ topics: inout Topics, _ session: borrowing Session) throws(MosquittoError) {
        let (generation, wanted) = connection.state.withLock { state in
            (state.generation, state.generation == topics.generation ? [] : Set(state.subscriptions.flatMap(\.filters)))
        }
        guard generation != topics.generation else { return }
        for filter in topics.asked.subtracting(wanted) { session.unsubscribe(filter) }
        for filter in wanted.subtracting(topics.asked) { try session.subscribe(filter) }
        topics.asked = wanted
        topics.refused.formIntersection(wanted)
        topics.generation = generation
    }

    private mutating func deliver(_ reports: SessionReports, _ topics: inout Topics) {
        let messages = reports.takeMessages()
        if !messages.isEmpty { delay.reset() }
        for message in messages { connection.hand(on: message) }
        let oversized = reports.takeOversized()
        let settled = reports.takeSettled()
        guard oversized > 0 || !settled.granted.isEmpty || !settled.refused.isEmpty else { return }
        topics.refused.subtract(settled.granted)
        topics.refused.formUnion(settled.refused)
        let names = topics.refused.map(\.text).sorted().prefix(4).joined(separator: ", ")
        let broker = connection.options.broker
        connection.state.withLock { state in
            state.status.oversized &+= oversized
            state.status.trouble =
                names.isEmpty
                ? nil
                : MosquittoError(
                    kind: .subscriptionRefused, broker: broker,
                    description: "\(broker) does not let this client read \(names)")
        }
    }

    private static func seconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
