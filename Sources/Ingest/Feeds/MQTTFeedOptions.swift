public import Inspection

/// What a feed reads of a broker.
public struct MQTTFeedOptions: Sendable, Hashable {
    public var broker: MQTTBroker
    /// With the wildcards of MQTT, `+` and `#`.
    public var topics: [String]
    public var dialect: MetadataPacket.Dialect
    /// Messages that wait for their receiver; the oldest give way.
    public var queueLimit = 1024

    public init(broker: MQTTBroker, topics: [String], dialect: MetadataPacket.Dialect) {
        self.broker = broker
        self.topics = topics
        self.dialect = dialect
    }

    /// DJI's Cloud API: properties and state of the aircraft, and the fast telemetry that comes through its gateway. Without a
    /// serial number: of every aircraft, of every gateway.
    public static func djiCloud(
        broker: MQTTBroker, device: String? = nil, gateway: String? = nil
    ) throws(SourceError) -> MQTTFeedOptions {
        for serial in [device, gateway] {
            guard let serial else { continue }
            // Anything else would read other topics than it says.
            let isSerial =
                (1...64).contains(serial.utf8.count)
                && serial.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                        || byte == 95 || byte == 46
                }
            guard isSerial else {
                throw SourceError(
                    kind: .failed, description: "\(serial) is no serial number of an aircraft or gateway",
                    hint: "letters and digits, as on the device's label")
            }
        }
        var topics = ["thing/product/\(device ?? "+")/osd", "thing/product/\(device ?? "+")/state"]
        // Whose telemetry a gateway passes on is not in its topic: of an unnamed gateway it is read only with all others.
        if device == nil || gateway != nil { topics.append("thing/product/\(gateway ?? "+")/drc/up") }
        return MQTTFeedOptions(broker: broker, topics: topics, dialect: .djiCloud)
    }
}
