import GStreamer
import Inspection

/// Access units to events: holds back what cannot be decoded, names the stream's form, numbers the frames, and feeds
/// the pre-roll ring before a frame is delivered, so that a receiver can ask for the picture of the frame it was just
/// given.
struct FrameFlow {
    struct Unit {
        var sample: Sample
        /// Running time, nanoseconds; nil when the carrier gave none.
        var time: Int64?
        var pts90k: Int64?
        var arrival: UTCTime
    }

    let desk: CaptureDesk
    let counters: Counters
    /// For a file: its identity.
    let content: String?
    /// Assumed between frames without a time of their own, nanoseconds.
    var interval: Int64 = 40_000_000
    /// The newest running time delivered; nil before the first frame.
    private(set) var newest: Int64?
    private var index = 0
    /// Frames delivered so far.
    var frames: Int { index }
    private var isAwaitingKey = true
    private var description: StreamDescription?
    private var lastTime: Int64?

    init(desk: CaptureDesk, counters: Counters, content: String?) {
        self.desk = desk
        self.counters = counters
        self.content = content
    }

    /// Units were lost, or another run begins: nothing can be decoded before the next key frame.
    mutating func interrupt(isNewRun: Bool) {
        isAwaitingKey = true
        if isNewRun { description = nil }
    }

    mutating func accept(_ unit: Unit, codec: VideoCodec, _ deliver: (SourceEvent) -> Void) {
        let isKey = unit.sample.buffer.isKey
        if isAwaitingKey, !isKey {
            counters.add("dropped_frames")
            return
        }
        let time = unit.time ?? lastTime.map { $0 &+ interval } ?? newest ?? 0
        isAwaitingKey = false
        lastTime = time
        newest = max(newest ?? time, time)
        let caps = unit.sample.caps
        let form = StreamDescription(
            codec: codec.rawValue, width: caps?.width ?? 0, height: caps?.height ?? 0, content: content)
        desk.hold(unit.sample, codec: codec, time: time)
        if form != description, form.width > 0 || description == nil {
            description = form
            deliver(.began(form))
        }
        let frame = Frame(
            index: index, time: RunningTime(nanoseconds: time),
            ptsMicroseconds: unit.pts90k.map(TransportTime.microseconds),
            width: form.width, height: form.height, isKey: isKey, arrival: unit.arrival)
        index += 1
        counters.add("frames")
        deliver(.frame(frame))
    }
}
