import Foundation
import Inspection
import Synchronization
import Testing

@testable import Ingest

@Suite(.serialized) struct MAVLinkFeedTests {
    /// Packets as they came.
    final class Received: Sendable {
        private let packets = Mutex<[MetadataPacket]>([])

        var all: [MetadataPacket] { packets.withLock { $0 } }
        func add(_ packet: MetadataPacket) { packets.withLock { $0.append(packet) } }

        func wait(_ count: Int, seconds: Double = 15) -> Bool {
            let limit = Date().addingTimeInterval(seconds)
            while Date() < limit {
                if all.reduce(0, { $0 + $1.bytes.count }) >= count { return true }
                Thread.sleep(forTimeInterval: 0.02)
            }
            return false
        }
    }

    static let heartbeat: [UInt8] = [0xFE, 9, 0, 1, 1, 0, 0, 0, 0, 0, 2, 3, 81, 4, 3, 0x7D, 0xDD]

    /// Sends the heartbeat ten times a second to a UDP port, and writes what comes back into a file.
    static let sender = """
        import socket, sys, time
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setblocking(False)
        while True:
            s.sendto(bytes.fromhex(sys.argv[2]), ('127.0.0.1', int(sys.argv[1])))
            time.sleep(0.1)
            try:
                data = s.recv(2048)
                if data: open(sys.argv[3], 'ab').write(data)
            except OSError:
                pass
        """

    /// Gives the heartbeat three times to each who connects, writes what comes back into a file, and hangs up.
    static let server = """
        import socket, sys, time
        s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
        while True:
            c, _ = s.accept()
            for _ in range(3):
                c.sendall(bytes.fromhex(sys.argv[2]))
                time.sleep(0.05)
            c.setblocking(False)
            try:
                data = c.recv(2048)
                if data: open(sys.argv[3], 'ab').write(data)
            except OSError:
                pass
            c.close()
        """

    static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    static func run(_ address: String, _ script: String, _ port: Int, _ body: (MAVLinkFeed, Received) -> Void) throws {
        let back = FileManager.default.temporaryDirectory.appendingPathComponent("mavlink-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: back) }
        guard let peer = Peer.start("python3", ["-c", script, String(port), hex(heartbeat), back]) else { return }
        defer { peer.stop() }
        let feed = MAVLinkFeed(try MAVLinkAddress(address), clock: SystemClock())
        let received = Received()
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do throws(SourceError) { try feed.run { received.add($0) } } catch { Issue.record("\(error)") }
            done.signal()
        }
        body(feed, received)
        feed.stop()
        #expect(done.wait(timeout: .now() + 5) == .success, "it stops soon")
        #expect(!FileManager.default.fileExists(atPath: back), "it never sends a byte")
    }

    @Test func `hears what is sent to its port, one datagram a packet`() throws {
        let port = NetworkListening.port()
        try Self.run("mavlink+udp://127.0.0.1:\(port)", Self.sender, port) { feed, received in
            #expect(received.wait(3 * Self.heartbeat.count))
            #expect(received.all.allSatisfy { $0.bytes == Self.heartbeat && $0.dialect == .mavlink })
            #expect(feed.trouble == nil && feed.counters["packets"] ?? 0 >= 3)
        }
    }

    @Test func `reads from a server, and comes again when it hangs up`() throws {
        let port = NetworkListening.port()
        try Self.run("tcp://127.0.0.1:\(port)", Self.server, port) { feed, received in
            #expect(received.wait(6 * Self.heartbeat.count))
            #expect(Array(received.all.flatMap(\.bytes).prefix(17)) == Self.heartbeat)
            #expect(feed.counters["restarts"] ?? 0 >= 1)
        }
    }

    @Test func `a server that is not there is a trouble, and no end`() throws {
        let feed = MAVLinkFeed(
            try MAVLinkAddress("tcp://127.0.0.1:\(NetworkListening.port())"), clock: SystemClock())
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            try? feed.run { _ in }
            done.signal()
        }
        let limit = Date().addingTimeInterval(10)
        while feed.trouble == nil, Date() < limit { Thread.sleep(forTimeInterval: 0.02) }
        #expect(feed.trouble?.isTransient == true)
        feed.stop()
        #expect(done.wait(timeout: .now() + 5) == .success)
    }

    @Test(arguments: [
        ("mavlink+udp://0.0.0.0:14550", MAVLinkAddress.udp(address: "0.0.0.0", port: 14550, interface: nil)),
        ("udp://", .udp(address: "0.0.0.0", port: 14550, interface: nil)),
        ("udpin://239.1.1.1:9000?interface=eth0", .udp(address: "239.1.1.1", port: 9000, interface: "eth0")),
        ("MAVLINK+TCP://drone.local", .tcp(host: "drone.local", port: 5760)),
        ("tcp://[fe80::1]:5762", .tcp(host: "fe80::1", port: 5762)),
        ("tcp://[::1]", .tcp(host: "::1", port: 5760)),
    ]) func `reads an address`(text: String, address: MAVLinkAddress) throws {
        #expect(try MAVLinkAddress(text) == address)
    }

    @Test(arguments: [
        "", "tcp://", "tcp://host:0", "tcp://host:70000", "udp://x:y", "mavlink+udp://x", "serial:///dev/ttyUSB0",
        "14550",
    ])
    func `refuses what is no address`(text: String) {
        #expect(throws: SourceError.self) { try MAVLinkAddress(text) }
    }
}
