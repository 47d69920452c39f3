import Foundation
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct SRTSourceTests {
    private static let secret = "nobody-knows-77"

    private static func sender(_ query: String, port: Int) -> Peer? {
        Peer.ffmpeg(["-f", "mpegts", "srt://127.0.0.1:\(port)?\(query)"])
    }

    @Test func `calls an encrypted sender, notices its death, and comes back`() async throws {
        let port = NetworkListening.port()
        let query = "mode=listener&passphrase=\(Self.secret)&pbkeylen=16"
        guard var peer = Self.sender(query, port: port) else { return }
        let listener = try NetworkListening.start(
            "srt://127.0.0.1:\(port)?mode=caller&passphrase=\(Self.secret)&latency=80&streamid=live/cam77")
        defer { listener.source.stop() }
        for run in 1...2 {
            let before = listener.heard.frames.count
            #expect(listener.wait(15) { $0.frames.count >= before + 20 }, "\(listener.heard.interruptions)")
            #expect(listener.heard.frames[before].isKey)
            #expect(listener.heard.descriptions.last.map { [$0.width, $0.height] } == [320, 240])
            guard run == 1 else { break }
            let newest = try #require(listener.heard.frames.last?.time)
            #expect(JPEG.size(try await listener.source.picture(at: newest).bytes) == [320, 240])
            let interruptions = listener.heard.interruptions.count
            peer.stop()
            #expect(listener.wait(12) { $0.interruptions.count > interruptions }, "a dead sender is noticed")
            peer = try #require(Self.sender(query, port: port))
        }
        let heard = listener.heard
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
        for error in heard.interruptions {
            #expect(!error.description.contains(Self.secret))
            #expect(!error.description.contains("cam77"))
        }
        let begin = Date()
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
        #expect(Date().timeIntervalSince(begin) < 1)
        #expect(listener.heard.ends == 1)
    }

    @Test func `waits for callers, and takes the next when one has gone`() throws {
        let port = NetworkListening.port()
        let listener = try NetworkListening.start("srt://127.0.0.1:\(port)?mode=listener") { $0.watchdogSeconds = 1 }
        defer { listener.source.stop() }
        #expect(listener.wait(5) { $0.waits.count == 1 }, "nobody calling is said")
        Thread.sleep(forTimeInterval: 1.5)
        #expect(listener.heard.waits == ["srt://127.0.0.1:\(port)"], "and said once: the port stays open")
        #expect(listener.heard.interruptions.isEmpty && listener.source.counters["restarts"] == 0)
        for _ in 0..<2 {
            let before = listener.heard
            guard let peer = Self.sender("mode=caller", port: port) else { return }
            #expect(listener.wait(15) { $0.frames.count >= before.frames.count + 20 }, "\(before.interruptions)")
            let interruptions = listener.heard.interruptions.count
            peer.stop()
            #expect(listener.wait(10) { $0.interruptions.count > interruptions })
        }
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }

    @Test func `a wrong passphrase is retried, and never shown`() throws {
        let port = NetworkListening.port()
        guard let peer = Self.sender("mode=listener&passphrase=\(Self.secret)", port: port) else { return }
        defer { peer.stop() }
        let listener = try NetworkListening.start("srt://127.0.0.1:\(port)?passphrase=another-secret-9")
        defer { listener.source.stop() }
        #expect(listener.wait(10) { $0.interruptions.count >= 2 })
        #expect(listener.heard.frames.isEmpty)
        for error in listener.heard.interruptions {
            #expect(error.isTransient)
            #expect(!error.description.contains("another-secret-9"))
            #expect(error.description.contains("srt://127.0.0.1:\(port)"))
        }
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }

    @Test func `a caller with a wrong passphrase is counted and said, and the right one is taken`() throws {
        let port = NetworkListening.port()
        let listener = try NetworkListening.start("srt://127.0.0.1:\(port)?mode=listener&passphrase=\(Self.secret)")
        defer { listener.source.stop() }
        Thread.sleep(forTimeInterval: 0.5)
        guard let wrong = Self.sender("mode=caller&passphrase=another-secret-9", port: port) else { return }
        #expect(listener.wait(10) { $0.refusals >= 1 })
        wrong.stop()
        #expect(listener.heard.frames.isEmpty && listener.heard.interruptions.isEmpty)
        #expect(listener.source.counters["callers_refused"] == Int64(listener.heard.refusals))
        guard let right = Self.sender("mode=caller&passphrase=\(Self.secret)", port: port) else { return }
        defer { right.stop() }
        let refused = listener.heard.refusals
        #expect(listener.wait(15) { $0.frames.count >= 20 }, "\(listener.heard.interruptions)")
        #expect(listener.heard.refusals == refused)
    }

    @Test func `whoever is not taken by the second look was refused`() {
        var refusals = CallerRefusals()
        let looks = [(0, 0), (1, 0), (1, 1), (2, 1), (2, 1), (2, 1), (4, 1), (4, 2), (4, 2), (4, 4), (5, 4), (5, 4)]
        #expect(looks.map { refusals.fresh(asked: $0.0, taken: $0.1) } == [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0])
    }

    @Test func `hands its stream id to the listener`() throws {
        let port = NetworkListening.port()
        guard Peer.path(of: "gst-launch-1.0") != nil else { return }
        let launch =
            "videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! x264enc "
            + "tune=zerolatency key-int-max=10 speed-preset=ultrafast ! mpegtsmux alignment=7 ! "
            + "srtsink uri=srt://127.0.0.1:\(port)?mode=listener wait-for-connection=false latency=80"
        let peer = try #require(Peer.start("gst-launch-1.0", launch.split(separator: " ").map(String.init)))
        defer { peer.stop() }
        let listener = try NetworkListening.start("srt://127.0.0.1:\(port)?streamid=%23!::r=live/cam,m=request")
        defer { listener.source.stop() }
        #expect(listener.wait(15) { $0.frames.count >= 10 }, "\(listener.heard.interruptions)")
    }

    @Test(arguments: ["srt", "udp"])
    func `takes a stream that GStreamer sends`(carrier: String) throws {
        let port = NetworkListening.port()
        let sink =
            carrier == "srt"
            ? "srtsink uri=srt://127.0.0.1:\(port)?mode=caller latency=80" : "udpsink host=127.0.0.1 port=\(port)"
        let launch =
            "videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! x264enc "
            + "tune=zerolatency key-int-max=10 speed-preset=ultrafast ! mpegtsmux alignment=7 ! " + sink
        let listener = try NetworkListening.start(
            "\(carrier)://127.0.0.1:\(port)\(carrier == "srt" ? "?mode=listener" : "")")
        defer { listener.source.stop() }
        guard let peer = Peer.start("gst-launch-1.0", launch.split(separator: " ").map(String.init)) else { return }
        defer { peer.stop() }
        #expect(listener.wait(15) { $0.frames.count >= 25 }, "\(listener.heard.interruptions)")
        let heard = listener.heard
        #expect(heard.frames.first?.isKey == true)
        #expect(heard.descriptions.last.map { [$0.width, $0.height] } == [320, 240])
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
    }
}
