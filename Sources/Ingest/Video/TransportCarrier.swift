import GStreamer
import Inspection
import TransportStream

/// Reads one run of a transport stream: bytes in, events out, on the caller's thread.
///
/// The stream is taken apart by ``TransportStream`` rather than by `tsdemux`, which in GStreamer 1.22 makes no pad for
/// synchronous KLV (stream_type 0x15), holds the whole pipeline in preroll for a metadata PID that never delivers, and
/// hides the raw PTS that pairs a packet with its frame. Only the cutting into access units is GStreamer's.
struct TransportCarrier {
    /// Metadata held back while the video has not followed a jump of the clock yet.
    private static let heldLimit = 64
    private static let heldVideoUnits = 8

    private let options: SourceOptions
    private let clock: any Clock
    private let counters: Counters
    private var reader = TransportStreamReader()
    private var line: TimeLine
    private var parser: VideoParser?
    private var held: [MetadataPacket] = []
    /// Of each packet held.
    private var heldTicks: [Int64] = []
    private var heldFor = 0
    /// Of the newest bytes.
    private var lastArrival: UTCTime?
    private var unitsBeforeFirstFrame: Int64 = 0
    private var hasFrame = false
    /// stream_type values of the maps read, for the message when none is video.
    private(set) var streamTypes: Set<UInt8> = []

    init(start: Int64, options: SourceOptions, clock: any Clock, counters: Counters) {
        line = TimeLine(start: start)
        self.options = options
        self.clock = clock
        self.counters = counters
    }

    mutating func read(
        _ bytes: [UInt8], flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void
    ) throws(SourceError) {
        var events: [TransportEvent] = []
        reader.read(bytes) { events.append($0) }
        let arrival = clock.utc
        lastArrival = arrival
        for event in events { try take(event, arrival, &flow, deliver) }
        count()
    }

    /// The stream is at its end: gives out what is still on its way.
    mutating func finish(flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void) throws(SourceError) {
        var events: [TransportEvent] = []
        reader.finish { events.append($0) }
        // The last unit ends only here, perhaps long after its bytes came.
        let arrival = lastArrival ?? clock.utc
        for event in events { try take(event, arrival, &flow, deliver) }
        endParser(&flow, deliver)
        release(all: true, deliver)
        count()
        counters.settle()
    }

    private mutating func take(
        _ event: TransportEvent, _ arrival: UTCTime, _ flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void
    ) throws(SourceError) {
        switch event {
        case .program(let program):
            streamTypes.formUnion(program.streams.map(\.streamType))
            if program.isSelected { try select(program, &flow, deliver) }
        case .unit(let unit):
            switch unit.kind {
            case .h264: try video(unit, .h264, arrival, &flow, deliver)
            case .h265: try video(unit, .h265, arrival, &flow, deliver)
            case .mpeg2: try video(unit, .mpeg2, arrival, &flow, deliver)
            case .klv: metadata(unit, arrival, deliver)
            case .other: break
            }
        }
    }

    private mutating func select(
        _ program: ProgramDescription, _ flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void
    ) throws(SourceError) {
        let codec: VideoCodec
        switch program.video?.kind {
        case .h264: codec = .h264
        case .h265: codec = .h265
        case .mpeg2: codec = .mpeg2
        case .klv, .other, nil: return
        }
        guard parser?.codec != codec else { return }
        endParser(&flow, deliver)
        flow.interrupt(isNewRun: false)
        try startParser(codec)
    }

    private mutating func startParser(_ codec: VideoCodec) throws(SourceError) {
        do throws(GStreamerError) {
            parser = try VideoParser(codec, clock: clock)
        } catch {
            throw SourceError(pipeline: error, doing: "starting the \(codec.rawValue) parser")
        }
    }

    private mutating func video(
        _ unit: ElementaryUnit, _ codec: VideoCodec, _ arrival: UTCTime, _ flow: inout FrameFlow,
        _ deliver: (SourceEvent) -> Void
    ) throws(SourceError) {
        if parser?.codec != codec { try startParser(codec) }
        let time = unit.pts.map { line.video($0) }
        if time == nil { counters.add("units_without_time") }
        flow.interval = line.frameInterval
        var delay: Int64?
        if let pts = unit.pts, let dts = unit.dts, pts >= dts, pts &- dts < 900_000 {
            delay = TimeLine.nanoseconds(pts &- dts)
        }
        if !hasFrame { unitsBeforeFirstFrame += 1 }
        release(all: false, deliver)
        do throws(GStreamerError) {
            let input = VideoParser.Input(
                bytes: unit.bytes, time: time, delay: delay, pts90k: unit.pts, arrival: arrival)
            for output in try parser?.push(input) ?? [] { accept(output, codec, &flow, deliver) }
        } catch {
            counters.add("parser_restarts")
            parser = nil
            flow.interrupt(isNewRun: false)
        }
    }

    private mutating func accept(
        _ output: VideoParser.Output, _ codec: VideoCodec, _ flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void
    ) {
        if !hasFrame {
            hasFrame = true
            // What the parser swallowed before it knew the parameter sets; one unit is always on its way.
            counters.add("dropped_frames", max(0, unitsBeforeFirstFrame - 2))
        }
        flow.accept(
            FrameFlow.Unit(sample: output.sample, time: output.time, pts90k: output.pts90k, arrival: output.arrival),
            codec: codec, deliver)
    }

    private mutating func metadata(_ unit: ElementaryUnit, _ arrival: UTCTime, _ deliver: (SourceEvent) -> Void) {
        var packet = MetadataPacket(
            dialect: .klv, bytes: unit.bytes, time: nil, ptsMicroseconds: unit.ptsMicroseconds, pid: unit.pid,
            arrival: arrival)
        if let pts = unit.pts {
            guard let time = line.metadata(pts) else {
                heldTicks.append(pts)
                held.append(packet)
                if held.count > Self.heldLimit { release(all: true, deliver) }
                return
            }
            packet.time = RunningTime(nanoseconds: time)
        }
        counters.add("packets")
        deliver(.packet(packet))
    }

    /// Gives out the metadata held back, once the video's time reaches theirs, and without a time when it does not.
    private mutating func release(all: Bool, _ deliver: (SourceEvent) -> Void) {
        guard !held.isEmpty else { return }
        heldFor += 1
        let isOver = all || heldFor > Self.heldVideoUnits
        while let ticks = heldTicks.first {
            let time = line.metadata(ticks)
            guard time != nil || isOver else { return }
            var packet = held.removeFirst()
            heldTicks.removeFirst()
            packet.time = time.map { RunningTime(nanoseconds: $0) }
            if time == nil { counters.add("metadata_off_line") }
            counters.add("packets")
            deliver(.packet(packet))
        }
        heldFor = 0
    }

    private mutating func endParser(_ flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void) {
        guard let parser else { return }
        for output in parser.finish() { accept(output, parser.codec, &flow, deliver) }
        self.parser = nil
    }

    private func count() {
        var figures = reader.counters.faults
        figures["time_jumps"] = line.jumps
        counters.update(figures)
    }
}
