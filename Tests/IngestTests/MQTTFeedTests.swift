import Foundation
import Inspection
import Synchronization
import Testing

@testable import Ingest

@Suite struct MQTTFeedTests {
    /// A feed on a thread of its own, and what it delivered.
    private final class Reader: Sendable {
        let feed: MQTTFeed
        let packets = Mutex<[MetadataPacket]>([])
        let hasEnded = Mutex(false)

        init(
            _ options: MQTTFeedOptions, _ brokers: MQTTBrokers, lasts: (@Sendable (ArraySlice<UInt8>) -> Bool)? = nil
        ) throws {
            feed = try MQTTFeed(options, brokers: brokers, clock: SystemClock(), lasts: lasts)
            Thread.detachNewThread { [self] in
                try? feed.run { packet in self.packets.withLock { $0.append(packet) } }
                hasEnded.withLock { $0 = true }
            }
        }

        deinit { feed.stop() }

        var count: Int { packets.withLock { $0.count } }
    }

    private static func broker(_ port: Int) -> Peer? {
        guard let peer = Peer.start("mosquitto", ["-p", "\(port)"]) else { return nil }
        return Peer.awaitPort(port) ? peer : nil
    }

    private static func say(_ topic: String, _ text: String, _ port: Int, _ more: [String] = []) {
        Peer.start("mosquitto_pub", ["-p", "\(port)", "-t", topic, "-m", text, "-q", "1"] + more)?.wait()
    }

    private static func awaits(_ seconds: Double = 15, _ condition: () -> Bool) -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while !condition() {
            guard Date() < limit else { return false }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return true
    }

    @Test func `hands on the messages of its aircraft with topic and time, over a restart of the broker`() throws {
        let port = NetworkListening.port()
        var peer = Self.broker(port)
        guard peer != nil else { return }
        let brokers = MQTTBrokers()
        let address = try MQTTBroker("mqtt://127.0.0.1:\(port)")
        let first = try Reader(.djiCloud(broker: address, device: "UAV1", gateway: "DOCK1"), brokers)
        let second = try Reader(.djiCloud(broker: address, device: "UAV2"), brokers)
        func hears(_ reader: Reader, _ topic: String) -> Bool {
            Self.awaits {
                Self.say(topic, "probe", port)
                return reader.count > 0
            }
        }
        #expect(hears(first, "thing/product/UAV1/osd"))
        #expect(hears(second, "thing/product/UAV2/osd"))
        #expect(first.feed.trouble == nil)
        first.packets.withLock { $0 = [] }
        second.packets.withLock { $0 = [] }
        Self.say("thing/product/UAV3/osd", "no", port)
        Self.say("thing/product/DOCK1/drc/down", "no", port)
        Self.say("thing/product/UAV2/state", "two", port)
        Self.say("thing/product/DOCK1/drc/up", #"{"method":"osd_info_push"}"#, port)
        #expect(Self.awaits { first.count == 1 && second.count == 1 })
        let packet = try #require(first.packets.withLock { $0.first })
        #expect(packet.dialect == .djiCloud)
        #expect(packet.channel == "thing/product/DOCK1/drc/up")
        #expect(String(decoding: packet.bytes, as: UTF8.self) == #"{"method":"osd_info_push"}"#)
        #expect(packet.time == nil && packet.pid == nil)
        #expect(abs(packet.arrival.microseconds(since: SystemClock().utc)) < 20_000_000)
        #expect(second.packets.withLock { $0.first?.channel } == "thing/product/UAV2/state")

        peer?.stop()
        #expect(Self.awaits { first.feed.trouble != nil && second.feed.trouble != nil })
        #expect(first.feed.trouble?.isTransient == true)
        peer = Self.broker(port)
        first.packets.withLock { $0 = [] }
        #expect(hears(first, "thing/product/UAV1/osd"))
        #expect(first.feed.trouble == nil)
        #expect(first.feed.counters["restarts"] == 1)
        #expect(first.feed.counters["dropped_packets"] == 0)
        #expect(first.feed.counters["packets"] ?? 0 >= 3)

        first.feed.stop()
        #expect(Self.awaits(5) { first.hasEnded.withLock { $0 } })
        // The other goes on over the connection that both had.
        second.packets.withLock { $0 = [] }
        #expect(hears(second, "thing/product/UAV2/osd"))
        second.feed.stop()
        #expect(Self.awaits(5) { second.hasEnded.withLock { $0 } })
        withExtendedLifetime(peer) {}
    }

    @Test func `what the broker remembered is no telemetry of now`() throws {
        let port = NetworkListening.port()
        guard let peer = Self.broker(port) else { return }
        Self.say("thing/product/UAV1/osd", "old", port, ["-r"])
        let address = try MQTTBroker("mqtt://127.0.0.1:\(port)")
        let reader = try Reader(.djiCloud(broker: address, device: "UAV1"), MQTTBrokers())
        #expect(Self.awaits { reader.feed.counters["retained_packets"] == 1 })
        Self.say("thing/product/UAV1/osd", "new", port)
        #expect(Self.awaits { reader.count == 1 })
        #expect(reader.packets.withLock { $0.first.map { String(decoding: $0.bytes, as: UTF8.self) } } == "new")
        withExtendedLifetime(peer) {}
    }

    @Test func `what an analyser said of itself is of now, though the broker remembered it`() throws {
        let port = NetworkListening.port()
        guard let peer = Self.broker(port) else { return }
        Self.say("site/a", "hello", port, ["-r"])
        Self.say("site/b", "old", port, ["-r"])
        let options = MQTTFeedOptions(
            broker: try MQTTBroker("mqtt://127.0.0.1:\(port)"), topics: ["site/+"], dialect: .analysisAuto)
        let reader = try Reader(options, MQTTBrokers()) { $0.starts(with: "hello".utf8) }
        #expect(Self.awaits { reader.feed.counters["retained_packets"] == 1 && reader.count == 1 })
        let packet = try #require(reader.packets.withLock { $0.first })
        #expect(packet.channel == "site/a" && packet.bytes == Array("hello".utf8))
        withExtendedLifetime(peer) {}
    }

    @Test func `says why nothing comes, and stops all the same`() throws {
        let address = try MQTTBroker("mqtt://127.0.0.1:\(Int.random(in: 60_001..<65_000))")
        let reader = try Reader(.djiCloud(broker: address), MQTTBrokers())
        #expect(Self.awaits { reader.feed.counters["failed_connections"] ?? 0 > 0 })
        #expect(reader.feed.trouble?.kind == .connection)
        reader.feed.stop()
        #expect(Self.awaits(5) { reader.hasEnded.withLock { $0 } })
    }

    @Test(arguments: [[], ["a+"], ["a", ""], ["#/a"]])
    func `refuses topics that are none`(_ topics: [String]) throws {
        let broker = try MQTTBroker("mqtt://h")
        let options = MQTTFeedOptions(broker: broker, topics: topics, dialect: .djiCloud)
        #expect(throws: SourceError.self) { try MQTTFeed(options, brokers: MQTTBrokers(), clock: SystemClock()) }
    }
}
