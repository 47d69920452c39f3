import GStreamer
import Inspection

/// Access units and subtitles out of an MP4, MOV or Matroska file, in order, with the file waiting for its reader.
final class ContainerReader {
    enum Item {
        case unit(Sample, VideoCodec)
        case subtitle(Subtitle)
    }

    private static let codecs: [VideoCodec] = [.h264, .h265]
    /// A look at the queue, and how many that find nothing make a fault: matroskademux can pause for ever over a damaged
    /// file without an error and without an end. Seconds, looks.
    private static let look = 0.1
    private static let patience = 100

    private let signal: StopSignal
    private let needsVideo: Bool
    private let pipeline: Pipeline
    private let queue = SampleQueue(capacity: 32, overflow: .block)
    private var failure: GStreamerError?
    private var hasSample = false
    private var subtitles: SubtitleTrack
    /// In the order they are given out.
    private var ready: [Item] = []
    private var isAtEnd = false
    /// Looks in a row that found nothing.
    private var silence = 0
    private var hasSubtitlesEnded = false
    /// The file broke off or could not be read to its end.
    private(set) var isDamaged = false

    /// What `signal` stops is at its end for its reader. Without `needsVideo` the video may be of a coding that is not read.
    init(
        _ demultiplexer: LaunchDescription, path: String, signal: StopSignal, needsVideo: Bool = true
    ) throws(GStreamerError) {
        self.signal = signal
        self.needsVideo = needsVideo
        subtitles = SubtitleTrack(isAlone: !needsVideo)
        // All on the demultiplexer's own thread, so that what comes of a file comes in the same order each time.
        pipeline = try Pipeline(
            """
            filesrc name=file ! \(demultiplexer) name=demux \
            demux. ! \(VideoCodec.h264.branch(sink: "h264")) \
            demux. ! \(VideoCodec.h265.branch(sink: "h265")) \
            demux. ! text/x-raw ! appsink name=subtitle sync=false async=false enable-last-sample=false \
            wait-on-eos=false
            """)
        try pipeline.element("file").set("location", path)
        for (index, codec) in Self.codecs.enumerated() {
            queue.attach(try pipeline.appSink(codec.rawValue), as: index)
        }
        queue.attach(try pipeline.appSink("subtitle"), as: Self.codecs.count)
        try pipeline.play()
    }

    /// The next access unit or subtitle; nil at the end. Throws when the file holds no video that is read, or none at all.
    func next() throws(GStreamerError) -> Item? {
        if !ready.isEmpty { return ready.removeFirst() }
        if isAtEnd { return nil }
        if let unit = try nextUnit() {
            ready = subtitles.due(before: unit.0).map(Item.subtitle) + [.unit(unit.0, unit.1)]
        } else {
            isAtEnd = true
            ready = subtitles.rest().map(Item.subtitle)
        }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    /// Subtitles that came in such a number that not all could be held.
    var droppedSubtitles: Int64 { subtitles.dropped }

    private func nextUnit() throws(GStreamerError) -> (Sample, VideoCodec)? {
        while true {
            let item = queue.next(timeout: failure == nil ? Self.look : 0)
            silence = item == nil ? silence + 1 : 0
            switch item {
            case .sample(let sample, let sink, _) where Self.codecs.indices.contains(sink):
                hasSample = true
                return (sample, Self.codecs[sink])
            case .sample(let sample, _, _):
                subtitles.hold(sample)
            case .endOfStream(let sink) where Self.codecs.indices.contains(sink):
                return nil
            case .endOfStream:
                hasSubtitlesEnded = true
            case nil:
                if signal.isSet { return nil }
                if let failure {
                    guard hasSample || (!needsVideo && !subtitles.isEmpty) else { throw unknownCodec ?? failure }
                    isDamaged = true
                    return nil
                }
                // The end of a file with subtitles and without video is no one else's.
                if hasSubtitlesEnded, !hasSample, !hasVideo {
                    if needsVideo, let unknownCodec { throw unknownCodec }
                    return nil
                }
                switch pipeline.nextOutcome(timeout: 0) {
                case .error(let error): failure = error
                case .endOfStream: return nil
                default:
                    guard silence >= Self.patience else { break }
                    failure = GStreamerError(domain: .owner, element: "demux", text: "the file gives nothing more")
                }
            }
        }
    }

    private var hasVideo: Bool {
        pipeline.mediaTypes(of: "demux").contains { $0.hasPrefix("video/x-h264") || $0.hasPrefix("video/x-h265") }
    }

    /// An error naming the coding found, when there is video.
    private var unknownCodec: GStreamerError? {
        let found = (try? pipeline.element("demux").sourceCaps) ?? []
        guard let video = found.first(where: { $0.hasPrefix("video/") || $0.hasPrefix("image/") }) else { return nil }
        return GStreamerError.unread(CodingName.of(caps: video), element: "demux")
    }

    func close() {
        queue.close()
        pipeline.stop()
    }
}
