import GStreamer

/// A stream pulled from an RTMP server: H.264 in FLV.
final class RTMPReader: LiveReader {
    /// Twenty seconds of video at 50 a second.
    private static let capacity = 1024

    private let pipeline: Pipeline
    private let queue = SampleQueue(capacity: capacity, overflow: .drop)
    private var hasVideo = false

    init(url: String, options: SourceOptions) throws(GStreamerError) {
        let idle = Int(min(max(options.watchdogSeconds, 1), 3600).rounded(.up))
        // Sound that came before any picture would end the stream if nothing took it.
        pipeline = try Pipeline(
            """
            rtmp2src name=src timeout=5 idle-timeout=\(idle) ! flvdemux name=demux \
            demux.video ! \(VideoCodec.h264.branch(sink: "h264")) \
            demux.audio ! fakesink sync=false async=false
            """)
        try pipeline.element("src").set("location", url)
        queue.attach(try pipeline.appSink("h264"), as: 0)
        try pipeline.play()
    }

    func next(timeout seconds: Double) throws(GStreamerError) -> LiveItem? {
        let item = queue.next(timeout: seconds)
        if case .sample(let sample, _, let lost) = item {
            hasVideo = true
            return .video(sample, .h264, lost: lost)
        }
        try throwReported()
        return item == nil ? nil : .endOfStream(isFinal: false)
    }

    private func throwReported() throws(GStreamerError) {
        guard case .error(let error) = pipeline.nextOutcome(timeout: 0) else { return }
        if let unknownCodec { throw unknownCodec }
        // What the demultiplexer says of an empty stream is a fault of the sender, not of the data.
        guard !hasVideo, error.debug.contains("Got EOS before any data") else { throw error }
        throw GStreamerError(domain: .resource, code: 9, element: "src", text: "nothing is published there")
    }

    /// An error naming the coding found, when it is video that is not read.
    private var unknownCodec: GStreamerError? {
        let found = pipeline.mediaTypes(of: "demux")
        guard let video = found.first(where: { $0.hasPrefix("video/") }), video != "video/x-h264" else { return nil }
        return GStreamerError.unread(video, element: "demux")
    }

    func close() {
        queue.close()
        pipeline.stop()
    }
}
