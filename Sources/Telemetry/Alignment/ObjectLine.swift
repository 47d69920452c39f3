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

    private var entries: [(time: RunningTime, report: ObjectReport)] = []
    private var sources: [(source: Source, newest: RunningTime)] = []

    /// A source spoke of what is seen at `time`, even if that was nothing. When there are too many, the longest silent one
    /// is forgotten.
    mutating func heard(_ source: Source, at time: RunningTime) {
        if let index = sources.firstIndex(where: { $0.source == source }) {
            sources[index].newest = max(sources[index].newest, time)
            return
        }
        if sources.count >= Self.sourceLimit,
            let silent = sources.indices.min(by: { sources[$0].newest < sources[$1].newest })
        {
            sources.remove(at: silent)
        }
        sources.append((source, time))
    }

    /// True when a source that spoke within `limit` seconds has not come as far as `time`.
    func isExpecting(at time: RunningTime, since limit: Double) -> Bool {
        sources.contains { $0.newest < time && time.seconds(since: $0.newest) <= limit }
    }

    /// How many objects had to make room.
    mutating func insert(_ report: ObjectReport, at time: RunningTime) -> Int {
        let dropped = entries.count >= FrameAligner.heldLimit ? entries.removeFirst().report.count : 0
        let index = entries.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        entries.insert((time, report), at: index)
        return dropped
    }

    func hasAny(after time: RunningTime, within window: Double) -> Bool {
        entries.contains { $0.time > time && $0.time.seconds(since: time) <= window }
    }

    /// The objects whose nearest frame this is, `others` being those that still wait, and how many can no longer meet theirs.
    mutating func take(
        of frame: Frame, others: [Frame], within window: Double, _ centroidBox: Double
    ) -> (objects: [FrameObject], lost: Int) {
        var objects: [FrameObject] = []
        var kept: [(time: RunningTime, report: ObjectReport)] = []
        var lost = 0
        for entry in entries {
            let distance = abs(entry.time.seconds(since: frame.time))
            let isNearest = !others.contains { abs(entry.time.seconds(since: $0.time)) < distance }
            if isNearest, distance <= window {
                objects += entry.report.objects(in: frame, centroidBox: centroidBox)
            } else if isNearest, entry.time < frame.time {
                lost += entry.report.count
            } else {
                kept.append(entry)
            }
        }
        entries = kept
        return (objects, lost)
    }

    /// How many objects were still here.
    mutating func clear() -> Int {
        defer { entries = [] }
        return entries.reduce(0) { $0 + $1.report.count }
    }
}
