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
    private var newest: [Source: RunningTime] = [:]

    /// A source spoke of what is seen at `time`, even if that was nothing.
    mutating func heard(_ source: Source, at time: RunningTime) {
        guard newest[source] != nil || newest.count < Self.sourceLimit else { return }
        newest[source] = max(newest[source] ?? time, time)
    }

    /// True when a source that spoke within `limit` seconds has not come as far as `time`.
    func isExpecting(at time: RunningTime, since limit: Double) -> Bool {
        newest.values.contains { $0 < time && time.seconds(since: $0) <= limit }
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
