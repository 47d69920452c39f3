import Testing

@testable import GStreamer

@Suite struct LumaPlaneTests {
    /// One picture of a colour in the form given.
    private func sample(_ caps: LaunchDescription, pattern: LaunchDescription = "white") throws -> Sample {
        let pipeline = try Pipeline(
            "videotestsrc num-buffers=1 pattern=\(pattern) ! \(caps) ! appsink name=out sync=false")
        try pipeline.play()
        return try #require(try pipeline.appSink("out").pull(timeout: 10))
    }

    @Test(arguments: ["I420", "NV12", "Y42B", "GRAY8", "NV21"]) func `eight bits, rows padded to four bytes`(
        format: String
    ) throws {
        let caps: [String: LaunchDescription] = [
            "I420": "video/x-raw,format=I420,width=642,height=362",
            "NV12": "video/x-raw,format=NV12,width=642,height=362",
            "Y42B": "video/x-raw,format=Y42B,width=642,height=362",
            "GRAY8": "video/x-raw,format=GRAY8,width=642,height=362",
            "NV21": "video/x-raw,format=NV21,width=642,height=362",
        ]
        let seen = try sample(#require(caps[format])).withLuma { bytes, form in
            (form, bytes.count, bytes[0], bytes[bytes.count - 1])
        }
        let (form, count, first, last) = try #require(seen)
        #expect(form.width == 642 && form.height == 362 && form.stride == 644 && form.step == 1 && form.depth == 8)
        #expect(count == 644 * 361 + 642)
        #expect(form.isFullRange == (format == "GRAY8"))
        #expect((234...236).contains(first) && last == first)
    }

    @Test func `ten bits lie low in I420 and high in P010`() throws {
        for (caps, shift) in [
            ("video/x-raw,format=I420_10LE,width=64,height=48" as LaunchDescription, 0),
            ("video/x-raw,format=P010_10LE,width=64,height=48", 6),
        ] {
            let seen = try sample(caps).withLuma { bytes, form in
                (form, (UInt16(bytes[1]) << 8 | UInt16(bytes[0])) >> UInt16(form.shift))
            }
            let (form, value) = try #require(seen)
            #expect(form.depth == 10 && form.shift == shift && form.step == 2 && form.stride == 128)
            #expect((940...943).contains(value))
        }
    }

    @Test func `packed rows are stepped through`() throws {
        let seen = try sample("video/x-raw,format=UYVY,width=64,height=48").withLuma { bytes, form in (form, bytes[0]) }
        let (form, first) = try #require(seen)
        #expect(form.step == 2 && form.stride == 128 && (234...236).contains(first))
    }

    @Test(arguments: [0, 1]) func `pictures without luma in plain rows have none`(index: Int) throws {
        let caps: [LaunchDescription] = [
            "video/x-raw,format=RGB,width=64,height=48", "video/x-raw,format=v210,width=64,height=48",
        ]
        #expect(try sample(caps[index]).withLuma { _, _ in true } == nil)
    }

    @Test func `a decoder's own rows are read through their meta`() throws {
        let pipeline = try Pipeline(
            "videotestsrc num-buffers=5 pattern=white ! video/x-raw,format=I420,width=322,height=242 ! x264enc tune=zerolatency ! avdec_h264 max-threads=1 ! video/x-raw ! appsink name=out sync=false"
        )
        let sink = try pipeline.appSink("out")
        sink.acceptVideoMeta()
        try pipeline.play()
        let picture = try #require(sink.pull(timeout: 10))
        let sums = picture.withLuma { bytes, form in
            (0..<form.height).map { row in (0..<form.width).reduce(0) { $0 + Int(bytes[row * form.stride + $1]) } }
        }
        #expect(try #require(sums).allSatisfy { abs($0 - 235 * 322) < 322 * 2 })
    }
}
