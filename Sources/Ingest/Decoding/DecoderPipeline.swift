import GStreamer
import Inspection

/// A decoder element that runs on its caller's thread: what a unit completes is there when ``push(_:time:isKey:)`` returns.
/// Its pictures are in system memory and in the decoder's own format; nothing is converted.
final class DecoderPipeline {
    /// GStreamer's times are unsigned: pictures shown before the line's start still need a place.
    private static let origin: Int64 = 3_600_000_000_000
    /// Units that go in without one picture before the decoder is taken for broken: more than any coding reorders.
    private static let patience = 64

    let element: DecoderElement
    let codec: VideoCodec
    let caps: Caps
    private let pipeline: Pipeline
    private let pad: SourcePad
    private let sink: AppSink
    private var unitsSincePicture = 0
    /// The first error that no push threw yet.
    private var fault: GStreamerError?

    init(_ element: DecoderElement, codec: VideoCodec, caps: Caps, threads: Int) throws(GStreamerError) {
        self.element = element
        self.codec = codec
        self.caps = caps
        let sinkText: LaunchDescription =
            "video/x-raw ! appsink name=out sync=false async=false enable-last-sample=false wait-on-eos=false"
        pipeline = try Pipeline("\(element.description) name=decoder ! \(sinkText)")
        if !element.isHardware {
            try pipeline.element("decoder").set("max-threads", min(max(threads, 0), 64))
        }
        sink = try pipeline.appSink("out")
        sink.acceptVideoMeta()
        try pipeline.play()
        pad = try SourcePad(into: "decoder", of: pipeline, caps: caps)
    }

    /// `time` is nanoseconds of running time.
    func push(_ buffer: Buffer, time: Int64, isKey: Bool) throws(GStreamerError) -> [DecodedPicture] {
        try pad.push(buffer, pts: UInt64(clamping: time &+ Self.origin), isKey: isKey)
        let pictures = drained()
        unitsSincePicture = pictures.isEmpty ? unitsSincePicture + 1 : 0
        guard unitsSincePicture <= Self.patience else {
            throw GStreamerError(domain: .stream, code: 7, element: element.name, text: "gives no pictures")
        }
        drainBus()
        if pictures.isEmpty, let error = fault {
            fault = nil
            throw error
        }
        return pictures
    }

    /// An element may post a message with every unit, and a bus holds what nobody takes.
    private func drainBus() {
        while let outcome = pipeline.nextOutcome(timeout: 0) {
            if case .error(let error) = outcome { fault = fault ?? error }
        }
    }

    /// What the decoder still holds; nothing can be pushed after it.
    func finish() -> [DecodedPicture] {
        pad.endOfStream()
        return drained()
    }

    private func drained() -> [DecodedPicture] {
        var pictures: [DecodedPicture] = []
        while let sample = sink.pull(timeout: 0) {
            guard let pts = sample.buffer.pts else { continue }
            pictures.append(
                DecodedPicture(
                    sample: sample, time: RunningTime(nanoseconds: Int64(clamping: pts) &- Self.origin)))
        }
        return pictures
    }
}
