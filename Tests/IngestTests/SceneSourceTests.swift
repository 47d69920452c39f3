import Foundation
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct SceneSourceTests {
    /// An RTSP server of H.264 at 25 frames a second and, for each frame, a scene description of its own running time
    /// in `ObjectId`, cut into two packets; with a second argument, under another encoding name. Arguments: port, name.
    private static let server = """
        import struct, sys, gi
        gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
        from gi.repository import GLib, Gst, GstRtspServer
        Gst.init(None)
        server = GstRtspServer.RTSPServer(); server.set_service(sys.argv[1])
        factory = GstRtspServer.RTSPMediaFactory(); factory.set_shared(True)
        factory.set_launch('( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 '
            '! x264enc name=coder tune=zerolatency key-int-max=10 speed-preset=ultrafast ! rtph264pay name=pay0 pt=96 '
            'appsrc name=scene is-live=true format=time do-timestamp=false '
            'caps="application/x-rtp,media=application,clock-rate=90000,payload=98,encoding-name=%s,ssrc=(uint)7,'
            'timestamp-offset=(uint)0,seqnum-offset=(uint)0" ! identity name=pay1 )' % sys.argv[2])
        def configure(_, media):
            bin = media.get_element()
            source, count = bin.get_by_name('scene'), [0]
            def taken(pad, info):
                pts = info.get_buffer().pts
                text = ('<?xml version="1.0"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema">'
                    '<tt:VideoAnalytics><tt:Frame UtcTime="2026-08-20T03:04:05Z"><tt:Object ObjectId="%d"/>'
                    '</tt:Frame></tt:VideoAnalytics></tt:MetadataStream>' % pts).encode()
                for piece, marker in ((text[:90], 0), (text[90:], 128)):
                    head = struct.pack('>BBHII', 0x80, 98 | marker, count[0] & 65535, pts * 9 // 100000 & 0xffffffff, 7)
                    count[0] += 1
                    buffer = Gst.Buffer.new_wrapped(head + piece)
                    buffer.pts = pts
                    source.emit('push-buffer', buffer)
                return Gst.PadProbeReturn.OK
            bin.get_by_name('coder').get_static_pad('sink').add_probe(Gst.PadProbeType.BUFFER, taken)
        factory.connect('media-configure', configure)
        server.get_mount_points().add_factory('/live', factory)
        if server.attach(None) == 0: sys.exit(3)
        GLib.timeout_add_seconds(120, lambda: sys.exit(0))
        GLib.MainLoop().run()
        """

    @Test func `scene descriptions come beside the video, with times of the same line`() throws {
        guard let (server, port) = Peer.rtsp(Self.server, ["VND.ONVIF.METADATA"]) else { return }
        defer { server.stop() }
        let listener = try NetworkListening.start("rtsp://127.0.0.1:\(port)/live")
        defer { listener.source.stop() }
        let scenes = { (heard: Heard) in heard.packets.filter { $0.dialect == .onvif } }
        #expect(
            listener.wait(20) { $0.frames.count >= 50 && scenes($0).count >= 40 },
            "\(listener.heard.frames.count) frames, \(listener.heard.interruptions)")
        let heard = listener.heard
        for packet in scenes(heard) {
            let text = String(decoding: packet.bytes, as: UTF8.self)
            #expect(text.hasPrefix("<?xml") && text.hasSuffix("</tt:MetadataStream>"))
            let time = try #require(packet.time)
            let nearest = heard.frames.map { abs($0.time.seconds(since: time)) }.min() ?? 9
            // Those of the first frames may come before the video's first key frame.
            #expect(nearest < 0.04 || time < (heard.frames.first?.time ?? time), "\(nearest) s from a frame")
        }
        let ids = scenes(heard).compactMap { packet in
            String(decoding: packet.bytes, as: UTF8.self).split(separator: "\"").first { $0.allSatisfy(\.isNumber) }
                .flatMap { Int64($0) }.flatMap { id in packet.time.map { ($0.nanoseconds, id) } }
        }
        #expect(ids.count == scenes(heard).count)
        // One constant lies between the server's clock and ours.
        let shifts = ids.map { $0.0 - $0.1 }
        #expect((shifts.max() ?? 0) - (shifts.min() ?? 0) < 40_000_000)
        listener.source.stop()
        #expect(listener.waitUntilDone(2))
    }

    @Test func `compressed scene descriptions are counted, and the video goes on`() throws {
        let script = Self.server.replacing("text[:90]", with: "b'\\x1f\\x8b' + text[:90]")
        guard let (server, port) = Peer.rtsp(script, ["VND.ONVIF.METADATA.GZIP"]) else { return }
        defer { server.stop() }
        let listener = try NetworkListening.start("rtsp://127.0.0.1:\(port)/live")
        defer { listener.source.stop() }
        let isCounted = { listener.source.counters["scene_documents_refused_compressed"] ?? 0 > 5 }
        #expect(listener.wait(20) { $0.frames.count >= 50 && isCounted() }, "\(listener.source.counters)")
        #expect(listener.heard.packets.isEmpty)
        listener.source.stop()
        #expect(listener.waitUntilDone(2))
    }
}
