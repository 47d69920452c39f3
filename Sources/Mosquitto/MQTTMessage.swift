/// One message as a broker handed it on.
public struct MQTTMessage: Sendable, Hashable {
    public var topic: String
    public var payload: [UInt8]
    /// Said again by the broker to a new reader: it may be old.
    public var isRetained: Bool
    /// What the connection's clock said when it came, microseconds.
    public var received: Int64

    public init(topic: String, payload: [UInt8], isRetained: Bool, received: Int64) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.received = received
    }
}
