import GStreamer
import Inspection
import TransportStream

/// Access units to events: holds back what cannot be decoded, names the stream's form, numbers the frames, and feeds
/// the pre-roll ring before a frame is delivered, so that a receiver can ask for the picture of the frame it was just
/// given.
///
/// A frame whose picture is measured waits for that, and those behind it with it, so that their order stays; a file's as
/// long as its coding reorders pictures, which is the same on every run. After ``waitingLimit`` frames the first one goes
/// without.
struct FrameFlow {
    struct Unit {
        var sample: Sample
        /// Running time, nanoseconds; nil when the carrier gave none.
        var time: Int64?
        var pts90k: Int64?
        /// Where there is no PES: the file's own presentation time, nanoseconds.
        var presentation: Int64?
        var arrival: UTCTime
        /// By the sender's own clock; nil where its carrier says nothing.
        var sender: CarrierTime?
    }

    /// The most that H.264 and H.265 reorder.
    static let waitingLimit = 16
    /// Pixels of a side, and of a whole picture: beyond level 6.2 of either coding, and no camera's.
    static let sideLimit = 16_384
    static let areaLimit = 8192 * 8192

    let desk: CaptureDesk
    let counters: Counters
    /// For a file: its identity.
    let content: String?
    /// For a file: UTC of its first frame, as far as the file tells.
    var start: UTCTime?
    /// Assumed between frames without a time of their own, nanoseconds.
    var interval: Int64 = 40_000_000
    /// The newest running time accepted; nil before the first frame.
    private(set) var newest: Int64?
    private var index = 0
    /// Frames accepted so far.
    var frames: Int { index }
    private var isAwaitingKey = true
    private var description: StreamDescription?
    private var lastTime: Int64?
    /// Running time of the first frame.
    private var first: Int64?
    private var pictures: FramePictures?
    private var waiting: [(event: SourceEvent, awaited: Int?)] = []

    init(desk: CaptureDesk, counters: Counters, content: String?, pictures: FramePictures? = nil) {
        self.desk = desk
        self.counters = counters
        self.content = content
        self.pictures = pictures
    }

    /// Units were lost, or another run begins: nothing can be decoded before the next key frame.
    mutating func interrupt(isNewRun: Bool) {
        isAwaitingKey = true
        pictures?.interrupt()
        if isNewRun { description = nil }
    }

    mutating func accept(_ unit: Unit, codec: VideoCodec, _ deliver: (SourceEvent) -> Void) {
        let isKey = unit.sample.buffer.isKey
        if isAwaitingKey, !isKey { return drop("dropped_no_keyframe") }
        let caps = unit.sample.caps
        let width = caps?.width ?? 0
        let height = caps?.height ?? 0
        if let reason = Self.fault(width: width, height: height) {
            interrupt(isNewRun: false)
            return drop(reason)
        }
        let time = unit.time ?? lastTime.map { $0 &+ interval } ?? newest ?? 0
        isAwaitingKey = false
        lastTime = time
        newest = max(newest ?? time, time)
        desk.hold(unit.sample, codec: codec, time: time)
        announce(codec, width: width, height: height, deliver)
        var frame = Frame(
            index: index, time: RunningTime(nanoseconds: time),
            ptsMicroseconds: unit.pts90k.map(PTS.microseconds) ?? unit.presentation.map { $0 / 1000 },
            width: width, height: height, isKey: isKey, arrival: unit.arrival)
        first = first ?? time
        let moment = start?.advanced(byMicroseconds: (time &- (first ?? time)) / 1000)
        frame.carrierTime =
            precisionTime(unit.sample, codec) ?? unit.sender
            ?? moment.map { CarrierTime(utc: $0, provenance: .file) }
        index += 1
        counters.add("frames")
        guard pictures != nil else { return deliver(.frame(frame)) }
        let isAwaited = pictures?.offer(unit.sample, codec: codec, time: time, index: frame.index) ?? false
        waiting.append((.frame(frame), isAwaited ? frame.index : nil))
        release(deliver)
    }

    /// The time within the picture itself, by a clock that holds to a reference: nearer the picture than any carrier's.
    private func precisionTime(_ sample: Sample, _ codec: VideoCodec) -> CarrierTime? {
        let kind: StreamKind =
            switch codec {
            case .h264: .h264
            case .h265: .h265
            case .mpeg2: .mpeg2
            }
        let head = sample.buffer.head(PrecisionTimeStamp.headerLimit)
        guard let stamp = PrecisionTimeStamp(head, kind) else { return nil }
        // 1990 to 2100, by a clock that was set.
        guard stamp.isLocked, (631_152_000_000_000..<4_102_444_800_000_000).contains(stamp.microseconds) else {
            counters.add("picture_times_refused")
            return nil
        }
        return CarrierTime(utc: UTCTime(microseconds: stamp.microseconds), provenance: .precisionTimeStamp)
    }

    /// Nothing came for a moment: gives out what was measured meanwhile.
    mutating func rest(_ deliver: (SourceEvent) -> Void) { release(deliver) }

    /// The stream is at its end or breaks off: gives out every frame, with what was measured so far.
    mutating func finish(_ deliver: (SourceEvent) -> Void) {
        pictures?.finish()
        release(deliver)
        let rest = waiting
        waiting = []
        for (event, _) in rest { deliver(event) }
    }

    /// Why pictures of this size are not taken; nil when they are.
    static func fault(width: Int, height: Int) -> String? {
        if width <= 0 || height <= 0 { return "dropped_no_size" }
        // A sender's word alone would have a decoder allocate gigabytes.
        let isOversized = width > sideLimit || height > sideLimit || width * height > areaLimit
        return isOversized ? "dropped_oversized" : nil
    }

    private func drop(_ reason: String) {
        counters.add("dropped_frames")
        counters.add(reason)
    }

    private mutating func announce(_ codec: VideoCodec, width: Int, height: Int, _ deliver: (SourceEvent) -> Void) {
        var form = StreamDescription(codec: codec.rawValue, width: width, height: height, content: content)
        form.decoder = pictures?.decoder(for: codec)
        guard form != description else { return }
        if let description,
            description.width != width || description.height != height
                || description.codec != form.codec
        {
            counters.add("form_changes")
        }
        description = form
        if waiting.isEmpty { deliver(.began(form)) } else { waiting.append((.began(form), nil)) }
    }

    /// Delivers what waits for nothing any more, in order.
    private mutating func release(_ deliver: (SourceEvent) -> Void) {
        guard !waiting.isEmpty else { return }
        for outcome in pictures?.outcomes() ?? [] {
            guard let place = waiting.firstIndex(where: { $0.awaited == outcome.index }) else { continue }
            if case .frame(var frame) = waiting[place].event {
                frame.picture = outcome.features
                waiting[place].event = .frame(frame)
            }
            waiting[place].awaited = nil
        }
        var due = waiting.firstIndex { $0.awaited != nil } ?? waiting.count
        while waiting.count - due > Self.waitingLimit {
            counters.add("unmeasured_frames")
            waiting[due].awaited = nil
            due = waiting.firstIndex { $0.awaited != nil } ?? waiting.count
        }
        let ready = waiting[..<due]
        waiting.removeFirst(due)
        for (event, _) in ready { deliver(event) }
    }
}
