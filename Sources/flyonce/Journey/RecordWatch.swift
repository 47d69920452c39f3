import Inspection
import Rules

/// Keeps from a journey the frames that must leave a count and nothing else. Used by the journey's thread alone; who takes
/// pictures and clips asks its spans.
struct RecordWatch {
    private let recordGuard: RecordGuard
    private let spans: UnrecordedSpans
    /// Of the newest frame that was judged.
    private var newest = RunningTime(nanoseconds: 0)

    init(_ recordGuard: RecordGuard, spans: UnrecordedSpans) {
        self.recordGuard = recordGuard
        self.spans = spans
    }

    /// True when nobody may see the frame.
    mutating func withholds(_ metadata: FrameMetadata, placement: any Placement) -> Bool {
        newest = metadata.frame.time
        guard recordGuard.forbids(metadata, placement: placement) else {
            spans.allow()
            return false
        }
        spans.forbid(newest)
        return true
    }

    /// Up to where clips may be cut when a frame at `time` has come: what must not be recorded is known only when a frame's
    /// metadata is.
    func clipTime(at time: RunningTime) -> RunningTime { recordGuard.isNeeded ? newest : time }

    func allowed(_ order: FindingKeeper.ClipOrder) -> FindingKeeper.ClipOrder {
        var order = order
        (order.start, order.end) = spans.allowed(from: order.start, to: order.end, around: order.frame)
        return order
    }

    /// Running time begins again.
    mutating func restart() {
        newest = RunningTime(nanoseconds: 0)
        spans.forgetAll()
    }
}
