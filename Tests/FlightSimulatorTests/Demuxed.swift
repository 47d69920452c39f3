import GStreamer

/// A transport stream taken apart again: the times of its pictures, and its packets, in nanoseconds of running time.
struct Demuxed {
    private(set) var pictures: [Int64] = []
    private(set) var packets: [(bytes: [UInt8], time: Int64)] = []

    init(_ path: String) throws {
        let pipeline = try Pipeline(
            """
            filesrc name=file ! tsparse ! tsdemux name=demux \
            demux. ! video/x-h264 ! h264parse ! video/x-h264,alignment=au ! queue max-size-buffers=0 max-size-time=0 \
            ! appsink name=pictures sync=false async=false wait-on-eos=false \
            demux. ! meta/x-klv ! queue max-size-buffers=0 max-size-time=0 ! appsink name=packets sync=false async=false wait-on-eos=false
            """)
        try pipeline.element("file").set("location", path)
        let (video, klv) = (try pipeline.appSink("pictures"), try pipeline.appSink("packets"))
        try pipeline.play()
        while let sample = video.pull(timeout: 60) { pictures.append(sample.runningTime ?? -1) }
        while let sample = klv.pull(timeout: 60) { packets.append((sample.buffer.bytes, sample.runningTime ?? -1)) }
        pipeline.stop()
    }
}
