import Inspection

/// Reports of objects in time order, until the frames they are about go out.
struct ObjectLine: Sendable {
    /// Who reports, one analyser of several.
    struct Source: Sendable, Hashable {
        var reader: ReaderID
        var stream: String
    }

    /// Sources that frames wait for.
    private static let sourceLimit = 16

    /// What one source says of one moment.
    struct Entry: Sendable {
        /// Nil where nothing was seen.
        var report: ObjectReport?
        /// Labels that the source says it can see.
        var declared: [String] = []
        /// Set where other objects of the same frame come in reports of their own.
        var partOf: Source?

        var count: Int { report?.count ?? 0 }
    }

    /// What belongs to one frame.
    struct Seen {
        var objects: [FrameObject] = []
        /// What was said of it, by everybody who looked at it.
        var declared: [[String]] = []
        /// Objects that can no longer meet their frame.
        var lost = 0
    }

    private var entries: [(time: RunningTime, entry: Entry)] = []
    private var sources: [(source: Source, newest: RunningTime, speaksInParts: Bool)] = []

    /// A source spoke of what is seen at `time`, even if that was nothing. When there are too many, the longest silent one
    /// is forgotten. `inParts`: what it says of a frame is all said only when it speaks of a later one.
    mutating func heard(_ source: Source, at time: RunningTime, inParts: Bool = false) {
        if let index = sources.firstIndex(where: { $0.source == source }) {
            sources[index].newest = max(sources[index].newest, time)
            sources[index].speaksInParts = inParts
            return
        }
        if sources.count >= Self.sourceLimit,
            let silent = sources.indices.min(by: { sources[$0].newest < sources[$1].newest })
        {
            sources.remove(at: silent)
        }
        sources.append((source, time, inParts))
    }

    /// True when a source that spoke within `limit` seconds has not come as far as `time`; one that speaks in parts, not
    /// beyond the `window` of what belongs to a frame.
    func isExpecting(at time: RunningTime, since limit: Double, within window: Double = 0) -> Bool {
        sources.contains {
            let ahead = $0.newest.seconds(since: time)
            return -ahead <= limit && ($0.speaksInParts ? ahead <= window : $0.newest < time)
        }
    }

    /// How many objects had to make room.
    mutating func insert(_ entry: Entry, at time: RunningTime) -> Int {
        let dropped = entries.count >= FrameAligner.heldLimit ? entries.removeFirst().entry.count : 0
        let index = entries.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        entries.insert((time, entry), at: index)
        return dropped
    }

    func hasAny(after time: RunningTime, within window: Double) -> Bool {
        entries.contains { $0.time > time && $0.time.seconds(since: time) <= window }
    }

    /// What belongs to this frame, `others` being those that still wait.
    mutating func take(of frame: Frame, others: [Frame], within window: Double, _ centroidBox: Double) -> Seen {
        var seen = Seen()
        var kept: [(time: RunningTime, entry: Entry)] = []
        for (time, entry) in entries {
            let distance = abs(time.seconds(since: frame.time))
            let isNearest = !others.contains { abs(time.seconds(since: $0.time)) < distance }
            if isNearest, distance <= window {
                seen.objects += entry.report?.objects(in: frame, centroidBox: centroidBox) ?? []
                if !entry.declared.isEmpty, isAll(entry, said: frame.time, within: window) {
                    seen.declared.append(entry.declared)
                }
            } else if isNearest, time < frame.time {
                seen.lost += entry.count
            } else {
                kept.append((time, entry))
            }
        }
        entries = kept
        return seen
    }

    /// False while more may come of what the source saw in the frame.
    private func isAll(_ entry: Entry, said frame: RunningTime, within window: Double) -> Bool {
        guard let source = entry.partOf else { return true }
        return sources.contains { $0.source == source && $0.newest.seconds(since: frame) > window }
    }

    /// How many objects were still here.
    mutating func clear() -> Int {
        defer { entries = [] }
        return entries.reduce(0) { $0 + $1.entry.count }
    }
}
