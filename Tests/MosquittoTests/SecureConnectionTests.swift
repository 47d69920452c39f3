import Foundation
import Mosquitto
import Testing

@Suite struct SecureConnectionTests {
    private static let listener = [
        "allow_anonymous true", "cafile $/ca.pem", "certfile $/broker.pem", "keyfile $/broker.key",
    ]

    private static func status(
        _ broker: TestBroker, authority: String?, withClient: Bool = false
    ) throws -> MQTTConnection.Status {
        var options = MQTTOptions(host: "127.0.0.1", port: broker.port)
        options.connectSeconds = 3
        options.firstRetry = 0.2
        options.lastRetry = 1
        var tls = MQTTOptions.TLS()
        func file(_ name: String) -> String { broker.folder.appending(path: name).path }
        tls.authorityFile = authority.map(file)
        if withClient {
            tls.certificateFile = file("client.pem")
            tls.keyFile = file("client.key")
        }
        options.tls = tls
        let connection = try MQTTConnection(options) { 0 }
        defer { connection.stop() }
        let subscription = MQTTSubscription(filters: [try #require(TopicFilter("t"))])
        connection.add(subscription)
        connection.start()
        _ = TestBroker.awaits(10) { connection.status.isConnected || connection.status.trouble != nil }
        if connection.status.isConnected {
            let flags =
                ["--cafile", file("ca.pem")]
                + (withClient ? ["--cert", file("client.pem"), "--key", file("client.key")] : [])
            let sent = (0..<500).map { "\($0) " + String(repeating: "x", count: 200) }
            // More than one record of TLS holds: none may be left in its buffer.
            let isHeard = TestBroker.awaits(10) {
                broker.publish("t", ["probe"], flags)
                return subscription.next(seconds: 0.5) != nil
            }
            #expect(isHeard)
            while subscription.next(seconds: 0.3) != nil {}
            broker.publish("t", sent, flags)
            var read = 0
            while read < sent.count, subscription.next(seconds: 3) != nil { read += 1 }
            #expect(read == sent.count)
        }
        return connection.status
    }

    @Test func `connects over TLS to a broker that its authority vouches for`() throws {
        guard let broker = TestBroker(Self.listener, prepare: { TestCertificates.make(in: $0) }) else { return }
        let status = try Self.status(broker, authority: "ca.pem")
        #expect(status.isConnected, "\(String(describing: status.trouble))")
        // Neither one that another authority vouches for, nor one that the system does not know.
        for authority in ["other.pem", nil] {
            let refused = try Self.status(broker, authority: authority)
            #expect(!refused.isConnected)
            #expect(refused.trouble?.kind == .tls, "\(String(describing: refused.trouble))")
            #expect(refused.trouble?.isTransient == false)
            #expect((1...3).contains(refused.failures))
        }
    }

    @Test func `refuses a broker whose certificate has another name`() throws {
        guard
            let broker = TestBroker(
                Self.listener, prepare: { TestCertificates.make(in: $0, name: "DNS:elsewhere.example") })
        else { return }
        let status = try Self.status(broker, authority: "ca.pem")
        #expect(!status.isConnected)
        #expect(status.trouble?.kind == .tls, "\(String(describing: status.trouble))")
    }

    @Test func `shows its own certificate to a broker that asks for it`() throws {
        let listener = Self.listener + ["require_certificate true"]
        guard let broker = TestBroker(listener, prepare: { TestCertificates.make(in: $0) }) else { return }
        let status = try Self.status(broker, authority: "ca.pem", withClient: true)
        #expect(status.isConnected, "\(String(describing: status.trouble))")
        let without = try Self.status(broker, authority: "ca.pem")
        #expect(!without.isConnected)
        #expect(without.trouble != nil)
    }

    @Test func `says which file it cannot use`() throws {
        var options = MQTTOptions(host: "127.0.0.1", port: 1)
        var tls = MQTTOptions.TLS()
        tls.authorityFile = "/nonexistent/ca.pem"
        options.tls = tls
        let connection = try MQTTConnection(options) { 0 }
        defer { connection.stop() }
        connection.start()
        #expect(TestBroker.awaits(5) { connection.status.trouble != nil })
        #expect(connection.status.trouble?.kind == .tls)
        #expect(connection.status.trouble?.description.contains("/nonexistent/ca.pem") == true)
    }
}
