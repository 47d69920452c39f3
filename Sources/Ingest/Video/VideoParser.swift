import GStreamer
import Inspection

/// Cuts the video units of a transport stream into access units. Runs on its caller's thread: what a unit completes is
/// there when ``push(_:)`` returns, so events keep the order of the stream on every run.
final class VideoParser {
    struct Input {
        var bytes: [UInt8]
        /// Nanoseconds of running time.
        var time: Int64?
        /// Nanoseconds from decoding to presentation; nil when they are one.
        var delay: Int64?
        var pts90k: Int64?
        var arrival: UTCTime
    }

    struct Output {
        var sample: Sample
        var time: Int64?
        var pts90k: Int64?
        var arrival: UTCTime
    }

    /// GStreamer's times are unsigned: pictures shown before the line's start still need a place.
    private static let origin: Int64 = 3_600_000_000_000
    private static let pendingLimit = 256

    let codec: VideoCodec
    private let pipeline: Pipeline
    private let pad: SourcePad
    private let sink: AppSink
    /// Units on their way through the parser, in decoding order.
    private var pending: [(place: UInt64, input: Input)] = []
    private var lastArrival: UTCTime

    init(_ codec: VideoCodec, clock: any Clock) throws(GStreamerError) {
        self.codec = codec
        pipeline = try Pipeline(codec.branch(sink: "units"))
        sink = try pipeline.appSink("units")
        try pipeline.play()
        pad = try SourcePad(into: "parser_units", of: pipeline, caps: Caps(codec.byteStream))
        lastArrival = clock.utc
    }

    func push(_ input: Input) throws(GStreamerError) -> [Output] {
        let place = input.time.flatMap { UInt64(exactly: $0 &+ Self.origin) }
        if let place {
            if pending.count >= Self.pendingLimit { pending.removeFirst() }
            var noted = input
            noted.bytes = []
            pending.append((place, noted))
        }
        lastArrival = input.arrival
        let dts = place.flatMap { place in
            input.delay.flatMap { UInt64(exactly: Int64(clamping: place) &- $0) } ?? place
        }
        try pad.push(input.bytes.span, pts: place, dts: dts)
        // What the elements post (bit rates, warnings) would pile up on the bus; what stops them has the push throw.
        _ = pipeline.nextOutcome(timeout: 0)
        return drained()
    }

    /// What the parser still holds.
    func finish() -> [Output] {
        pad.endOfStream()
        return drained()
    }

    private func drained() -> [Output] {
        var out: [Output] = []
        while let sample = sink.pull(timeout: 0) {
            guard let pts = sample.buffer.pts else {
                out.append(Output(sample: sample, time: nil, pts90k: nil, arrival: lastArrival))
                continue
            }
            var input: Input?
            if let index = pending.firstIndex(where: { $0.place == pts }) {
                input = pending[index].input
                pending.removeFirst(index + 1)
            }
            out.append(
                Output(
                    sample: sample, time: Int64(clamping: pts) &- Self.origin, pts90k: input?.pts90k,
                    arrival: input?.arrival ?? lastArrival))
        }
        return out
    }
}
