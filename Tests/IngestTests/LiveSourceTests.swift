import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct LiveSourceTests {
    private static func sender(_ port: Int) throws -> Pipeline {
        let pipeline = try Pipeline(
            """
            videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 \
            ! x264enc tune=zerolatency key-int-max=10 speed-preset=ultrafast ! h264parse config-interval=-1 ! mux. \
            appsrc name=klv is-live=true do-timestamp=true ! meta/x-klv,parsed=true ! mux. \
            mpegtsmux name=mux alignment=7 ! udpsink name=out host=127.0.0.1
            """)
        try pipeline.element("out").set("port", port)
        return pipeline
    }

    private static func live(_ location: String, _ change: (inout SourceOptions) -> Void = { _ in }) throws -> Listener
    {
        var options = SourceOptions()
        options.backoff = Backoff(first: 0.2, last: 0.5)
        options.watchdogSeconds = 1
        change(&options)
        return Listener(
            try makeSource(name: TestMedia.name, location: location, options: options, clock: SystemClock()))
    }

    @Test func `receives a transport stream over UDP, outlives its sender, and stops at once`() async throws {
        let port = NetworkListening.port()
        let listener = try Self.live("udp://127.0.0.1:\(port)")
        for run in 0..<2 {
            let sender = try Self.sender(port)
            let klv = try sender.appSource("klv")
            try sender.play()
            let before = listener.heard
            for index in 0..<60 where listener.heard.frames.count < before.frames.count + 20 {
                try klv.push([6, 14, 43, 52, UInt8(index)], pts: nil)
                try await Task.sleep(for: .milliseconds(100))
            }
            let heard = listener.heard
            #expect(heard.frames.count >= before.frames.count + 20)
            #expect(heard.packets.count > before.packets.count)
            #expect(heard.frames[before.frames.count].isKey)
            #expect(heard.descriptions.count == run + 1)
            #expect(heard.descriptions.last?.width == 320)
            #expect(heard.packets.last?.time != nil)
            let newest = try #require(heard.frames.last?.time)
            #expect(JPEG.size(try await listener.source.picture(at: newest).bytes) == [320, 240])
            sender.stop()
            #expect(listener.wait(4) { $0.interruptions.count == run + 1 }, "silence is noticed")
            #expect(listener.heard.interruptions.last?.kind == .timedOut)
            let arrivals = listener.heard.frames.suffix(2).map(\.arrival)
            #expect(arrivals[1].microseconds(since: arrivals[0]) < 800_000, "the last came with its bytes")
        }
        let times = listener.heard.frames.map(\.time)
        #expect(times == times.sorted(), "the time line goes on over an interruption")
        #expect(listener.heard.frames.map(\.index) == Array(0..<times.count))
        let begin = Date()
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
        #expect(Date().timeIntervalSince(begin) < 1)
        #expect(listener.heard.ends == 1)
        #expect(listener.heard.failure == nil)
        #expect((listener.source.counters["restarts"] ?? 0) >= 2)
    }

    @Test func `a port in use is a fault that is retried`() throws {
        let port = NetworkListening.port()
        let holder = try Pipeline("udpsrc name=src reuse=false address=127.0.0.1 ! fakesink")
        try holder.element("src").set("port", port)
        try holder.play()
        let listener = try Self.live("udp://127.0.0.1:\(port)")
        #expect(listener.wait(5) { !$0.interruptions.isEmpty })
        holder.stop()
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }

    @Test func `a server that refuses is retried, without its password in the errors`() throws {
        let listener = try Self.live("rtsp://pilot:secret77@127.0.0.1:1/live")
        #expect(listener.wait(10) { $0.interruptions.count >= 2 })
        let error = try #require(listener.heard.interruptions.first)
        #expect(error.isTransient)
        #expect(!error.description.contains("secret77"))
        #expect(error.description.contains("rtsp://pilot:***@127.0.0.1:1/live"))
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }

    @Test func `reads H.264 with metadata, and a transport stream, over RTSP, and comes back after the server died`()
        async throws
    {
        guard let server = try RTSPServer.start() else {
            return print("gst-rtsp-server is absent: RTSP is passed over")
        }
        defer { server.stop() }
        for mount in ["h264", "klv", "ts"] {
            let listener = try Self.live("rtsp://127.0.0.1:\(server.port)/\(mount)") { $0.watchdogSeconds = 5 }
            defer { listener.source.stop() }
            #expect(listener.wait(15) { $0.frames.count >= 15 }, "\(mount): \(listener.heard.interruptions)")
            let heard = listener.heard
            #expect(heard.frames.first?.isKey == true)
            #expect(heard.descriptions.first.map { [$0.width, $0.height] } == [320, 240])
            #expect(heard.failure == nil)
            if mount != "h264" {
                #expect(listener.wait(5) { $0.packets.count >= 3 })
                let packet = try #require(listener.heard.packets.last)
                #expect(packet.bytes.starts(with: [6, 14, 43, 52]))
                let newest = try #require(listener.heard.frames.last?.time)
                #expect(abs(try #require(packet.time).seconds(since: newest)) < 1.5)
            }
            let newest = try #require(listener.heard.frames.last?.time)
            #expect(JPEG.size(try await listener.source.picture(at: newest).bytes) == [320, 240])
            let begin = Date()
            listener.source.stop()
            #expect(listener.waitUntilDone(1))
            #expect(Date().timeIntervalSince(begin) < 1)
        }
        let listener = try Self.live("rtsp://127.0.0.1:\(server.port)/h264") { $0.watchdogSeconds = 5 }
        defer { listener.source.stop() }
        #expect(listener.wait(15) { $0.frames.count >= 5 })
        server.stop()
        #expect(listener.wait(10) { !$0.interruptions.isEmpty }, "a dead server is noticed")
        let again = try #require(try RTSPServer.start(port: server.port))
        defer { again.stop() }
        let before = listener.heard.frames.count
        #expect(
            listener.wait(20) { $0.frames.count >= before + 5 }, "\(listener.heard.interruptions.map(\.description))")
        let times = listener.heard.frames.map(\.time)
        #expect(times == times.sorted())
    }

    @Test func `an RTSP stream of another coding is refused for good`() throws {
        guard let server = try RTSPServer.start() else {
            return print("gst-rtsp-server is absent: RTSP is passed over")
        }
        defer { server.stop() }
        let listener = try Self.live("rtsp://127.0.0.1:\(server.port)/jpeg") { $0.watchdogSeconds = 5 }
        defer { listener.source.stop() }
        #expect(listener.waitUntilDone(15))
        #expect(listener.heard.failure?.kind == .unknownCodec)
        #expect(listener.heard.failure?.description.contains("JPEG") == true)
    }

    @Test func `rebuilding twenty times keeps threads and files flat`() throws {
        func count(_ folder: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/" + folder).count) ?? 0
        }
        let listener = try Self.live("rtsp://127.0.0.1:1/none") { $0.backoff = Backoff(first: 0, last: 0) }
        #expect(listener.wait(10) { $0.interruptions.count >= 5 })
        let files = count("fd")
        let threads = count("task")
        #expect(listener.wait(20) { $0.interruptions.count >= 25 })
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
        // Other tests run beside this one: one left behind a rebuild would be twenty.
        #expect(listener.wait(10) { _ in count("fd") <= files + 12 && count("task") <= threads + 12 })
    }
}

/// A server of its own process, from GStreamer's RTSP server by Python.
final class RTSPServer {
    private static let script = """
        import sys, threading, time, gi
        gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
        from gi.repository import Gst, GstRtspServer, GLib
        Gst.init(None)
        video = 'videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 '
        coded = video + '! x264enc tune=zerolatency key-int-max=10 speed-preset=ultrafast ! h264parse '
        klv = 'appsrc name=klv is-live=true do-timestamp=true format=time caps=meta/x-klv,parsed=true '
        mounts = {
            'h264': coded + '! rtph264pay name=pay0 pt=96 config-interval=1',
            'klv': coded + '! rtph264pay name=pay0 pt=96 config-interval=1 ' + klv + '! rtpklvpay name=pay1 pt=97',
            'ts': coded + '! m. ' + klv + '! m. mpegtsmux name=m alignment=7 ! rtpmp2tpay name=pay0 pt=33',
            'jpeg': video + '! jpegenc ! rtpjpegpay name=pay0 pt=26',
        }
        def configure(factory, media):
            source = media.get_element().get_by_name('klv')
            if source is None: return
            def push():
                for n in range(600):
                    source.emit('push-buffer', Gst.Buffer.new_wrapped(bytes([6, 14, 43, 52] + [1] * 13 + [n % 256])))
                    time.sleep(0.1)
            threading.Thread(target=push, daemon=True).start()
        server = GstRtspServer.RTSPServer(); server.set_service(sys.argv[1])
        for name, launch in mounts.items():
            factory = GstRtspServer.RTSPMediaFactory(); factory.set_launch('( ' + launch + ' )')
            factory.connect('media-configure', configure)
            server.get_mount_points().add_factory('/' + name, factory)
        if server.attach(None) == 0: sys.exit(3)
        print('ready', flush=True)
        GLib.timeout_add_seconds(120, lambda: sys.exit(0))
        GLib.MainLoop().run()
        """

    let port: Int
    private let process: Process

    private init(port: Int, process: Process) {
        self.port = port
        self.process = process
    }

    /// Nil when Python, its GObject bindings or the RTSP server are absent. A port that is taken gives way to another.
    static func start() throws -> RTSPServer? {
        for _ in 0..<5 {
            do { return try start(port: NetworkListening.port()) } catch is PortTaken { continue }
        }
        throw PortTaken()
    }

    struct PortTaken: Error {}

    static func start(port: Int) throws -> RTSPServer? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, String(port)]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let line = output.fileHandleForReading.availableData
        let server = RTSPServer(port: port, process: process)
        if line.starts(with: Data("ready".utf8)) { return server }
        // Its output is closed: it ends.
        process.waitUntilExit()
        if process.terminationStatus == Peer.portTaken { throw PortTaken() }
        return nil
    }

    func stop() {
        guard process.isRunning else { return }
        // The polite signal is blocked in a child of a dispatch thread.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { stop() }
}
