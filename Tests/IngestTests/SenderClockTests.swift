import Foundation
import Inspection
import Testing

@testable import Ingest

struct NTPTimeTests {
    @Test(arguments: [
        (2_208_988_800_000_000_000 as UInt64, "1970-01-01T00:00:00.000000Z"),
        (3_957_732_000_123_456_789, "2025-06-01T02:00:00.123456Z"), (0, "2036-02-07T06:28:16.000000Z"),
    ])
    func `counts from 1900, and after 2036 from 2036`(nanoseconds: UInt64, expected: String) {
        #expect(NTPTime.utc(nanoseconds: nanoseconds)?.rfc3339 == expected)
        #expect(NTPTime.carrierTime(nanoseconds: nanoseconds)?.provenance == .senderReport)
    }

    @Test(arguments: [nil, UInt64.max, (1 << 33) * 1_000_000_000] as [UInt64?])
    func `has no time where there is none`(nanoseconds: UInt64?) {
        #expect(NTPTime.carrierTime(nanoseconds: nanoseconds) == nil)
    }
}

@Suite(.serialized)
struct SenderClockTests {
    /// An RTSP server whose reports speak of the moment a picture was taken, with a key frame each second. Writes the wall
    /// clock at each key frame into a file. Arguments: port, file.
    private static let server = """
        import sys, time, gi
        gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
        from gi.repository import GLib, Gst, GstRtspServer
        Gst.init(None)
        log = open(sys.argv[2], 'w', buffering=1)
        server = GstRtspServer.RTSPServer(); server.set_service(sys.argv[1])
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch('( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 '
            '! x264enc name=coder tune=zerolatency key-int-max=25 option-string=scenecut=0 speed-preset=ultrafast '
            '! rtph264pay name=pay0 pt=96 )')
        def prepared(media):
            top = media.get_element()
            while top.get_parent(): top = top.get_parent()
            every = top.iterate_recurse()
            while True:
                result, element = every.next()
                if result != Gst.IteratorResult.OK: break
                if element.get_factory() and element.get_factory().get_name() == 'rtpbin':
                    element.set_property('rtcp-sync-send-time', False)
        def configure(_, media):
            media.connect('prepared', prepared)
            coder = media.get_element().get_by_name('coder')
            count = [0]
            def taken(pad, info):
                wall = time.time()
                if count[0] % 25 == 0:
                    late = coder.get_clock().get_time() - coder.get_base_time() - info.get_buffer().pts
                    log.write('%.6f\\n' % (wall - late / 1e9))
                count[0] += 1
                return Gst.PadProbeReturn.OK
            coder.get_static_pad('sink').add_probe(Gst.PadProbeType.BUFFER, taken)
        factory.connect('media-configure', configure)
        server.get_mount_points().add_factory('/live', factory)
        if server.attach(None) == 0: sys.exit(3)
        GLib.timeout_add_seconds(120, lambda: sys.exit(0))
        GLib.MainLoop().run()
        """

    @Test func `a frame's UTC by sender reports is the moment it was taken, within 20 ms`() throws {
        let scratch = Scratch()
        guard let (server, port) = Peer.rtsp(Self.server, [scratch.file("log")]) else { return }
        defer { server.stop() }
        let listener = try NetworkListening.start("rtsp://127.0.0.1:\(port)/live")
        defer { listener.source.stop() }
        let stated = { (heard: Heard) in heard.frames.filter { $0.isKey && $0.carrierTime != nil } }
        #expect(listener.wait(20) { stated($0).count >= 3 }, "\(listener.heard.interruptions)")
        let taken = try String(contentsOfFile: scratch.file("log"), encoding: .utf8).split(separator: "\n")
            .compactMap { Double($0) }
        for frame in stated(listener.heard) {
            let time = try #require(frame.carrierTime)
            #expect(time.provenance == .senderReport)
            let seconds = Double(time.utc.microseconds) / 1e6
            let nearest = try #require(taken.min { abs($0 - seconds) < abs($1 - seconds) })
            #expect(abs(nearest - seconds) < 0.02)
            #expect((0..<5).contains(Double(frame.arrival.microseconds) / 1e6 - seconds))
        }
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }
}
