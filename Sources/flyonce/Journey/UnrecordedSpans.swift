import Inspection
import Synchronization

/// Stretches of a stream that must leave nothing behind. Written by the journey, asked by what takes pictures and clips.
/// Bounded: of very many the oldest, which no clip can reach any more, are forgotten.
final class UnrecordedSpans: Sendable {
    private struct Span {
        var start: RunningTime
        var end: RunningTime
    }

    private struct State {
        var spans: [Span] = []
        /// The last frame was one of them.
        var isOpen = false
    }

    private static let limit = 512
    private let state = Mutex(State())

    func forbid(_ time: RunningTime) {
        state.withLock { state in
            if state.isOpen, let last = state.spans.indices.last {
                state.spans[last].start = min(state.spans[last].start, time)
                state.spans[last].end = max(state.spans[last].end, time)
            } else {
                if state.spans.count >= Self.limit { state.spans.removeFirst() }
                state.spans.append(Span(start: time, end: time))
            }
            state.isOpen = true
        }
    }

    func allow() { state.withLock { $0.isOpen = false } }

    /// Running time began again.
    func forgetAll() { state.withLock { $0 = State() } }

    func touches(_ start: RunningTime, _ end: RunningTime) -> Bool {
        state.withLock { $0.spans.contains { $0.start <= end && start <= $0.end } }
    }

    /// As much of start…end around `frame` as may be kept.
    func allowed(from start: RunningTime, to end: RunningTime, around frame: RunningTime) -> (RunningTime, RunningTime)
    {
        state.withLock { state in
            var (start, end) = (start, end)
            for span in state.spans where span.start <= end && start <= span.end {
                // A frame and a little: times of frames are not exact.
                if span.end < frame { start = max(start, span.end.advanced(by: 0.001)) }
                if span.start > frame { end = min(end, span.start.advanced(by: -0.001)) }
            }
            return (start, max(start, end))
        }
    }
}
