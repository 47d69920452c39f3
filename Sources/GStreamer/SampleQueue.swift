import CGStreamer
import Dispatch
import Synchronization

/// The samples of several sinks in the order they came, so that one thread can wait for all of them.
///
/// Bounded by `capacity` samples.
public final class SampleQueue: Sendable {
    public enum Item: Sendable {
        /// `lost` samples of this sink were dropped just before it.
        case sample(Sample, sink: Int, lost: Int)
        case endOfStream(sink: Int)
    }

    /// What happens to a sample that finds the queue full.
    public enum Overflow: Sendable, Hashable {
        /// Its streaming thread waits: for files.
        case block
        /// It is dropped and counted: for live streams.
        case drop
    }

    private struct State {
        var items: [Item] = []
        var head = 0
        var isClosed = false
        var waitingProducers = 0
        var lost: [Int: Int] = [:]
    }

    private let capacity: Int
    private let overflow: Overflow
    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let drained = DispatchSemaphore(value: 0)

    public init(capacity: Int, overflow: Overflow) {
        self.capacity = max(1, capacity)
        self.overflow = overflow
    }

    /// Takes over the samples of `sink`, marked with `index`. Wraps `gst_app_sink_set_callbacks`.
    public func attach(_ sink: AppSink, as index: Int) {
        let feed = unsafe Unmanaged.passRetained(Feed(queue: self, index: index))
        unsafe shim_app_sink_set_callbacks(
            sink.element.pointer,
            { sink, data in
                guard let sink = unsafe sink, let data = unsafe data,
                    let taken = unsafe shim_app_sink_take(sink), let sample = unsafe Sample(owning: taken)
                else { return GST_FLOW_OK }
                let feed = unsafe Unmanaged<Feed>.fromOpaque(data).takeUnretainedValue()
                return feed.queue.add(sample, feed.index) ? GST_FLOW_OK : GST_FLOW_FLUSHING
            },
            { _, data in
                guard let data = unsafe data else { return }
                let feed = unsafe Unmanaged<Feed>.fromOpaque(data).takeUnretainedValue()
                _ = feed.queue.add(nil, feed.index)
            }, feed.toOpaque(),
            { data in
                guard let data = unsafe data else { return }
                unsafe Unmanaged<Feed>.fromOpaque(data).release()
            })
    }

    /// The next item, waiting at most `seconds` for it; nil on time-out and after ``close()``.
    public func next(timeout seconds: Double) -> Item? {
        let deadline = DispatchTime.now() + .nanoseconds(Int(clamping: clockTime(seconds: seconds)))
        while true {
            let (item, isClosed, wake) = state.withLock { state -> (Item?, Bool, Bool) in
                guard state.head < state.items.count else { return (nil, state.isClosed, false) }
                let item = state.items[state.head]
                state.head += 1
                if state.head == state.items.count || state.head >= 64 {
                    state.items.removeFirst(state.head)
                    state.head = 0
                }
                let wake = state.waitingProducers > 0
                if wake { state.waitingProducers -= 1 }
                return (item, state.isClosed, wake)
            }
            if wake { drained.signal() }
            if isClosed { return nil }
            if let item { return item }
            if filled.wait(timeout: deadline) == .timedOut { return nil }
        }
    }

    /// Lets every waiting thread go and takes nothing more. Call it before the pipeline is stopped.
    public func close() {
        let waiting = state.withLock { state -> Int in
            state.isClosed = true
            state.items = []
            state.head = 0
            defer { state.waitingProducers = 0 }
            return state.waitingProducers
        }
        for _ in 0..<waiting { drained.signal() }
        filled.signal()
    }

    /// Adds a sample, or the end of the stream (nil), which is never dropped. False when the queue is closed.
    private func add(_ sample: Sample?, _ sink: Int) -> Bool {
        while true {
            let step = state.withLock { state -> Step in
                if state.isClosed { return .closed }
                guard let sample else {
                    state.items.append(.endOfStream(sink: sink))
                    return .added
                }
                if state.items.count - state.head >= capacity {
                    if overflow == .drop {
                        state.lost[sink, default: 0] += 1
                        return .dropped
                    }
                    state.waitingProducers += 1
                    return .full
                }
                state.items.append(.sample(sample, sink: sink, lost: state.lost.removeValue(forKey: sink) ?? 0))
                return .added
            }
            switch step {
            case .closed: return false
            case .dropped: return true
            case .full: drained.wait()
            case .added:
                filled.signal()
                return true
            }
        }
    }

    private enum Step { case added, dropped, full, closed }

    private final class Feed: Sendable {
        let queue: SampleQueue
        let index: Int

        init(queue: SampleQueue, index: Int) {
            self.queue = queue
            self.index = index
        }
    }
}
