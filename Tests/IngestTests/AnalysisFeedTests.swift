import Foundation
import Inspection
import Synchronization
import Testing

@testable import Ingest

/// What comes by feeds of JSON messages beside the video.
@Suite(.serialized) struct AnalysisFeedTests {
    private final class Received: Sendable {
        private let packets = Mutex<[MetadataPacket]>([])

        /// Without probes.
        var texts: [String] { all.filter { $0 != AnalysisFeedTests.probe } }
        var probes: Int { all.count { $0 == AnalysisFeedTests.probe } }
        private var all: [String] { packets.withLock { $0.map { String(decoding: $0.bytes, as: UTF8.self) } } }
        var channels: [String?] { packets.withLock { $0.map(\.channel) } }
        var dialects: Set<MetadataPacket.Dialect> { packets.withLock { Set($0.map(\.dialect)) } }

        func take(_ packet: MetadataPacket) { packets.withLock { $0.append(packet) } }

        /// Waits until `count` came, at most ten seconds.
        func wait(for count: Int) -> [String] {
            for _ in 0..<500 where texts.count < count { Thread.sleep(forTimeInterval: 0.02) }
            return texts
        }
    }

    private struct FixedClock: Inspection.Clock {
        var utc: UTCTime { UTCTime(microseconds: 1_787_195_045_000_000) }
        var monotonicNanoseconds: Int64 { 0 }
    }

    private static func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fo-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs the feed while `body` does; true when it returned after its stop.
    private func run(_ feed: any MetadataFeed, _ body: (Received) throws -> Void) rethrows -> Bool {
        let received = Received()
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            try? feed.run { received.take($0) }
            ended.signal()
        }
        defer { feed.stop() }
        try body(received)
        feed.stop()
        return ended.wait(timeout: .now() + 10) == .success
    }

    private func python(_ script: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script] + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Begins a script that connects: `connected(kind)` tries until somebody listens at the first argument, at most ten
    /// seconds.
    private static let connecting = """
        import socket, sys, time
        def connected(kind):
            for _ in range(500):
                s = socket.socket(socket.AF_UNIX, kind)
                try:
                    s.connect(sys.argv[1])
                    return s
                except OSError:
                    s.close()
                    time.sleep(0.02)
            raise SystemExit("nobody listens")

        """

    /// A message that only asks whether a file is followed yet.
    private static let probe = "{\"probe\":1}"

    /// Appends probes until one comes out, at most ten seconds.
    private func waitUntilFollowed(_ path: String, _ received: Received) throws {
        for _ in 0..<500 where received.probes == 0 {
            try append(Self.probe + "\n", to: path)
            Thread.sleep(forTimeInterval: 0.02)
        }
        try #require(received.probes > 0)
    }

    private func append(_ text: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            try Data(text.utf8).write(to: URL(filePath: path))
            return
        }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    // MARK: Unix sockets

    @Test func `two analysers speak at once over a socket, each message whole`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.sock"
        let feed = UnixSocketFeed(path: path, dialect: .gvametaconvert, clock: FixedClock())
        let isEnded = try run(feed) { received in
            try python(
                Self.connecting + """
                    a, b = [connected(socket.SOCK_STREAM) for _ in range(2)]
                    a.send(b'{"a":'); time.sleep(0.05); b.send(b'{"b":1}\\n{"b"'); time.sleep(0.05)
                    a.send(b'1}\\n'); b.send(b':2}'); a.send(b'{"a":2'); a.close(); b.close()
                    """, path)
            #expect(Set(received.wait(for: 4)) == ["{\"a\":1}", "{\"b\":1}", "{\"b\":2}", "{\"a\":2"])
            #expect(received.dialects == [.gvametaconvert])
            // Each connection is a channel.
            let speakers = zip(received.texts, received.channels).map { ($0.prefix(3), $1) }
            #expect(Set(speakers.filter { $0.0 == "{\"a" }.map(\.1)).count == 1)
            #expect(Set(received.channels).count == 2 && !received.channels.contains(nil))
        }
        #expect(isEnded && feed.counters["connections"] == 2 && feed.counters["packets"] == 4)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `connections that stay silent make room for those that speak`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.sock"
        let feed = UnixSocketFeed(path: path, dialect: .analysis, clock: FixedClock())
        let isEnded = try run(feed) { received in
            try python(
                Self.connecting + """
                    first = connected(socket.SOCK_STREAM); first.send(b'{"a":1}\\n')
                    silent = [connected(socket.SOCK_STREAM) for _ in range(15)]; time.sleep(0.1)
                    first.send(b'{"a":2}\\n'); time.sleep(0.1)
                    last = connected(socket.SOCK_STREAM); last.send(b'{"b":1}\\n')
                    first.send(b'{"a":3}\\n'); time.sleep(0.1)
                    """, path)
            #expect(Set(received.wait(for: 4)) == ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"b\":1}"])
        }
        #expect(isEnded && feed.counters["connections_displaced"] == 1 && feed.counters["connections_refused"] == nil)
    }

    @Test func `a datagram is a message, or several`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/d.sock"
        let isEnded = try run(UnixSocketFeed(path: path, kind: .datagram, dialect: .analysis, clock: FixedClock())) {
            try python(
                Self.connecting + """
                    s = connected(socket.SOCK_DGRAM)
                    for m in (b'{"a":1}', b'{"a":', b'{"a":2}\\n{"a":3}'): s.send(m)
                    """, path)
            #expect($0.wait(for: 4) == ["{\"a\":1}", "{\"a\":", "{\"a\":2}", "{\"a\":3}"])
            #expect(Set($0.channels) == [nil])
        }
        #expect(isEnded)
    }

    @Test func `a socket that was left behind is taken over, one in use and a file are not`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/s.sock"
        try python("import socket, sys\ns = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])", path)
        let first = UnixSocketFeed(path: path, dialect: .analysis, clock: FixedClock())
        _ = try run(first) { _ in
            for _ in 0..<100 where first.counters["connections", default: 0] == 0 {
                try python(
                    "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ntry: s.connect(sys.argv[1]); s.send(b'{}')\nexcept OSError: pass",
                    path)
            }
            #expect(first.trouble == nil && first.counters["connections", default: 0] > 0)
            let second = UnixSocketFeed(path: path, dialect: .analysis, clock: FixedClock())
            let isEnded = run(second) { _ in
                for _ in 0..<500 where second.trouble == nil { Thread.sleep(forTimeInterval: 0.02) }
                #expect(second.trouble?.description.contains(path) == true)
            }
            #expect(isEnded)
        }
        let file = folder + "/file"
        try append("kept", to: file)
        let blocked = UnixSocketFeed(path: file, dialect: .analysis, clock: FixedClock())
        _ = run(blocked) { _ in
            for _ in 0..<500 where blocked.trouble == nil { Thread.sleep(forTimeInterval: 0.02) }
            #expect(blocked.trouble != nil)
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "kept")
    }

    @Test func `a path that can be none is refused for good`() {
        let long = "/" + String(repeating: "x", count: 200)
        #expect(throws: SourceError.self) {
            try UnixSocketFeed(path: long, dialect: .analysis, clock: FixedClock()).run { _ in }
        }
    }

    // MARK: Files

    @Test func `a growing file is followed over rotation and truncation, from its end`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/objects.ndjson"
        try append("{\"old\":1}\n", to: path)
        let feed = FileTailFeed(path: path, dialect: .analysisAuto, clock: FixedClock())
        let isEnded = try run(feed) { received in
            try waitUntilFollowed(path, received)
            try append("{\"a\":1}\n{\"a\"", to: path)
            #expect(received.wait(for: 1) == ["{\"a\":1}"])
            try append(":2}\n", to: path)
            #expect(received.wait(for: 2).last == "{\"a\":2}")
            // Written to the old file right before it is moved away.
            try append("{\"a\":3}\n", to: path)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try append("{\"b\":1}\n", to: path)
            #expect(received.wait(for: 4).suffix(2) == ["{\"a\":3}", "{\"b\":1}"])
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 0)
            for _ in 0..<500 where feed.counters["truncations"] == nil { Thread.sleep(forTimeInterval: 0.02) }
            try append("{\"c\":1}\n", to: path)
            #expect(received.wait(for: 5).last == "{\"c\":1}")
        }
        #expect(isEnded && feed.counters["rotations"] == 1 && feed.counters["truncations"] == 1)
    }

    @Test(arguments: [
        (["{\"h\":1}", "{\"a\":1}", "{\"h\":2}", "{\"a\":2}"], "{\"h\":2}"), (["{\"a\":1}"], nil),
        (["{\"h\":1}", "{\"pad\":\"\(String(repeating: "x", count: 100_000))\"}"], "{\"h\":1}"),
    ])
    func `of what was in a file before, the newest message that lasts is given`(
        _ lines: [String], _ expected: String?
    ) throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/objects.ndjson"
        try append(lines.joined(separator: "\n") + "\n", to: path)
        let feed = FileTailFeed(path: path, dialect: .analysisAuto, clock: FixedClock()) {
            $0.starts(with: "{\"h\"".utf8)
        }
        let isEnded = try run(feed) { received in
            try waitUntilFollowed(path, received)
            try append("{\"b\":1}\n", to: path)
            let wanted = (expected.map { [$0] } ?? []) + ["{\"b\":1}"]
            #expect(received.wait(for: wanted.count) == wanted)
        }
        #expect(isEnded)
    }

    @Test func `a file that comes later is read from its start`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/later.json"
        let feed = FileTailFeed(path: path, dialect: .analysis, clock: FixedClock())
        let isEnded = try run(feed) { received in
            for _ in 0..<500 where feed.trouble == nil { Thread.sleep(forTimeInterval: 0.02) }
            #expect(feed.trouble?.kind == .notFound)
            try append("[{\"a\":1},", to: path)
            #expect(received.wait(for: 1) == ["{\"a\":1}"])
            #expect(feed.trouble == nil)
        }
        #expect(isEnded)
    }

    // MARK: Push

    @Test func `what is pushed is handed on while there is room, and refused when it is not running`() {
        let room = Mutex(true)
        let roomy: @Sendable () -> Bool = { room.withLock { $0 } }
        let feed = PushFeed(dialect: .analysisAuto, clock: FixedClock(), hasRoom: roomy)
        #expect(feed.push([123, 125]) == .stopped)
        let isEnded = run(feed) { received in
            var tries = 0
            while feed.push([123, 125]) != .taken, tries < 500 {
                tries += 1
                Thread.sleep(forTimeInterval: 0.02)
            }
            room.withLock { $0 = false }
            #expect(feed.push([91]) == .full)
            #expect(received.texts == ["{}"])
        }
        #expect(isEnded && feed.push([123, 125]) == .stopped)
        #expect(feed.counters["packets"] == 1 && feed.counters["packets_without_room"] == 1)
    }
}
