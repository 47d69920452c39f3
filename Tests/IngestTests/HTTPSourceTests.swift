import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct HTTPSourceTests {
    /// A folder with a recording, and a server of it; nil when a program is absent.
    private struct Site {
        let scratch = Scratch()
        let port = NetworkListening.port()
        let server: Peer

        init?(secret: String? = nil) throws {
            try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("film.ts"))
            let script = ["-c", PeerScripts.web, "\(port)"] + (secret.map { [$0] } ?? [])
            guard let server = Peer.start("python3", script, in: scratch.path), Peer.awaitPort(port) else { return nil }
            self.server = server
        }

        func cut() -> Bool {
            Peer.convert(
                ["-i", scratch.file("film.ts"), "-c", "copy", "-f", "hls", "-hls_time", "1"]
                    + ["-hls_list_size", "0", scratch.file("list.m3u8")])
        }
    }

    @Test(arguments: [nil, "pilot:p@ss word9"] as [String?])
    func `reads a playlist to its end`(secret: String?) throws {
        guard let site = try Site(secret: secret), site.cut() else { return }
        defer { site.server.stop() }
        let user = secret == nil ? "" : "pilot:p%40ss%20word9@"
        let listener = try NetworkListening.start("http://\(user)127.0.0.1:\(site.port)/list.m3u8")
        defer { listener.source.stop() }
        #expect(listener.waitUntilDone(15), "\(listener.heard.interruptions)")
        let heard = listener.heard
        #expect(heard.failure == nil)
        #expect(heard.ends == 1)
        #expect((96...100).contains(heard.frames.count))
        #expect(heard.frames.first?.isKey == true)
        #expect(heard.frames.map(\.index) == Array(0..<heard.frames.count))
        let last = try #require(heard.frames.last?.time)
        #expect(abs(last.seconds - 3.96) < 0.2, "the segments make one line")
    }

    @Test func `reads encrypted segments, whose key lies on the server`() throws {
        guard let site = try Site() else { return }
        defer { site.server.stop() }
        _ = try site.scratch.write((0..<16).map { UInt8($0) }, "list.key")
        let keys = try site.scratch.write(Array("list.key\n\(site.scratch.file("list.key"))\n".utf8), "keys")
        let cut = [
            "-i", site.scratch.file("film.ts"), "-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
        ]
        guard Peer.convert(cut + ["-hls_key_info_file", keys, site.scratch.file("list.m3u8")]) else { return }
        let listener = try NetworkListening.start("http://127.0.0.1:\(site.port)/list.m3u8")
        defer { listener.source.stop() }
        #expect(listener.waitUntilDone(15), "\(listener.heard.interruptions)")
        #expect((96...100).contains(listener.heard.frames.count))
    }

    @Test func `segments of MP4 are refused for good, and named`() throws {
        guard let site = try Site() else { return }
        defer { site.server.stop() }
        let cut = [
            "-i", site.scratch.file("film.ts"), "-c", "copy", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
        ]
        guard Peer.convert(cut + ["-hls_segment_type", "fmp4", site.scratch.file("list.m3u8")]) else { return }
        let listener = try NetworkListening.start("http://127.0.0.1:\(site.port)/list.m3u8")
        defer { listener.source.stop() }
        #expect(listener.waitUntilDone(15), "\(listener.heard.interruptions)")
        #expect(listener.heard.failure?.kind == .unknownCodec)
        #expect(listener.heard.failure?.description.contains("video/quicktime") == true)
    }

    @Test func `reads a transport stream once, and is done when it finds the same again`() async throws {
        guard let site = try Site(secret: "pilot:secret77") else { return }
        defer { site.server.stop() }
        let listener = try NetworkListening.start("http://pilot:secret77@127.0.0.1:\(site.port)/film.ts?token=hidden77")
        defer { listener.source.stop() }
        #expect(listener.waitUntilDone(15), "\(listener.heard.interruptions)")
        let heard = listener.heard
        #expect(heard.frames.count == 100)
        #expect(heard.ends == 1)
        #expect(heard.failure == nil)
        #expect(heard.interruptions.count == 1)
        let error = try #require(heard.interruptions.first)
        #expect(error.kind == .connection)
        #expect(!error.description.contains("secret77"))
        #expect(!error.description.contains("hidden77"))
        let newest = try #require(heard.frames.last?.time)
        #expect(JPEG.size(try await listener.source.picture(at: newest).bytes) == [320, 240])
    }

    @Test func `another body at the same address is read`() throws {
        guard let site = try Site() else { return }
        defer { site.server.stop() }
        let listener = try NetworkListening.start("http://127.0.0.1:\(site.port)/film.ts") {
            $0.backoff = Backoff(first: 2, last: 2)
        }
        defer { listener.source.stop() }
        #expect(listener.wait(10) { $0.interruptions.count == 1 })
        let whole = try TestMedia.bytes(site.scratch.file("film.ts"))
        // From its middle: other bytes from the first packets on.
        _ = try site.scratch.write(Array(whole.dropFirst(whole.count / 188 / 2 * 188)), "film.ts")
        #expect(listener.wait(15) { $0.frames.count > 120 }, "\(listener.heard.interruptions)")
        #expect(listener.waitUntilDone(15))
    }

    @Test func `what is no transport stream is refused for good`() throws {
        guard let site = try Site() else { return }
        defer { site.server.stop() }
        try TestMedia.write(TestMedia.h264, "mp4mux", to: site.scratch.file("film.mp4"))
        let listener = try NetworkListening.start("http://127.0.0.1:\(site.port)/film.mp4")
        #expect(listener.waitUntilDone(10))
        #expect(listener.heard.failure?.kind == .unknownCodec)
        #expect(listener.heard.failure?.description.contains("MP4") == true)
    }

    @Test(arguments: ["none.ts", "none.m3u8", "page.ts"])
    func `what is not there yet is asked for again`(path: String) throws {
        guard let site = try Site() else { return }
        defer { site.server.stop() }
        _ = try site.scratch.write(Array("<html>Please log in</html>".utf8), "page.ts")
        let listener = try NetworkListening.start("http://127.0.0.1:\(site.port)/\(path)")
        #expect(listener.wait(10) { $0.interruptions.count >= 1 })
        if path == "none.ts" {
            // Whole at once: what is asked for while it is written would come in two parts.
            try TestMedia.write(TestMedia.h264, "mpegtsmux", to: site.scratch.file("film.ts"))
            try FileManager.default.moveItem(
                atPath: site.scratch.file("film.ts"), toPath: site.scratch.file("none.ts"))
            #expect(listener.wait(10) { $0.frames.count == 100 }, "\(listener.heard.interruptions)")
        }
        listener.source.stop()
        #expect(listener.waitUntilDone(2))
        #expect(listener.heard.failure == nil)
    }

    @Test func `a wrong password is a matter of permission`() throws {
        guard let site = try Site(secret: "pilot:right") else { return }
        defer { site.server.stop() }
        let listener = try NetworkListening.start("http://pilot:wrong77@127.0.0.1:\(site.port)/film.ts")
        #expect(listener.wait(10) { !$0.interruptions.isEmpty })
        #expect(listener.heard.interruptions.first?.kind == .noPermission)
        #expect(listener.heard.interruptions.first?.description.contains("wrong77") == false)
        listener.source.stop()
        #expect(listener.waitUntilDone(2))
    }
}
