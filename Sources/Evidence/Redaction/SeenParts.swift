public import Inspection
import Synchronization

/// What of the newest frames of one source is to be hidden, by their objects. Bounded: of older frames nothing is known.
public final class SeenParts: Sendable {
    private struct Frame: Sendable {
        var time: RunningTime
        var hidden: HiddenParts?

        var count: Int {
            if case .parts(let parts)? = hidden { parts.count + 1 } else { 1 }
        }
    }

    private struct State: Sendable {
        /// In the order of their times.
        var frames: [Frame] = []
        var count = 0
        var reach = 0.0
    }

    /// Frames and parts held.
    static let limit = 65_536
    /// Frames looked at around one, on either side.
    private static let aroundLimit = 256

    public let rules: HidingRules
    private let state = Mutex(State())

    public init(rules: HidingRules) { self.rules = rules }

    /// Another stream begins. What is seen within `reach` seconds of a frame is hidden in it too: an analyser misses somebody
    /// in one frame, or looks at every tenth only. Zero where the frames show different views.
    public func begin(reach: Double) {
        state.withLock { state in
            state = State()
            state.reach = reach.isFinite ? min(max(reach, 0), 10) : 0
        }
    }

    /// Frames of which no analyser said anything are not held.
    public func note(_ metadata: FrameMetadata, isUpright: Bool) {
        let isListed = metadata.objects.contains { $0.kind == .detected } || !metadata.lookedFor.isEmpty
        guard rules.listsNamePeople, isListed else { return }
        let frame = metadata.frame
        let seen = Frame(
            time: frame.time,
            hidden: rules.hidden(
                metadata.objects, width: frame.width, height: frame.height, isUpright: isUpright))
        state.withLock { state in
            var index = state.frames.count
            while index > 0, state.frames[index - 1].time > seen.time { index -= 1 }
            state.frames.insert(seen, at: index)
            state.count += seen.count
            guard state.count > Self.limit else { return }
            // A quarter at a time, or each would move all the others.
            var dropped = 0
            while dropped < state.frames.count - 1, state.count > Self.limit * 3 / 4 {
                state.count -= state.frames[dropped].count
                dropped += 1
            }
            state.frames.removeFirst(dropped)
        }
    }

    /// What to hide in the picture of `time`, in which the matter's own object is `own`. Nil when no picture may leave.
    /// `drift`: seconds between the picture and the frame that was meant.
    public func hidden(
        at time: RunningTime, drift: Double = 0, own: FrameObject?, width: Int, height: Int, isUpright: Bool
    ) -> HiddenParts? {
        let ownParts = own.flatMap { rules.hidden([$0], width: width, height: height, isUpright: isUpright) }
        let seen: HiddenParts? = state.withLock { state in
            let reach = state.reach + (drift.isFinite ? min(abs(drift), 10) : 0)
            let near = state.frames.lazy.filter { abs($0.time.seconds(since: time)) <= reach }.suffix(Self.aroundLimit)
            guard !near.isEmpty else { return nil }
            return near.reduce(HiddenParts.parts([])) { $0.joined($1.hidden) }
        }
        if let seen { return seen.joined(ownParts) }
        switch rules.unlisted {
        case .coarse: return .everything
        case .withhold: return nil
        case .send: return ownParts ?? .parts([])
        }
    }
}
