import Inspection

extension FrameAligner {
    /// What gives the poses, by a name that is the same from one recording of the source to the next; nil before the first.
    public var poseOrigin: PoseOrigin? { poses.currentID.map(origin) }

    /// Poses of this origin are looked up by so much another time; nil where all are joined as they are stated.
    public mutating func take(_ timing: PoseTiming?) { self.timing = timing }

    /// Seconds by which the poses that count now are looked up earlier than their pictures; 0 for those of another origin.
    public var timingTaken: Double {
        guard let id = poses.currentID else { return 0 }
        // A picture's own pose is of no other moment.
        if id.reader.feed == nil, let stated = options.ownOffset { return id.reader.dialect == .jpeg ? 0 : stated }
        let origin = origin(id)
        // What somebody stated is in a feed's times already.
        guard let timing, !origin.isConfigured, origin.text == timing.origin else { return 0 }
        return timing.seconds
    }

    private func origin(_ id: PoseStreams.ID) -> PoseOrigin {
        let feed = id.reader.feed.flatMap { options.feeds.indices.contains($0) ? options.feeds[$0] : nil }
        var origin = PoseOrigin(feed: feed, dialect: id.reader.dialect, pid: id.reader.pid)
        if id.reader.feed == nil, options.ownOffset != nil { origin.isConfigured = true }
        return origin
    }

    /// Which moment's pose a frame gets.
    func poseTime(of frame: Frame) -> RunningTime {
        let taken = timingTaken
        return taken == 0 ? frame.time : frame.time.advanced(by: -taken)
    }
}
