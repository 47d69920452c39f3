import GStreamer

/// Access units out of an MP4, MOV or Matroska file, in order, with the file waiting for its reader.
final class ContainerReader {
    private static let codecs: [VideoCodec] = [.h264, .h265]

    private let pipeline: Pipeline
    private let queue = SampleQueue(capacity: 32, overflow: .block)
    private var failure: GStreamerError?
    private var hasSample = false
    /// The file broke off or could not be read to its end.
    private(set) var isDamaged = false

    init(_ demultiplexer: LaunchDescription, path: String) throws(GStreamerError) {
        pipeline = try Pipeline(
            """
            filesrc name=file ! \(demultiplexer) name=demux \
            demux. ! queue ! \(VideoCodec.h264.branch(sink: "h264")) \
            demux. ! queue ! \(VideoCodec.h265.branch(sink: "h265"))
            """)
        try pipeline.element("file").set("location", path)
        for (index, codec) in Self.codecs.enumerated() {
            queue.attach(try pipeline.appSink(codec.rawValue), as: index)
        }
        try pipeline.play()
    }

    /// The next access unit; nil at the end. Throws when the file holds no video that is read, or none at all.
    func next() throws(GStreamerError) -> (Sample, VideoCodec)? {
        while true {
            switch queue.next(timeout: failure == nil ? 0.1 : 0) {
            case .sample(let sample, let sink, _):
                hasSample = true
                return (sample, Self.codecs[sink])
            case .endOfStream:
                return nil
            case nil:
                if let failure {
                    guard hasSample else { throw unknownCodec ?? failure }
                    isDamaged = true
                    return nil
                }
                switch pipeline.nextOutcome(timeout: 0) {
                case .error(let error): failure = error
                case .endOfStream: return nil
                default: break
                }
            }
        }
    }

    /// An error naming the codings found, when there were any.
    private var unknownCodec: GStreamerError? {
        guard let found = try? pipeline.element("demux").sourceCaps.map({ $0.prefix { $0 != "," } }),
            let video = found.first(where: { $0.hasPrefix("video/") || $0.hasPrefix("image/") })
        else { return nil }
        return GStreamerError(domain: .stream, code: 6, element: "demux", text: "video of type \(video) is not read")
    }

    func close() {
        queue.close()
        pipeline.stop()
    }
}
