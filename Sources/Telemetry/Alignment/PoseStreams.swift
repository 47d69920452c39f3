import Inspection

/// The poses of every stream of a source that says any, and the one whose poses count: the best that is alive. Streams with
/// a fix go before those without, then the configured order counts, then who spoke first.
struct PoseStreams: Sendable {
    struct ID: Sendable, Hashable {
        var reader: ReaderID
        /// One vehicle of several behind a feed.
        var stream: String
    }

    struct Stream: Sendable {
        let id: ID
        let rank: Int
        /// Of its newest sample, with a pose or without.
        var heard: RunningTime
        var line = PoseLine()
        var newest: RunningTime?
        var newestFix: RunningTime?
        /// Its times are of another clock than the video's.
        var isUntimed = false

        /// True when its newest pose, or one with a fix, is not older than `limit` seconds at `now`.
        func isAlive(at now: RunningTime, _ limit: Double, needsFix: Bool) -> Bool {
            (needsFix ? newestFix : newest).map { now.seconds(since: $0) <= limit } ?? false
        }
    }

    /// Streams followed at most.
    static let limit = 16

    private(set) var streams: [Stream] = []
    private(set) var currentID: ID?

    var current: Stream? { currentID.flatMap { id in streams.first { $0.id == id } } }

    /// The stream whose poses count, unless it has been silent for more than `handover` seconds at `now`.
    func givingID(at now: RunningTime, handover: Double) -> ID? {
        current.flatMap { $0.isAlive(at: now, handover, needsFix: false) ? $0.id : nil }
    }

    /// Also takes samples that know the time alone. False when there are too many streams to follow another: one that was
    /// silent for more than `handover` seconds makes room, the longest silent first, but never the current one.
    mutating func insert(
        _ sample: TelemetrySample, at time: RunningTime, _ id: ID, rank: Int, isUntimed: Bool, handover: Double
    ) -> Bool {
        guard let index = index(of: id, rank, at: time, handover) else { return false }
        streams[index].heard = max(streams[index].heard, time)
        streams[index].line.insert(sample, at: time)
        guard sample.hasPose else { return true }
        streams[index].isUntimed = isUntimed
        streams[index].newest = max(streams[index].newest ?? time, time)
        if sample.hasFix { streams[index].newestFix = max(streams[index].newestFix ?? time, time) }
        return true
    }

    /// Chooses whose poses count at `now`; true when they were another's before.
    mutating func choose(at now: RunningTime, handover: Double) -> Bool {
        let best =
            streams.first { $0.isAlive(at: now, handover, needsFix: true) }
            ?? streams.first { $0.isAlive(at: now, handover, needsFix: false) }
        guard let best, best.id != currentID else { return false }
        defer { currentID = best.id }
        return currentID != nil
    }

    /// UTC at `time` by the precision time of metadata that comes with the video, the best stream's that says one.
    func utc(at time: RunningTime, limit: Double) -> UTCTime? {
        for stream in streams where stream.id.reader.feed == nil && stream.id.reader.dialect == .klv {
            if let utc = stream.line.utc(at: time, limit: limit) { return utc }
        }
        return nil
    }

    mutating func forget(before time: RunningTime) {
        for index in streams.indices { streams[index].line.forget(before: time) }
    }

    /// Poses on the time line of a run that ended mean nothing on that of the next.
    mutating func clear() { self = PoseStreams() }

    mutating func remove(where isMeant: (ID) -> Bool) {
        streams.removeAll { isMeant($0.id) }
        if let id = currentID, isMeant(id) { currentID = nil }
    }

    private mutating func index(of id: ID, _ rank: Int, at time: RunningTime, _ handover: Double) -> Int? {
        if let index = streams.firstIndex(where: { $0.id == id }) { return index }
        if streams.count >= Self.limit {
            let others = streams.indices.filter { streams[$0].id != currentID }
            guard let silent = others.min(by: { streams[$0].heard < streams[$1].heard }),
                time.seconds(since: streams[silent].heard) > handover
            else { return nil }
            streams.remove(at: silent)
        }
        let place = streams.firstIndex { $0.rank > rank } ?? streams.count
        streams.insert(Stream(id: id, rank: rank, heard: time), at: place)
        return place
    }
}

/// Who decodes a packet: each feed, dialect and elementary stream has its own reader.
struct ReaderID: Sendable, Hashable {
    /// Place among ``AlignmentOptions/feeds``; nil for what comes with the video.
    var feed: Int?
    var dialect: MetadataPacket.Dialect
    var pid: Int?
}
