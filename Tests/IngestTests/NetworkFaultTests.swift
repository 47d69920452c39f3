import Foundation
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct NetworkFaultTests {
    @Test(arguments: ["http", "http-list", "rtmp", "rtsp"])
    func `a server that never answers does not hold up a stop`(kind: String) throws {
        let port = NetworkListening.port()
        let script = """
            import socket, sys, time
            s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(8); time.sleep(60)
            """
        guard let server = Peer.start("python3", ["-c", script, "\(port)"]), Peer.awaitPort(port) else { return }
        defer { server.stop() }
        let scheme = kind.prefix { $0 != "-" }
        let path = kind == "http-list" ? "a.m3u8" : "live/drone"
        let listener = try NetworkListening.start("\(scheme)://127.0.0.1:\(port)/\(path)") { $0.watchdogSeconds = 1 }
        Thread.sleep(forTimeInterval: 0.8)
        let begin = Date()
        listener.source.stop()
        #expect(listener.waitUntilDone(3))
        #expect(Date().timeIntervalSince(begin) < 1.5)
    }

    @Test(arguments: ["http://127.0.0.1:1/a.ts", "http://127.0.0.1:1/a.m3u8", "rtmp://127.0.0.1:1/live/drone"])
    func `rebuilding fifteen times keeps threads and files flat`(location: String) throws {
        func count(_ folder: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/" + folder).count) ?? 0
        }
        let listener = try NetworkListening.start(location) { $0.backoff = Backoff(first: 0, last: 0) }
        #expect(listener.wait(10) { $0.interruptions.count >= 5 })
        let files = count("fd")
        let threads = count("task")
        #expect(listener.wait(20) { $0.interruptions.count >= 20 })
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
        // Other tests run beside this one: one left behind a rebuild would be fifteen.
        #expect(listener.wait(10) { _ in count("fd") <= files + 9 && count("task") <= threads + 9 })
    }

    @Test func `reads a playlist as it grows`() throws {
        let scratch = Scratch()
        let port = NetworkListening.port()
        let list = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "3", scratch.file("live.m3u8")]
        guard let sender = Peer.ffmpeg(list),
            let server = Peer.start("python3", ["-c", PeerScripts.web, "\(port)"], in: scratch.path)
        else { return }
        defer {
            sender.stop()
            server.stop()
        }
        #expect(Peer.awaitPort(port))
        let listener = try NetworkListening.start("http://127.0.0.1:\(port)/live.m3u8")
        defer { listener.source.stop() }
        // More than the three segments that a playlist holds at once.
        #expect(listener.wait(25) { $0.frames.count >= 110 }, "\(listener.heard.interruptions)")
        let times = listener.heard.frames.map(\.time.seconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 < 0.5 }, "no segment is missed")
        let begin = Date()
        listener.source.stop()
        #expect(listener.waitUntilDone(3))
        #expect(Date().timeIntervalSince(begin) < 1.5)
    }
}
