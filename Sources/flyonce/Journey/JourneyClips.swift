import Inspection

/// Clips that are wanted and whose last frame has not come yet. Used by the journey's thread alone.
struct JourneyClips {
    private var waiting: [FindingKeeper.ClipOrder] = []

    /// A finding has one clip: one that still waits moves to the better view. That is the newest frame's or just behind it,
    /// so its window lies within the pre-roll as the first one did.
    mutating func note(_ order: FindingKeeper.ClipOrder) {
        waiting.removeAll { $0.finding == order.finding }
        waiting.append(order)
    }

    /// Takes out those that are complete with a frame at `time`.
    mutating func takeDue(at time: RunningTime) -> [FindingKeeper.ClipOrder] {
        let due = waiting.filter { $0.end <= time }
        if !due.isEmpty { waiting.removeAll { $0.end <= time } }
        return due
    }

    /// Takes out all, whose end will not come any more: they end with the newest frame.
    mutating func takeRest(endingAt newest: RunningTime) -> [FindingKeeper.ClipOrder] {
        defer { waiting = [] }
        return waiting.map { clip in
            var clip = clip
            clip.end = min(clip.end, newest)
            clip.start = min(clip.start, clip.end)
            return clip
        }
    }
}
