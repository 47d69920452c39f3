import GStreamer

/// One connection to an RTSP server: its video, and its metadata however carried, in the order they came.
final class RTSPReader: LiveReader {
    private static let codecs: [VideoCodec] = [.h264, .h265]
    /// Twenty seconds of video and metadata at 25 a second.
    private static let capacity = 1024

    private let pipeline: Pipeline
    private let queue = SampleQueue(capacity: capacity, overflow: .drop)

    init(url: String, options: SourceOptions) throws(GStreamerError) {
        let sink: LaunchDescription = "sync=false async=false enable-last-sample=false wait-on-eos=false"
        // The compressed ones are taken so that they can be counted.
        let scene: LaunchDescription = """
            application/x-rtp,media=application,encoding-name=(string){VND.ONVIF.METADATA,VND.ONVIF.METADATA.GZIP,\
            VND.ONVIF.METADATA.EXI.ONVIF,VND.ONVIF.METADATA.EXI.EXT}
            """
        pipeline = try Pipeline(
            """
            rtspsrc name=src latency=\(min(max(options.rtspLatencyMilliseconds, 0), 60_000)) tcp-timeout=5000000 \
            add-reference-timestamp-meta=true \
            src. ! rtph264depay ! \(VideoCodec.h264.branch(sink: "h264")) \
            src. ! rtph265depay ! \(VideoCodec.h265.branch(sink: "h265")) \
            src. ! rtpmp2tdepay ! appsink name=transport \(sink) \
            src. ! application/x-rtp,media=application,encoding-name=SMPTE336M ! appsink name=klv \(sink) \
            src. ! \(scene) ! appsink name=scene \(sink)
            """)
        let source = try pipeline.element("src")
        try source.set("protocols", options.rtspTransport.rawValue)
        try source.set("location", url)
        if let file = options.certificateAuthority { try source.setAuthority(file: file) }
        for (index, name) in ["h264", "h265", "transport", "klv", "scene"].enumerated() {
            queue.attach(try pipeline.appSink(name), as: index)
        }
        try pipeline.play()
    }

    /// The next item, waiting at most `seconds`. Throws what the server or the network reported.
    func next(timeout seconds: Double) throws(GStreamerError) -> LiveItem? {
        let item = queue.next(timeout: seconds)
        if case .sample(let sample, let sink, let lost) = item {
            switch sink {
            case 0, 1: return .video(sample, Self.codecs[sink], lost: lost)
            case 2: return .transport(sample.buffer.bytes)
            case 4: return .scene(sample)
            default: return .klvFragment(sample)
            }
        }
        try throwReported()
        return item == nil ? nil : .endOfStream(isFinal: false)
    }

    /// Throws the first error on the bus.
    private func throwReported() throws(GStreamerError) {
        while let message = pipeline.nextMessage(timeout: 0) {
            switch message {
            case .error(let error): throw unknownCodec ?? error
            case .element(_, "GstRTSPSrcTimeout"):
                throw GStreamerError(domain: .resource, code: 9, element: "src", text: "the server fell silent")
            default: break
            }
        }
    }

    /// An error naming the video's coding, when the server offers video and none that is read.
    private var unknownCodec: GStreamerError? {
        guard let source = try? pipeline.element("src") else { return nil }
        let video = source.sourceCaps.filter { $0.contains("media=(string)video") }
        let isRead = video.contains { caps in
            ["H264", "H265", "MP2T"].contains { caps.contains("encoding-name=(string)\($0)") }
        }
        guard !isRead, let name = video.lazy.compactMap(Self.encodingName).first else { return nil }
        return GStreamerError.unread(name, element: "src")
    }

    private static func encodingName(_ caps: String) -> String? {
        guard let range = caps.firstRange(of: "encoding-name=(string)") else { return nil }
        return String(caps[range.upperBound...].prefix { $0 != "," && $0 != ";" })
    }

    func close() {
        queue.close()
        pipeline.stop()
    }
}
