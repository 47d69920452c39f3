import Foundation
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct RTMPSourceTests {
    @Test func `pulls a stream, and pulls it again when its publisher stopped`() async throws {
        let scratch = Scratch()
        let film = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-f", "lavfi", "-i", "sine", "-t", "2"]
        let coded = [
            "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "10", "-pix_fmt", "yuv420p",
            "-c:a", "aac",
        ]
        guard Peer.convert(film + coded + [scratch.file("film.flv")]) else { return }
        let port = NetworkListening.port()
        guard let server = Peer.start("python3", ["-c", PeerScripts.rtmp, "\(port)", scratch.file("film.flv")]) else {
            return
        }
        defer { server.stop() }
        #expect(Peer.awaitPort(port))
        let listener = try NetworkListening.start("rtmp://127.0.0.1:\(port)/live/drone?token=hidden77")
        defer { listener.source.stop() }
        #expect(listener.wait(20) { $0.frames.count >= 45 }, "\(listener.heard.interruptions)")
        let newest = try #require(listener.heard.frames.last?.time)
        #expect(JPEG.size(try await listener.source.picture(at: newest).bytes) == [320, 240])
        #expect(listener.wait(10) { $0.interruptions.count >= 1 }, "the end of the publication is noticed")
        #expect(listener.wait(20) { $0.frames.count >= 70 }, "\(listener.heard.interruptions)")
        let heard = listener.heard
        #expect(heard.frames.first?.isKey == true)
        #expect(heard.descriptions.last.map { [$0.width, $0.height] } == [320, 240])
        #expect(heard.frames.map(\.time) == heard.frames.map(\.time).sorted())
        for error in heard.interruptions { #expect(!error.description.contains("hidden77")) }
        let begin = Date()
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
        #expect(Date().timeIntervalSince(begin) < 1)
    }

    @Test func `a stream that nobody publishes, and a server that is away, are retried`() throws {
        let scratch = Scratch()
        let port = NetworkListening.port()
        guard
            let server = Peer.start(
                "python3", ["-c", PeerScripts.rtmp, "\(port)", try scratch.write([0], "none.flv")])
        else { return }
        defer { server.stop() }
        #expect(Peer.awaitPort(port))
        let listener = try NetworkListening.start("rtmp://pilot:secret77@127.0.0.1:\(port)/live/other") {
            $0.watchdogSeconds = 1
        }
        defer { listener.source.stop() }
        #expect(listener.wait(10) { $0.interruptions.count >= 2 })
        server.stop()
        let before = listener.heard.interruptions.count
        #expect(listener.wait(10) { $0.interruptions.count >= before + 2 })
        for error in listener.heard.interruptions {
            #expect(!error.description.contains("secret77"))
            #expect(error.description.contains("rtmp://pilot:***@127.0.0.1"))
        }
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }
}
