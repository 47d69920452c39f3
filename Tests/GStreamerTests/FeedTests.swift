import GStreamer
import Testing

struct FeedTests {
    @Test func `muxes pushed pictures and metadata into a transport stream`() throws {
        try Library.requireElements(["x264enc", "mpegtsmux", "h264parse"])
        let pipeline = try Pipeline(
            """
            appsrc name=video ! videoconvert ! x264enc tune=zerolatency key-int-max=5 ! h264parse ! mux. \
            appsrc name=klv ! mux. mpegtsmux name=mux alignment=7 ! appsink name=out sync=false
            """)
        let video = try pipeline.appSource("video")
        video.setCaps(try Caps("video/x-raw,format=I420,width=64,height=48,framerate=25/1"))
        try video.setBackpressure(.block(maxBytes: 1 << 20))
        let klv = try pipeline.appSource("klv")
        klv.setCaps(try Caps("meta/x-klv,parsed=true"))
        try pipeline.play()
        for index in 0..<UInt64(10) {
            let time = index * 40_000_000
            try video.push([UInt8](repeating: UInt8(index), count: 64 * 48 * 3 / 2), pts: time, duration: 40_000_000)
            try klv.push([6, 14, 43, 52, UInt8(index)], pts: time)
        }
        try video.endOfStream()
        try klv.endOfStream()
        let sink = try pipeline.appSink("out")
        var bytes: [UInt8] = []
        while let sample = sink.pull(timeout: 5) { bytes += sample.buffer.bytes }
        #expect(sink.isAtEnd)
        #expect(bytes.count > 188 * 20)
        #expect(bytes.count % 188 == 0)
        #expect(stride(from: 0, to: bytes.count, by: 188).allSatisfy { bytes[$0] == 0x47 })
        #expect(throws: GStreamerError.self) { try video.push([0], pts: 0) }
    }

    @Test func `a source pad works on the caller's thread and keeps order, times and key flags`() throws {
        let pipeline = try Pipeline(
            "identity name=in ! appsink name=out sync=false async=false enable-last-sample=false")
        try pipeline.play()
        let sink = try pipeline.appSink("out")
        let pad = try SourcePad(into: "in", of: pipeline, caps: Caps("meta/x-klv,parsed=true"))
        for index in 0..<UInt64(3) {
            try pad.push([UInt8(index)].span, pts: index * 5, dts: index, isKey: index == 0)
            let sample = try #require(sink.pull(timeout: 0))
            #expect(sample.buffer.pts == index * 5)
            #expect(sample.buffer.dts == index)
            #expect(sample.buffer.isKey == (index == 0))
            #expect(sample.buffer.bytes == [UInt8(index)])
            try pad.push(sample.buffer, pts: 100 + index, isKey: true)
            let again = try #require(sink.pull(timeout: 0))
            #expect(again.buffer.pts == 100 + index)
            #expect(again.buffer.isKey)
            #expect(sample.buffer.pts == index * 5)
        }
        #expect(sink.pull(timeout: 0) == nil)
        pad.endOfStream()
        #expect(sink.isAtEnd)
        #expect(throws: GStreamerError.self) { try pad.push([1].span, pts: 9) }
    }

    @Test func `a source pad cannot enter an element without a free sink pad`() throws {
        let pipeline = try Pipeline("fakesrc name=src ! fakesink name=taken")
        let caps = try Caps("meta/x-klv")
        #expect(throws: GStreamerError.self) { try SourcePad(into: "src", of: pipeline, caps: caps) }
        #expect(throws: GStreamerError.self) { try SourcePad(into: "taken", of: pipeline, caps: caps) }
    }

    @Test func `gives the first bytes of a buffer, and never more than there are`() throws {
        let buffer = try Buffer([1, 2, 3].span)
        let limits = [-1, 0, 2, 3, Int.max]
        #expect(limits.map { buffer.head($0) } == [[], [], [1, 2], [1, 2, 3], [1, 2, 3]])
    }

    @Test func `a blocking queue loses nothing of two sinks`() throws {
        let pipeline = try Pipeline(
            "fakesrc num-buffers=40 ! appsink name=a sync=false fakesrc num-buffers=40 ! appsink name=b sync=false")
        let queue = SampleQueue(capacity: 3, overflow: .block)
        queue.attach(try pipeline.appSink("a"), as: 0)
        queue.attach(try pipeline.appSink("b"), as: 1)
        try pipeline.play()
        var counts = [0, 0]
        var ends = 0
        while ends < 2, let item = queue.next(timeout: 5) {
            switch item {
            case .sample(_, let sink, let lost):
                counts[sink] += 1
                #expect(lost == 0)
            case .endOfStream: ends += 1
            }
        }
        #expect(counts == [40, 40])
        queue.close()
        #expect(queue.next(timeout: 1) == nil)
    }

    @Test func `a dropping queue says how many it lost`() throws {
        let pipeline = try Pipeline("identity name=in ! appsink name=out sync=false async=false")
        let queue = SampleQueue(capacity: 2, overflow: .drop)
        queue.attach(try pipeline.appSink("out"), as: 7)
        try pipeline.play()
        let pad = try SourcePad(into: "in", of: pipeline, caps: Caps("meta/x-klv"))
        for index in 0..<UInt64(5) { try pad.push([UInt8(index)].span, pts: index) }
        var seen: [[Int]] = []
        for _ in 0..<2 {
            guard case .sample(let sample, let sink, let lost) = queue.next(timeout: 1) else { continue }
            seen.append([Int(sample.buffer.bytes[0]), sink, lost])
        }
        try pad.push([9].span, pts: 9)
        if case .sample(let sample, let sink, let lost) = queue.next(timeout: 1) {
            seen.append([Int(sample.buffer.bytes[0]), sink, lost])
        }
        #expect(seen == [[0, 7, 0], [1, 7, 0], [9, 7, 3]])
    }
}
