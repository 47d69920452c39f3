import Foundation
import Mosquitto
import Testing

@Suite struct ConnectionTests {
    private static func options(_ port: Int) -> MQTTOptions {
        var options = MQTTOptions(host: "127.0.0.1", port: port)
        options.firstRetry = 0.1
        options.lastRetry = 0.4
        options.connectSeconds = 3
        return options
    }

    private static func connect(
        _ options: MQTTOptions, _ topics: [String], limit: Int = 1024
    ) throws -> (MQTTConnection, MQTTSubscription) {
        let connection = try MQTTConnection(options) { Int64(Date().timeIntervalSince1970 * 1e6) }
        let subscription = MQTTSubscription(filters: try topics.map { try #require(TopicFilter($0)) }, limit: limit)
        connection.add(subscription)
        connection.start()
        return (connection, subscription)
    }

    private static func read(_ count: Int, _ subscription: MQTTSubscription) -> [MQTTMessage] {
        var messages: [MQTTMessage] = []
        while messages.count < count, let message = subscription.next(seconds: 5) { messages.append(message) }
        return messages
    }

    private static func text(_ messages: [MQTTMessage]) -> [String] {
        messages.map { String(decoding: $0.payload, as: UTF8.self) }
    }

    /// The broker may know of the connection before it knows what is read: until a message comes through.
    private static func isHeard(_ broker: TestBroker, _ subscription: MQTTSubscription, _ topic: String) -> Bool {
        TestBroker.awaits(15) {
            broker.publish(topic, ["probe"])
            var isHeard = false
            while subscription.next(seconds: 0.3) != nil { isHeard = true }
            return isHeard
        }
    }

    @Test func `reads its topics in order and no others`() throws {
        guard let broker = TestBroker() else { return }
        let (connection, subscription) = try Self.connect(
            Self.options(broker.port), ["thing/product/+/osd", "alone/#"])
        defer { connection.stop() }
        #expect(Self.isHeard(broker, subscription, "thing/product/A1/osd"))
        let sent = (0..<200).map { "message \($0)" }
        broker.publish("thing/product/A1/state", ["not asked for"])
        broker.publish("thing/product/A2/osd", sent)
        broker.publish("alone/of/all", ["last"])
        let messages = Self.read(201, subscription)
        #expect(Self.text(messages) == sent + ["last"])
        #expect(messages.first?.topic == "thing/product/A2/osd")
        #expect(messages.last?.topic == "alone/of/all")
        #expect(abs(Date().timeIntervalSince1970 - Double(messages.last?.received ?? 0) / 1e6) < 20)
        #expect(connection.status.connections == 1)
        #expect(connection.status.trouble == nil)
    }

    @Test func `serves several readers, also late ones, each with its own`() throws {
        guard let broker = TestBroker() else { return }
        let (connection, first) = try Self.connect(Self.options(broker.port), ["a"])
        defer { connection.stop() }
        #expect(Self.isHeard(broker, first, "a"))
        let second = MQTTSubscription(filters: [try #require(TopicFilter("b"))])
        connection.add(second)
        #expect(Self.isHeard(broker, second, "b"))
        broker.publish("a", ["1"])
        broker.publish("b", ["2"])
        #expect(Self.text(Self.read(1, first)) == ["1"])
        #expect(Self.text(Self.read(1, second)) == ["2"])
        connection.remove(second)
        #expect(
            TestBroker.awaits(5) {
                broker.publish("b", ["3"])
                return second.next(seconds: 0.2) == nil
            })
        broker.publish("a", ["4"])
        #expect(Self.text(Self.read(1, first)) == ["4"])
        #expect(connection.status.connections == 1)
    }

    @Test func `comes back and reads on when the broker was restarted`() throws {
        guard let broker = TestBroker() else { return }
        let (connection, subscription) = try Self.connect(Self.options(broker.port), ["t"])
        defer { connection.stop() }
        #expect(Self.isHeard(broker, subscription, "t"))
        broker.stop()
        #expect(TestBroker.awaits(5) { !connection.status.isConnected })
        #expect(connection.status.trouble?.isTransient == true)
        broker.start()
        #expect(Self.isHeard(broker, subscription, "t"))
        #expect(connection.status.connections == 2)
        #expect(connection.status.trouble == nil)
    }

    @Test func `says that nobody listens, and tries again with pauses`() throws {
        let (connection, subscription) = try Self.connect(Self.options(Int.random(in: 60_001..<65_000)), ["t"])
        defer { connection.stop() }
        #expect(TestBroker.awaits(5) { connection.status.failures >= 2 })
        let status = connection.status
        #expect(status.trouble?.kind == .connect)
        #expect(status.trouble?.description.contains("refused") == true, "\(String(describing: status.trouble))")
        Thread.sleep(forTimeInterval: 1)
        #expect((1...9).contains(connection.status.failures - status.failures))
        #expect(subscription.next(seconds: 0) == nil)
    }

    @Test func `says that a host is not known`() throws {
        var options = Self.options(1883)
        options.host = "no-such-broker.invalid"
        let (connection, _) = try Self.connect(options, ["t"])
        defer { connection.stop() }
        #expect(TestBroker.awaits(15) { connection.status.trouble != nil })
        #expect(connection.status.trouble?.kind == .resolve)
    }

    @Test func `says that the password is wrong, and does not hammer`() throws {
        guard
            let broker = TestBroker(
                ["allow_anonymous false", "password_file $/passwords"],
                prepare: { folder in
                    TestBroker.run(
                        "mosquitto_passwd", ["-c", "-b", folder.appending(path: "passwords").path, "gateway", "right"])
                })
        else { return }
        var options = Self.options(broker.port)
        options.username = "gateway"
        options.password = "wrong-secret"
        options.lastRetry = 1
        let (connection, _) = try Self.connect(options, ["t"])
        defer { connection.stop() }
        #expect(TestBroker.awaits(5) { connection.status.trouble != nil })
        let trouble = connection.status.trouble
        #expect(trouble?.kind == .badCredentials || trouble?.kind == .notAuthorized, "\(String(describing: trouble))")
        #expect(trouble?.isTransient == false)
        #expect(trouble?.description.contains("wrong-secret") == false)
        Thread.sleep(forTimeInterval: 1.5)
        #expect((1...4).contains(connection.status.failures))
        options.password = "right"
        let (right, _) = try Self.connect(options, ["t"])
        defer { right.stop() }
        #expect(TestBroker.awaits(5) { right.status.isConnected })
    }

    @Test func `takes no message that is longer than the limit`() throws {
        guard let broker = TestBroker() else { return }
        var options = Self.options(broker.port)
        options.messageLimit = 4096
        let (connection, subscription) = try Self.connect(options, ["t"])
        defer { connection.stop() }
        #expect(Self.isHeard(broker, subscription, "t"))
        let long = String(repeating: "x", count: 300_000)
        broker.publish("t", ["before", long, String(repeating: "y", count: 4096), "after"])
        let lengths = Self.read(3, subscription).map(\.payload.count)
        #expect(lengths == [6, 4096, 5])
        // A broker of MQTT 5 was told, and did not send it.
        #expect(connection.status.oversized == 0)
        #expect(connection.status.connections == 1)
    }

    @Test func `drops the oldest for a slow reader, and counts them`() throws {
        guard let broker = TestBroker() else { return }
        let (connection, subscription) = try Self.connect(Self.options(broker.port), ["t"], limit: 10)
        defer { connection.stop() }
        #expect(Self.isHeard(broker, subscription, "t"))
        let before = subscription.counters.received
        broker.publish("t", (0..<100).map { "\($0)" })
        #expect(TestBroker.awaits(10) { subscription.counters.received == before + 100 })
        #expect(subscription.counters.dropped == 90)
        #expect(Self.text(Self.read(10, subscription)) == (90..<100).map { "\($0)" })
    }

    @Test func `ends at once when told to`() throws {
        guard let broker = TestBroker() else { return }
        let (connection, subscription) = try Self.connect(Self.options(broker.port), ["t"])
        #expect(TestBroker.awaits(5) { connection.status.isConnected })
        let began = Date()
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.2)
            connection.stop()
        }
        #expect(subscription.next(seconds: 20) == nil)
        #expect(Date().timeIntervalSince(began) < 5)
        #expect(subscription.isEnded)
        #expect(!connection.status.isConnected)
    }
}
