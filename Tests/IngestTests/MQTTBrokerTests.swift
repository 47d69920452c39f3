import Foundation
import Inspection
import Mosquitto
import Testing

@testable import Ingest

@Suite struct MQTTBrokerTests {
    @Test(arguments: [
        ("mqtt://h", "h", 1883, false), ("mqtts://h", "h", 8883, true), ("MQTTS://h:1", "h", 1, true),
        ("tcp://10.0.0.1:1884", "10.0.0.1", 1884, false), ("ssl://h", "h", 8883, true),
        ("mqtt://[::1]:1999", "::1", 1999, false), ("mqtt://[::1]", "::1", 1883, false),
    ])
    func `reads an address`(_ text: String, _ host: String, _ port: Int, _ isSecure: Bool) throws {
        let broker = try MQTTBroker(text)
        #expect(broker.host == host)
        #expect(broker.port == port)
        #expect(broker.isSecure == isSecure)
        #expect(broker.username == nil && broker.password == nil && broker.topics.isEmpty)
        #expect((broker.options.tls != nil) == isSecure)
    }

    @Test func `reads user, password and topic, and shows no password`() throws {
        let broker = try MQTTBroker("mqtts://gate%40way:p%3Aw@h:8884/thing/product/+/osd")
        #expect(broker.username == "gate@way")
        #expect(broker.password == "p:w")
        #expect(broker.topics == ["thing/product/+/osd"])
        #expect(broker.description == "mqtts://h:8884")
        #expect(try MQTTBroker("mqtt://h/").topics.isEmpty)
        #expect(try MQTTBroker("mqtt://h/a/#").topics == ["a/#"])
    }

    @Test(arguments: [
        "h:1883", "http://h", "mqtt://", "mqtt://:1883", "mqtt://h:0", "mqtt://h:65536", "mqtt://h:x", "mqtt://h:1:2",
        "mqtt://[::1", "mqtt://[::1]x", "mqtt://u%zz@h",
    ])
    func `refuses what is no address`(_ text: String) {
        #expect(throws: SourceError.self) { try MQTTBroker(text) }
    }

    @Test func `a refusal shows no password`() {
        let error = #expect(throws: SourceError.self) { try MQTTBroker("mqtt://u:hidden@h:0") }
        #expect(error?.description.contains("hidden") == false)
    }

    @Test func `says which file is missing, and that files need encryption`() throws {
        var broker = try MQTTBroker("mqtts://h")
        broker.authorityFile = "/nonexistent/ca.pem"
        let missing = #expect(throws: SourceError.self) { try broker.check() }
        #expect(missing?.kind == .notFound)
        #expect(missing?.description.contains("/nonexistent/ca.pem") == true)
        var plain = try MQTTBroker("mqtt://h")
        plain.authorityFile = "/etc/hostname"
        let clear = #expect(throws: SourceError.self) { try plain.check() }
        #expect(clear?.hint.contains("mqtts") == true)
    }

    @Test func `reads the topics of an aircraft and of its gateway`() throws {
        let broker = try MQTTBroker("mqtt://h")
        #expect(
            try MQTTFeedOptions.djiCloud(broker: broker, device: "UAV1", gateway: "DOCK1").topics
                == ["thing/product/UAV1/osd", "thing/product/UAV1/state", "thing/product/DOCK1/drc/up"])
        #expect(
            try MQTTFeedOptions.djiCloud(broker: broker, device: "UAV1").topics
                == ["thing/product/UAV1/osd", "thing/product/UAV1/state"])
        #expect(
            try MQTTFeedOptions.djiCloud(broker: broker).topics
                == ["thing/product/+/osd", "thing/product/+/state", "thing/product/+/drc/up"])
        for serial in ["+", "#", "a/b", "", "a b", String(repeating: "x", count: 65)] {
            #expect(throws: SourceError.self) { try MQTTFeedOptions.djiCloud(broker: broker, device: serial) }
            #expect(throws: SourceError.self) { try MQTTFeedOptions.djiCloud(broker: broker, gateway: serial) }
        }
    }
}
