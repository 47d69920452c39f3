import Foundation
import GStreamer
import Testing

struct PipelineTests {
    @Test func `pulls every frame of a test picture with its times, size and rate`() throws {
        let pipeline = try Pipeline(
            """
            videotestsrc num-buffers=5 ! video/x-raw,format=I420,width=64,height=48,framerate=25/1 \
            ! appsink name=out sync=false
            """)
        let sink = try pipeline.appSink("out")
        try pipeline.play()
        var times: [Int64?] = []
        while let sample = sink.pull(timeout: 5) {
            times.append(sample.runningTime)
            #expect(sample.caps?.mediaType == "video/x-raw")
            #expect(sample.caps?.width == 64)
            #expect(sample.caps?.height == 48)
            #expect(sample.caps?.frameRate?.numerator == 25)
            #expect(sample.caps?.string("format") == "I420")
            #expect(sample.buffer.count == 64 * 48 * 3 / 2)
            #expect(sample.buffer.withBytes { $0.count } == sample.buffer.bytes.count)
        }
        #expect(times == [0, 40_000_000, 80_000_000, 120_000_000, 160_000_000])
        #expect(sink.isAtEnd)
    }

    /// What asks it from several threads ends the process: see docs/decisions/0003-no-libproxy.md.
    @Test func `loads no proxy resolver`() throws {
        try Library.start()
        let chosen = unsafe getenv("GIO_USE_PROXY_RESOLVER").map { unsafe String(cString: $0) }
        #expect(chosen == "dummy")
    }

    @Test func `names the element, domain and code of a missing file`() throws {
        let pipeline = try Pipeline("filesrc name=file ! fakesink")
        try pipeline.element("file").set("location", "/nonexistent/x.ts")
        do throws(GStreamerError) {
            try pipeline.play()
            try pipeline.awaitEndOfStream(timeout: 5)
            Issue.record("a missing file was read")
        } catch {
            #expect(error.isNotFound)
            #expect(error.element == "file")
            #expect(error.domain == .resource)
        }
    }

    @Test func `takes a hostile location as data`() throws {
        let pipeline = try Pipeline("filesrc name=file ! fakesink")
        try pipeline.element("file").set("location", "x ! filesink location=/tmp/owned")
        #expect(throws: GStreamerError.self) {
            try pipeline.play()
            try pipeline.awaitEndOfStream(timeout: 5)
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/owned"))
        #expect(throws: GStreamerError.self) { try pipeline.element("file").set("location", "a\0b") }
    }

    @Test func `refuses unknown elements, properties, names and kinds`() throws {
        #expect(throws: GStreamerError.self) { try Pipeline("nosuchelement ! fakesink") }
        let pipeline = try Pipeline("fakesrc num-buffers=1 ! fakesink name=sink")
        #expect(throws: GStreamerError.self) { try pipeline.element("other") }
        #expect(throws: GStreamerError.self) { try pipeline.element("sink").set("nosuch", 1) }
        #expect(throws: GStreamerError.self) { try pipeline.element("sink").set("nosuch", "1") }
        #expect(throws: GStreamerError.self) { try pipeline.appSink("sink") }
        #expect(throws: GStreamerError.self) { try pipeline.appSource("sink") }
        #expect(throws: GStreamerError.self) { try Caps("\u{1}!") }
    }

    @Test func `names the package of a missing element`() throws {
        try Library.requireElements(["filesrc", "appsink"])
        do throws(GStreamerError) {
            try Library.requireElements(["filesrc", "avdec_nosuch"])
            Issue.record("a missing element was found")
        } catch {
            #expect(error.isMissingPlugin)
            #expect(error.text.contains("avdec_nosuch"))
            #expect(error.text.contains("gstreamer1.0-libav"))
        }
    }

    @Test func `posts state changes, and the end only once`() throws {
        let pipeline = try Pipeline("fakesrc num-buffers=2 ! fakesink name=sink sync=false")
        try pipeline.play()
        var seen: [BusMessage] = []
        while let message = pipeline.nextMessage(timeout: 2) {
            seen.append(message)
            if message == .endOfStream { break }
        }
        #expect(seen.contains(.stateChanged(element: "sink", from: "NULL", to: "READY")))
        #expect(seen.filter { $0 == .endOfStream }.count == 1)
        #expect(try pipeline.element("sink").rendered == 2)
    }

    @Test func `leaves no file descriptor and no thread behind`() throws {
        func count(_ folder: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/" + folder).count) ?? 0
        }
        func cycle() throws {
            let pipeline = try Pipeline(
                "videotestsrc num-buffers=3 ! video/x-raw,width=32,height=32 ! queue ! appsink name=out sync=false")
            let sink = try pipeline.appSink("out")
            let queue = SampleQueue(capacity: 2, overflow: .block)
            queue.attach(sink, as: 0)
            try pipeline.play()
            _ = queue.next(timeout: 2)
            queue.close()
            pipeline.stop()
        }
        for _ in 0..<5 { try cycle() }
        let files = count("fd")
        let threads = count("task")
        for _ in 0..<50 { try cycle() }
        // Other tests run beside this one: one left behind a cycle would be fifty.
        let limit = Date().addingTimeInterval(10)
        while Date() < limit, count("fd") > files + 20 || count("task") > threads + 20 {
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(count("fd") <= files + 20)
        #expect(count("task") <= threads + 20)
    }
}
