import Foundation
import Mosquitto
import Testing

/// Brokers that a real mosquitto cannot play: of MQTT 3.1.1 only, dumb, or strict about who reads what.
@Suite struct OldBrokerTests {
    private static let script = """
        import socket, struct, sys
        port, manner = int(sys.argv[1]), sys.argv[2]
        server = socket.create_server(("127.0.0.1", port))
        def read(link):
            head = link.recv(1)
            if not head: return None, b""
            length, shift = 0, 0
            while True:
                byte = link.recv(1)[0]
                length |= (byte & 127) << shift
                shift += 7
                if byte < 128: break
            body = b""
            while len(body) < length: body += link.recv(length - len(body))
            return head[0], body
        links = []
        while True:
            link, _ = server.accept()
            links.append(link)
            if manner == "mute": continue
            kind, body = read(link)
            level = body[6]
            if level == 5:
                if manner == "old": link.sendall(bytes([0x20, 2, 0, 1]))
                link.close()
                continue
            link.sendall(bytes([0x20, 2, 0, 0]))
            while True:
                kind, body = read(link)
                if kind is None: break
                if kind >> 4 != 8: continue
                topic = body[4:-1]
                refused = topic.startswith(b"secret")
                link.sendall(bytes([0x90, 3]) + body[:2] + bytes([0x80 if refused else 0]))
                if not refused:
                    text = struct.pack(">H", len(topic)) + topic + b"hello"
                    link.sendall(bytes([0x30, len(text)]) + text)
        """

    private static func start(_ manner: String) throws -> (Process, Int)? {
        let port = Int.random(in: 20_000..<32_000)
        guard let process = TestBroker.launch("python3", ["-c", script, "\(port)", manner]) else { return nil }
        #expect(TestBroker.awaits(10) { TestBroker.listens(port) })
        return (process, port)
    }

    private static func options(_ port: Int) -> MQTTOptions {
        var options = MQTTOptions(host: "127.0.0.1", port: port)
        options.firstRetry = 0.1
        options.lastRetry = 0.4
        options.connectSeconds = 1
        return options
    }

    @Test(arguments: ["old", "hangup"])
    func `speaks MQTT 3 to a broker that has nothing newer`(_ manner: String) throws {
        guard let (process, port) = try Self.start(manner) else { return }
        // The polite signal may be blocked in a child of a dispatch thread.
        defer { kill(process.processIdentifier, SIGKILL) }
        let connection = try MQTTConnection(Self.options(port)) { 0 }
        defer { connection.stop() }
        let open = MQTTSubscription(filters: [try #require(TopicFilter("open"))])
        connection.add(open)
        connection.start()
        let message = open.next(seconds: 8)
        #expect(message?.topic == "open")
        #expect(message.map { String(decoding: $0.payload, as: UTF8.self) } == "hello")
        #expect(connection.status.trouble == nil)
        let secret = MQTTSubscription(filters: [try #require(TopicFilter("secret/a"))])
        connection.add(secret)
        #expect(TestBroker.awaits(5) { connection.status.trouble != nil })
        #expect(connection.status.isConnected)
        #expect(connection.status.trouble?.kind == .subscriptionRefused)
        #expect(connection.status.trouble?.description.contains("secret/a") == true)
        #expect(connection.status.trouble?.isTransient == false)
    }

    @Test func `gives up a broker that says nothing`() throws {
        guard let (process, port) = try Self.start("mute") else { return }
        // The polite signal may be blocked in a child of a dispatch thread.
        defer { kill(process.processIdentifier, SIGKILL) }
        let connection = try MQTTConnection(Self.options(port)) { 0 }
        defer { connection.stop() }
        connection.start()
        #expect(TestBroker.awaits(6) { connection.status.trouble != nil })
        #expect(connection.status.trouble?.kind == .timeout)
        #expect(!connection.status.isConnected)
    }
}
