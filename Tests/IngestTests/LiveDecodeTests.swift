import Foundation
import GStreamer
import Inspection
import Synchronization
import Testing

@testable import Ingest

@Suite(.serialized) struct LiveDecodeTests {
    /// Takes its time over every picture.
    private final class Slow: PictureLooker {
        let seen = Mutex(0)

        func look(at picture: DecodedPicture) {
            seen.withLock { $0 += 1 }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    private func sender(_ port: Int) throws -> Pipeline {
        let pipeline = try Pipeline(
            """
            videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 \
            ! x264enc tune=zerolatency key-int-max=25 speed-preset=ultrafast ! h264parse config-interval=-1 \
            ! mpegtsmux alignment=7 ! udpsink name=out host=127.0.0.1
            """)
        try pipeline.element("out").set("port", port)
        try pipeline.play()
        return pipeline
    }

    private func listen(
        _ port: Int, _ policy: SourceOptions.DecodePolicy, _ looker: (any PictureLooker)? = nil
    ) throws -> Listener {
        var options = SourceOptions()
        options.decode = policy
        options.measuresPictures = true
        options.decoders = .software
        options.watchdogSeconds = 1
        return Listener(
            try makeSource(
                name: TestMedia.name, location: "udp://127.0.0.1:\(port)", options: options, clock: SystemClock(),
                looker: looker))
    }

    @Test func `a live stream is sampled and measured, and its frames stay in order`() throws {
        let port = NetworkListening.port()
        let listener = try listen(port, .sampled)
        let sender = try sender(port)
        #expect(listener.wait(15) { $0.frames.filter { $0.picture != nil }.count >= 5 })
        sender.stop()
        // Frames that wait when the stream breaks off are given out before it is said to be.
        #expect(listener.wait(5) { !$0.interruptions.isEmpty })
        let heard = listener.heard
        listener.source.stop()
        #expect(listener.waitUntilDone(3))
        #expect(heard.frames.map(\.index) == Array(0..<heard.frames.count))
        #expect(Int64(heard.frames.count) == listener.source.counters["frames"])
        #expect(heard.descriptions.first?.decoder == "avdec_h264")
        let measured = heard.frames.filter { $0.picture != nil }
        #expect(measured.count * 2 < heard.frames.count)
        for frame in measured { #expect(frame.picture.map { $0.luma < 0.2 && $0.contrast > 0.01 } == true) }
    }

    @Test func `a live stream waits for no decoder`() throws {
        let port = NetworkListening.port()
        let slow = Slow()
        let listener = try listen(port, .all, slow)
        let sender = try sender(port)
        #expect(listener.wait(15) { !$0.frames.isEmpty })
        let begin = Date()
        #expect(listener.wait(15) { $0.frames.count >= 90 })
        // Ninety frames last 3.6 s; looking at them would take 18.
        #expect(Date().timeIntervalSince(begin) < 9)
        sender.stop()
        listener.source.stop()
        #expect(listener.waitUntilDone(3))
        #expect((listener.source.counters["unmeasured_frames"] ?? 0) > 0)
        #expect((listener.source.counters["decode_skipped"] ?? 0) > 0)
        #expect(slow.seen.withLock { $0 } < 60)
    }
}
