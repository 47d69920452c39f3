import GStreamer
import Inspection
import Synchronization

/// A recording: MPEG transport stream, MP4/MOV or Matroska.
final class FileSource: VideoSource {
    private static let chunkBytes = 64 << 10

    private let path: String
    private let options: SourceOptions
    private let clock: any Clock
    private let looker: (any PictureLooker)?
    private let desk: CaptureDesk
    private let counts = Counters()
    private let signal = StopSignal()

    init(name: Name, path: String, options: SourceOptions, clock: any Clock, looker: (any PictureLooker)? = nil) {
        self.path = path
        self.looker = looker
        self.options = options
        self.clock = clock
        desk = CaptureDesk(source: name.text, options: options)
    }

    var counters: [String: Int64] { counts.all }

    func stop() { signal.set() }

    func picture(at time: RunningTime, stamp: PictureStamp?) async throws(SourceError) -> Capture {
        try await desk.picture(at: time, stamp: stamp)
    }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        try await desk.clip(from: start, to: end)
    }

    func run(_ deliver: (SourceEvent) -> Void) throws(SourceError) {
        defer { desk.end() }
        let file = try RecordedFile(path: path)
        if file.isCut { counts.add("recordings_cut") }
        var flow = FrameFlow(
            desk: desk, counters: counts, content: file.identity,
            pictures: FramePictures(options: options, looker: looker, isLive: false, counters: counts))
        flow.start = file.start(utcOffset: options.utcOffset)
        let sidecars = options.telemetryFiles.isEmpty ? RecordedFile.sidecars(of: path) : []
        var subtitles = SubtitleFile.first(of: options.telemetryFiles.isEmpty ? sidecars : options.telemetryFiles)
        // A file beside the recording says the same as the track in it.
        let givesSubtitles = subtitles == nil
        var pacer = Pacer(clock: clock, signal: options.isPaced ? signal : nil)
        let paced = { (event: SourceEvent) in
            if case .frame(let frame) = event {
                pacer.wait(until: frame.time)
                for subtitle in subtitles?.due(at: frame.time.nanoseconds) ?? [] {
                    deliver(.packet(self.packet(subtitle)))
                }
            }
            if case .packet(let packet) = event { self.desk.hold(packet) }
            if case .began(var form) = event {
                form.sidecars = sidecars
                return deliver(.began(form))
            }
            deliver(event)
        }
        do throws(SourceError) {
            switch file.container {
            case .transportStream: try readTransportStream(file, &flow, paced)
            case .mp4: try readContainer("qtdemux", file, &flow, givesSubtitles, paced)
            case .matroska: try readContainer("matroskademux", file, &flow, givesSubtitles, paced)
            }
        } catch {
            flow.finish(paced)
            throw error
        }
        flow.finish(paced)
        // The pose after the last frame.
        for subtitle in subtitles?.due(at: (flow.newest ?? 0) &+ 1_000_000_000) ?? [] {
            deliver(.packet(packet(subtitle)))
        }
        counts.add("subtitles_without_time", subtitles?.untimed ?? 0)
        counts.add("subtitle_reads_failed", subtitles?.failedReads ?? 0)
        desk.end()
        deliver(.ended)
    }

    private func packet(_ subtitle: Subtitle) -> MetadataPacket {
        counts.add("subtitles")
        return MetadataPacket(
            dialect: .subtitle, bytes: subtitle.text, time: subtitle.start, ptsMicroseconds: nil, pid: nil,
            arrival: clock.utc)
    }

    /// As players and ffprobe count it, nanoseconds. In MP4 the edit list says where it begins, in Matroska the time stamp
    /// itself is meant.
    private static func presentation(of sample: Sample, in container: RecordedFile.Container) -> Int64? {
        guard container == .matroska, let pts = sample.buffer.pts else { return sample.runningTime }
        return Int64(clamping: pts)
    }

    private func readTransportStream(
        _ file: RecordedFile, _ flow: inout FrameFlow, _ deliver: (SourceEvent) -> Void
    ) throws(SourceError) {
        var carrier = TransportCarrier(start: 0, options: options, clock: clock, counters: counts)
        while !signal.isSet {
            let bytes = try file.read(Self.chunkBytes)
            if bytes.isEmpty { break }
            counts.add("bytes", Int64(bytes.count))
            try carrier.read(bytes, flow: &flow, deliver)
        }
        try carrier.finish(flow: &flow, deliver)
        if flow.newest == nil, !signal.isSet { throw StreamTypes.noVideo(carrier.streamTypes, in: path) }
    }

    private func readContainer(
        _ demultiplexer: LaunchDescription, _ file: RecordedFile, _ flow: inout FrameFlow, _ givesSubtitles: Bool,
        _ deliver: (SourceEvent) -> Void
    ) throws(SourceError) {
        do throws(GStreamerError) {
            let reader = try ContainerReader(
                demultiplexer, path: path, signal: signal, needsVideo: !options.wantsMetadataAlone)
            defer { reader.close() }
            while !signal.isSet, let item = try reader.next() {
                switch item {
                case .unit(let sample, let codec):
                    counts.add("bytes", Int64(sample.buffer.count))
                    var unit = FrameFlow.Unit(
                        sample: sample, time: sample.runningTime, pts90k: nil, arrival: clock.utc)
                    unit.presentation = Self.presentation(of: sample, in: file.container)
                    flow.accept(unit, codec: codec, deliver)
                case .subtitle(let subtitle):
                    if givesSubtitles { deliver(.packet(packet(subtitle))) }
                }
            }
            counts.add("subtitles_dropped", reader.droppedSubtitles)
            if reader.isDamaged { counts.add("damaged_units") }
        } catch {
            throw SourceError(pipeline: error, doing: "reading \(path)")
        }
        guard flow.newest == nil, !signal.isSet, !options.wantsMetadataAlone else { return }
        throw SourceError(
            kind: .noVideo, description: "\(path) holds no H.264 or H.265 video",
            hint: "check that it is the recording meant, and whole")
    }
}

/// Holds frames back to the pace they were taken at.
struct Pacer {
    let clock: any Clock
    /// Nil reads without a pace.
    let signal: StopSignal?
    private var origin: (stream: Int64, clock: Int64)?

    init(clock: any Clock, signal: StopSignal?) {
        self.clock = clock
        self.signal = signal
    }

    mutating func wait(until time: RunningTime) {
        guard let signal else { return }
        let now = clock.monotonicNanoseconds
        guard let origin else {
            origin = (time.nanoseconds, now)
            return
        }
        let due = origin.clock &+ (time.nanoseconds &- origin.stream)
        _ = signal.wait(seconds: Double(due &- now) / 1e9)
    }
}
