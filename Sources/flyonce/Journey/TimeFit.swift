import Inspection

/// How the times of a file beside a recording fit those of the video.
struct TimeFit {
    /// Seconds from a reading to the frame at which it is read beyond which they do not belong together.
    static let limit = 60.0

    /// Packets that were read, and those of them that were near.
    var count = 0
    private var near = 0
    /// The first that was far off since any was near: its number from 1, and seconds after the frame.
    private var far: (place: Int, seconds: Double)?

    /// After a packet. `reach` is how far the readings come.
    mutating func note(reach: RunningTime?, at time: RunningTime) {
        count += 1
        guard let seconds = reach?.seconds(since: time) else { return }
        if abs(seconds) <= Self.limit {
            near += 1
            far = nil
        } else if far == nil {
            far = (count, seconds)
        }
    }

    /// The frames have come to `time`: what was ahead of them may not be any more.
    mutating func reached(_ reach: RunningTime?, at time: RunningTime) {
        guard let far, far.seconds > 0, let seconds = reach?.seconds(since: time), seconds <= Self.limit else { return }
        near += 1
        self.far = nil
    }

    /// A log may begin before the video, and be far off until it comes to it.
    var isApart: Bool { far.map { near == 0 || $0.seconds > 0 } ?? false }

    /// For people; nil when it fits. ``count`` holds all packets of the file then, each a message where they are `isOfMessages`.
    func description(isOfMessages: Bool) -> String? {
        guard isApart, let far else { return nil }
        let side = far.seconds < 0 ? "before" : "after"
        let times = "its times lie \(abs(far.seconds).fixed(1)) s \(side) those of the video"
        if near == 0 { return times }
        guard isOfMessages else { return "towards its end \(times)" }
        let lost = count - far.place + 1
        return
            "from message \(far.place) on \(times): \(lost) of \(counted(count, "message")) \(lost == 1 ? "joins" : "join") no frame"
    }
}
