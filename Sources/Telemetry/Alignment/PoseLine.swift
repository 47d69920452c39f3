import Inspection

/// The measured poses around the frames that are still waiting, in time order.
struct PoseLine: Sendable {
    struct Pose: Sendable {
        var time: RunningTime
        var sample: TelemetrySample
    }

    /// Poses kept at most.
    static let limit = 4096

    private(set) var poses: [Pose] = []

    mutating func insert(_ sample: TelemetrySample, at time: RunningTime) {
        var index = poses.count
        while index > 0, poses[index - 1].time > time { index -= 1 }
        if index > 0, poses[index - 1].time == time {
            poses[index - 1].sample = sample
        } else {
            poses.insert(Pose(time: time, sample: sample), at: index)
        }
        if poses.count > Self.limit { poses.removeFirst() }
    }

    /// Forgets what lies before `time`, but for the last pose before it.
    mutating func forget(before time: RunningTime) {
        guard let oldest = poses.first, oldest.time < time else { return }
        let first = poses.firstIndex { $0.time > time } ?? poses.count
        if first > 1 { poses.removeFirst(first - 1) }
    }

    func hasPose(from time: RunningTime) -> Bool {
        poses.last.map { $0.time >= time } ?? false
    }

    /// Poses farther apart than this, seconds, say nothing of the rate between them.
    private static let rateSpan = 3.0

    /// The pose at `time`, and the distance to the nearest measured one in seconds. Before the first it is the first as it
    /// is; after the last, the last carried on at its rate, by at most `extrapolation` seconds.
    func pose(at time: RunningTime, extrapolation: Double = 0) -> (sample: TelemetrySample, age: Double)? {
        let after = (poses.lastIndex { $0.time < time } ?? -1) + 1
        guard after < poses.count else {
            return poses.last.map { last in
                let age = time.seconds(since: last.time)
                return (carried(last, by: min(age, extrapolation)), age)
            }
        }
        let next = poses[after]
        let ahead = next.time.seconds(since: time)
        guard after > 0, ahead > 0 else { return (next.sample, ahead) }
        let previous = poses[after - 1]
        let behind = time.seconds(since: previous.time)
        return (
            TelemetrySample.between(previous.sample, next.sample, behind / (behind + ahead)), min(behind, ahead)
        )
    }

    /// Never farther than the distance that the rate is taken from.
    private func carried(_ last: Pose, by seconds: Double) -> TelemetrySample {
        guard seconds > 0, poses.count > 1 else { return last.sample }
        let previous = poses[poses.count - 2]
        let span = last.time.seconds(since: previous.time)
        guard span > 0, span <= Self.rateSpan else { return last.sample }
        return TelemetrySample.ahead(previous.sample, last.sample, min(seconds / span, 1))
    }

    /// UTC at `time` by the stream's own clock, from the nearest pose that knows it within `limit` seconds.
    func utc(at time: RunningTime, limit: Double) -> UTCTime? {
        let after = (poses.lastIndex { $0.time < time } ?? -1) + 1
        let next = poses[after...].first { $0.sample.utc != nil }
        let previous = poses[..<after].last { $0.sample.utc != nil }
        let ahead = next.map { $0.time.seconds(since: time) } ?? .infinity
        let behind = previous.map { time.seconds(since: $0.time) } ?? .infinity
        guard min(ahead, behind) <= limit else { return nil }
        if let next, let previous, let from = previous.sample.utc, let to = next.sample.utc, ahead + behind <= 2 * limit
        {
            return TelemetrySample.time(from, to, behind / (behind + ahead))
        }
        let nearest = ahead < behind ? next : previous
        guard let nearest, let utc = nearest.sample.utc else { return nil }
        let step = (time.seconds(since: nearest.time) * 1e6).rounded()
        return utc.advanced(byMicroseconds: Int64(exactly: step) ?? 0)
    }
}
