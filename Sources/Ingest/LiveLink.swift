import GStreamer
import Inspection

/// What a live source carries from one connection to the next: the numbering of its frames and its time line, which
/// goes on by the time that really passed while the stream was away.
struct LiveLink {
    var flow: FrameFlow
    /// Why the last reading ended, when GStreamer did not say so itself.
    var fault: SourceError?
    private let clock: any Clock
    private let options: SourceOptions
    private let counters: Counters
    private var lastFrames = 0
    /// Monotonic nanoseconds of the last frame, and of the last sign of life.
    private var lastFrameAt: Int64
    private var lastHeardAt: Int64

    init(flow: FrameFlow, clock: any Clock, options: SourceOptions, counters: Counters) {
        self.flow = flow
        self.clock = clock
        self.options = options
        self.counters = counters
        lastFrameAt = clock.monotonicNanoseconds
        lastHeardAt = lastFrameAt
    }

    /// Where the next run's first unit stands on the time line, nanoseconds.
    private var start: Int64 {
        guard let newest = flow.newest else { return 0 }
        return newest &+ max(flow.interval, clock.monotonicNanoseconds &- lastFrameAt)
    }

    mutating func readUDP(
        _ reader: UDPReader, _ what: String, _ signal: StopSignal, _ poll: Double, _ deliver: (SourceEvent) -> Void
    ) throws(GStreamerError) {
        var carrier: TransportCarrier?
        var isSilent = false
        beginWatch()
        while !signal.isSet {
            do throws(SourceError) {
                if let bytes = try Self.sourceErrors({ () throws(GStreamerError) in try reader.next(timeout: poll) }) {
                    counters.add("bytes", Int64(bytes.count))
                    if carrier == nil {
                        carrier = TransportCarrier(start: start, options: options, clock: clock, counters: counters)
                    }
                    try carrier?.read(bytes, flow: &flow, deliver)
                    heard()
                    isSilent = false
                } else {
                    deliver(.idle)
                }
                // The socket stays open in silence: what comes back is heard at once, without a wait.
                if !isSilent, let silence = watchdog(what) {
                    try carrier?.finish(flow: &flow, deliver)
                    carrier = nil
                    isSilent = true
                    counters.add("restarts")
                    flow.interrupt(isNewRun: true)
                    deliver(.interrupted(silence))
                    beginWatch()
                }
            } catch {
                fault = error
                break
            }
        }
        end(&carrier, deliver)
    }

    mutating func readRTSP(
        _ url: String, _ what: String, _ signal: StopSignal, _ poll: Double, _ deliver: (SourceEvent) -> Void
    ) throws(GStreamerError) {
        let reader = try RTSPReader(url: url, options: options)
        defer { reader.close() }
        var carrier: TransportCarrier?
        defer { end(&carrier, deliver) }
        var shift: Int64?
        let begin = start
        beginWatch()
        while !signal.isSet, fault == nil {
            let item = try reader.next(timeout: poll)
            switch item {
            case .video(let sample, let codec, let lost):
                if lost > 0 {
                    counters.add("dropped_frames", Int64(lost))
                    flow.interrupt(isNewRun: false)
                }
                counters.add("bytes", Int64(sample.buffer.count))
                let time = place(sample, begin, &shift)
                flow.accept(
                    FrameFlow.Unit(sample: sample, time: time, pts90k: nil, arrival: clock.utc), codec: codec, deliver)
            case .metadata(let sample):
                counters.add("bytes", Int64(sample.buffer.count))
                counters.add("packets")
                let time = place(sample, begin, &shift).map { RunningTime(nanoseconds: $0) }
                deliver(
                    .packet(
                        MetadataPacket(
                            dialect: .klv, bytes: sample.buffer.bytes, time: time, ptsMicroseconds: nil, pid: nil,
                            arrival: clock.utc)))
            case .transport(let sample):
                counters.add("bytes", Int64(sample.buffer.count))
                var current =
                    carrier
                    ?? TransportCarrier(start: begin, options: options, clock: clock, counters: counters)
                do throws(SourceError) {
                    try current.read(sample.buffer.bytes, flow: &flow, deliver)
                } catch {
                    fault = error
                }
                carrier = current
            case .endOfStream:
                fault = SourceError(kind: .connection, description: "\(what): the server ended the stream")
            case nil: deliver(.idle)
            }
            if item != nil { heard() }
            if options.decode != .onDemand, carrier == nil {
                counters.update(["decoded_frames": Int64(reader.decodedFrames)])
            }
            if fault == nil { fault = watchdog(what) }
        }
    }

    private func place(_ sample: Sample, _ begin: Int64, _ shift: inout Int64?) -> Int64? {
        guard let time = sample.runningTime else { return nil }
        let moved = shift ?? begin &- time
        shift = moved
        return time &+ moved
    }

    private mutating func end(_ carrier: inout TransportCarrier?, _ deliver: (SourceEvent) -> Void) {
        do throws(SourceError) {
            try carrier?.finish(flow: &flow, deliver)
        } catch {
            fault = fault ?? error
        }
        carrier = nil
        counters.settle()
    }

    private mutating func beginWatch() {
        lastHeardAt = clock.monotonicNanoseconds
        lastFrames = flow.frames
        isWatchingVideo = false
    }

    /// Once video came in this run it alone is watched; before that, anything.
    private var isWatchingVideo = false

    private mutating func heard() {
        let now = clock.monotonicNanoseconds
        if flow.frames != lastFrames {
            lastFrames = flow.frames
            lastFrameAt = now
            isWatchingVideo = true
            lastHeardAt = now
        } else if !isWatchingVideo {
            lastHeardAt = now
        }
    }

    private func watchdog(_ what: String) -> SourceError? {
        let silence = Double(clock.monotonicNanoseconds &- lastHeardAt) / 1e9
        guard silence > max(options.watchdogSeconds, 0.5) else { return nil }
        return SourceError(
            kind: .timedOut,
            description: "\(what): no \(isWatchingVideo ? "video" : "data") for \(Int(min(silence, 1e6))) s",
            hint: "check that the sender runs and the network lets it through")
    }

    private static func sourceErrors<Value>(
        _ work: () throws(GStreamerError) -> Value
    ) throws(SourceError) -> Value {
        do throws(GStreamerError) {
            return try work()
        } catch {
            throw SourceError(pipeline: error, doing: "reading")
        }
    }
}
