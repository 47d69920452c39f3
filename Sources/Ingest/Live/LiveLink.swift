import GStreamer
import Inspection

/// What a live source carries from one connection to the next: the numbering of its frames, its time line, which goes
/// on by the time that really passed while the stream was away, and where it stands in its life.
struct LiveLink {
    var flow: FrameFlow
    var lifecycle: SourceLifecycle
    /// The stream came to an end after which nothing comes.
    private(set) var isFinished = false
    private let manner: LiveManner
    private let what: String
    private let clock: any Clock
    private let options: SourceOptions
    private let counters: Counters
    private var body = RepeatedBody()
    private var carrier: TransportCarrier?
    private var scenes = SceneAssembler()
    private var klvUnits = SceneAssembler(.klv)
    /// Monotonic nanoseconds of the last frame.
    private var lastFrameAt: Int64
    /// Where this run began on the time line, and what that adds to the running time of its samples, nanoseconds.
    private var begin: Int64?
    private var shift: Int64?
    private var framesBefore = 0

    /// `what` names the source in errors, without anything secret.
    init(
        _ manner: LiveManner, what: String, flow: FrameFlow, clock: any Clock, options: SourceOptions,
        counters: Counters
    ) {
        self.manner = manner
        self.what = what
        self.flow = flow
        self.clock = clock
        self.options = options
        self.counters = counters
        let now = clock.monotonicNanoseconds
        lastFrameAt = now
        lifecycle = SourceLifecycle(
            patience: max(options.watchdogSeconds, manner.pieceSeconds), backoff: options.backoff, now: now)
    }

    /// Reads until the stream breaks (throws), ends for good, or the signal is set.
    mutating func read(
        _ reader: any LiveReader, _ signal: StopSignal, poll: Double, _ deliver: (SourceEvent) -> Void
    ) throws(LiveFault) {
        begin = nil
        shift = nil
        scenes = SceneAssembler()
        klvUnits = SceneAssembler(.klv)
        body.begin()
        let failure: LiveFault?
        do throws(LiveFault) {
            while !signal.isSet, !isFinished { try step(reader, poll, deliver) }
            failure = nil
        } catch {
            failure = error
        }
        let left = end(deliver)
        if let failure = failure ?? left { throw failure }
    }

    private mutating func step(
        _ reader: any LiveReader, _ poll: Double, _ deliver: (SourceEvent) -> Void
    ) throws(LiveFault) {
        framesBefore = flow.frames
        let item: LiveItem?
        do throws(GStreamerError) { item = try reader.next(timeout: poll) } catch { throw .pipeline(error) }
        switch item {
        case .video(let sample, let codec, let lost): video(sample, codec, lost, deliver)
        case .scene(let sample): scene(sample, deliver)
        case .klvFragment(let sample): klvFragment(sample, deliver)
        case .transport(let bytes):
            counters.add("bytes", Int64(bytes.count))
            try take(manner.mayRepeat ? body.take(bytes) : .read(bytes), deliver)
        case .endOfStream(let isFinal): try endOfStream(isFinal: isFinal, deliver)
        case .callersRefused(let count):
            counters.add("callers_refused", Int64(count))
            deliver(.callersRefused(what, count))
            flow.rest(deliver)
        case nil:
            flow.rest(deliver)
            deliver(.idle)
        }
        switch item {
        case .callersRefused, nil: break
        default: heard()
        }
        if !isFinished, let silence = lifecycle.silence(now: clock.monotonicNanoseconds) {
            try fellSilent(silence, deliver)
        }
    }

    private mutating func video(
        _ sample: Sample, _ codec: VideoCodec, _ lost: Int, _ deliver: (SourceEvent) -> Void
    ) {
        if lost > 0 {
            counters.add("dropped_frames", Int64(lost))
            flow.interrupt(isNewRun: false)
        }
        counters.add("bytes", Int64(sample.buffer.count))
        flow.accept(
            FrameFlow.Unit(
                sample: sample, time: place(sample), pts90k: nil, arrival: clock.utc,
                sender: NTPTime.carrierTime(nanoseconds: sample.buffer.senderNTP)),
            codec: codec, deliver)
    }

    private mutating func scene(_ sample: Sample, _ deliver: (SourceEvent) -> Void) {
        counters.add("bytes", Int64(sample.buffer.count))
        let outcome = scenes.add(sample.buffer.bytes, time: place(sample))
        take(outcome, of: .scene, isAfterGap: scenes.isAfterGap, .onvif, deliver)
    }

    private mutating func klvFragment(_ sample: Sample, _ deliver: (SourceEvent) -> Void) {
        counters.add("bytes", Int64(sample.buffer.count))
        let outcome = klvUnits.add(sample.buffer.bytes, time: place(sample))
        take(outcome, of: .klv, isAfterGap: klvUnits.isAfterGap, .klv, deliver)
    }

    private func take(
        _ outcome: SceneAssembler.Outcome, of carriage: SceneAssembler.Carriage, isAfterGap: Bool,
        _ dialect: MetadataPacket.Dialect, _ deliver: (SourceEvent) -> Void
    ) {
        if isAfterGap { counters.add(SceneAssembler.Refusal.gap.counter(of: carriage)) }
        switch outcome {
        case .partial: break
        case .refused(let refusal): counters.add(refusal.counter(of: carriage))
        case .document(let document): give(dialect, document.bytes, at: document.time, deliver)
        }
    }

    private func give(
        _ dialect: MetadataPacket.Dialect, _ bytes: [UInt8], at time: Int64?, _ deliver: (SourceEvent) -> Void
    ) {
        counters.add("packets")
        deliver(
            .packet(
                MetadataPacket(
                    dialect: dialect, bytes: bytes, time: time.map { RunningTime(nanoseconds: $0) },
                    ptsMicroseconds: nil, pid: nil, arrival: clock.utc)))
    }

    private mutating func take(_ verdict: RepeatedBody.Verdict, _ deliver: (SourceEvent) -> Void) throws(LiveFault) {
        switch verdict {
        case .isRepeated: isFinished = true
        case .read(let bytes):
            guard !bytes.isEmpty else { return }
            var current =
                carrier ?? TransportCarrier(start: runStart(), options: options, clock: clock, counters: counters)
            carrier = nil
            defer { carrier = current }
            do throws(SourceError) { try current.read(bytes, flow: &flow, deliver) } catch { throw .source(error) }
        }
    }

    private mutating func endOfStream(isFinal: Bool, _ deliver: (SourceEvent) -> Void) throws(LiveFault) {
        if manner.mayRepeat { try take(body.end(), deliver) }
        if isFinished { return }
        let types = carrier?.streamTypes
        if let left = end(deliver) { throw left }
        // A web server that answers with a page: nothing that could be read came.
        if let types, flow.newest == nil { throw .source(StreamTypes.noVideo(types, in: what)) }
        isFinished = isFinal && flow.newest != nil
        if isFinished { return }
        throw .source(SourceError(kind: .connection, description: "\(what): the sender ended the stream"))
    }

    private mutating func fellSilent(
        _ silence: SourceLifecycle.Silence, _ deliver: (SourceEvent) -> Void
    ) throws(LiveFault) {
        let error = SourceError(
            kind: .timedOut,
            description:
                "\(what): no \(silence.isOfVideo ? "video" : "data") for \(Int(min(silence.seconds, 1e6))) s",
            hint: "check that the sender runs and the network lets it through")
        switch manner.silence {
        case .breaks: throw .source(error)
        case .isWaitedOutAtFirst where begin != nil: throw .source(error)
        case .isWaitedOutAtFirst: return deliver(.waiting(what))
        case .isWaitedOut: break
        }
        if let left = end(deliver) { throw left }
        begin = nil
        counters.add("restarts")
        flow.interrupt(isNewRun: true)
        deliver(.interrupted(error))
    }

    /// Gives out what is still on its way in the transport stream.
    private mutating func end(_ deliver: (SourceEvent) -> Void) -> LiveFault? {
        var fault: LiveFault?
        do throws(SourceError) { try carrier?.finish(flow: &flow, deliver) } catch { fault = .source(error) }
        flow.finish(deliver)
        carrier = nil
        counters.settle()
        return fault
    }

    private mutating func heard() {
        let now = clock.monotonicNanoseconds
        let isVideo = flow.frames != framesBefore
        if isVideo { lastFrameAt = now }
        lifecycle.hear(isVideo: isVideo, now: now)
    }

    /// Where this run's first unit stands on the time line, nanoseconds.
    private mutating func runStart() -> Int64 {
        if let begin { return begin }
        let start = flow.newest.map { $0 &+ max(flow.interval, clock.monotonicNanoseconds &- lastFrameAt) } ?? 0
        begin = start
        return start
    }

    private mutating func place(_ sample: Sample) -> Int64? {
        guard let time = sample.runningTime else { return nil }
        let moved = shift ?? runStart() &- time
        shift = moved
        return time &+ moved
    }
}

/// Why a connection ended: GStreamer's words, which may still hold an address, or the source's own.
enum LiveFault: Error {
    case pipeline(GStreamerError)
    case source(SourceError)
}
