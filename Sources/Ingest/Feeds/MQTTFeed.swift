public import Inspection
import Mosquitto
import Synchronization

/// Messages of a broker's topics as metadata packets, each with its topic as the channel. It reads only.
public final class MQTTFeed: MetadataFeed {
    /// How long a wait for messages goes on before the stop signal is looked at, seconds.
    private static let pollSeconds = 1.0

    private let options: MQTTFeedOptions
    private let brokers: MQTTBrokers
    private let clock: any Clock
    private let lasts: (@Sendable (ArraySlice<UInt8>) -> Bool)?
    private let subscription: MQTTSubscription
    private let signal = StopSignal()
    private let connection = Mutex<MQTTConnection?>(nil)
    private let retained = Mutex<Int64>(0)

    /// Nothing is opened before ``run(_:)``. What the broker remembered is left out, but for messages that `lasts`: what an
    /// analyser says of itself counts for all that comes after it. Throws when an option cannot be meant.
    public init(
        _ options: MQTTFeedOptions, brokers: MQTTBrokers, clock: any Clock,
        lasts: (@Sendable (ArraySlice<UInt8>) -> Bool)? = nil
    ) throws(SourceError) {
        var filters: [TopicFilter] = []
        for topic in options.topics {
            guard let filter = TopicFilter(topic) else {
                throw SourceError(
                    kind: .failed, description: "\(topic) is no topic",
                    hint: "+ and # must stand alone between slashes, # at the end")
            }
            filters.append(filter)
        }
        guard !filters.isEmpty else { throw SourceError(kind: .failed, description: "no topic to read") }
        try options.broker.check()
        self.options = options
        self.brokers = brokers
        self.clock = clock
        self.lasts = lasts
        subscription = MQTTSubscription(filters: filters, limit: options.queueLimit)
    }

    public func run(_ deliver: @escaping @Sendable (MetadataPacket) -> Void) throws(SourceError) {
        let joined = try brokers.join(options.broker, clock: clock)
        connection.withLock { $0 = joined }
        joined.add(subscription)
        defer {
            joined.remove(subscription)
            brokers.leave(joined)
        }
        while !signal.isSet {
            guard let message = subscription.next(seconds: Self.pollSeconds) else { continue }
            // The broker's memory of a message is no telemetry of now.
            if message.isRetained, !(lasts?(message.payload[...]) ?? false) {
                retained.withLock { $0 &+= 1 }
                continue
            }
            var packet = MetadataPacket(
                dialect: options.dialect, bytes: message.payload, time: nil, ptsMicroseconds: nil, pid: nil,
                arrival: UTCTime(microseconds: message.received))
            packet.channel = message.topic
            deliver(packet)
        }
    }

    public func stop() {
        signal.set()
        subscription.end()
    }

    public var trouble: SourceError? {
        guard let status = connection.withLock({ $0 })?.status else { return nil }
        if let trouble = status.trouble { return SourceError(trouble) }
        return status.isConnected
            ? nil : SourceError(kind: .connection, description: "\(options.broker): connecting")
    }

    /// `packets`, `bytes`, `dropped_packets`, `retained_packets`; of the broker's connection, also if it is shared:
    /// `restarts`, `failed_connections`, `oversized_packets`.
    public var counters: [String: Int64] {
        let own = subscription.counters
        let status = connection.withLock { $0 }?.status ?? .init()
        return [
            "packets": own.received, "bytes": own.bytes, "dropped_packets": own.dropped,
            "retained_packets": retained.withLock { $0 }, "restarts": max(0, status.connections - 1),
            "failed_connections": status.failures, "oversized_packets": status.oversized,
        ]
    }
}
