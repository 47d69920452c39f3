public import Inspection

/// Joins metadata to frames by time. Pure: what comes out depends only on what went in, in its order; time is the stream's
/// own. A frame waits for the packet after it so that its pose can be interpolated, never longer than
/// ``AlignmentOptions/maxWait``. Frames come out in the order they came in, each once; the objects of a packet go to the
/// one frame nearest its time. What comes with the video is joined by presentation time; what comes by a feed beside it, by
/// UTC.
public struct FrameAligner: Sendable {
    /// Packets without time that wait for the first frame, and sets of objects that wait for theirs.
    static let heldLimit = 1024
    /// Streams of packets that are decoded.
    static let readerLimit = 32

    private(set) var options: AlignmentOptions
    private let utcChoice: UTCChoice
    private var readers: [ReaderID: PacketReader] = [:]
    private var tallies: [String: Int64] = [:]
    private var frames: [Frame] = []
    private(set) var poses = PoseStreams()
    /// Of packets of the video's own multiplex that have no presentation time.
    private var clock = PrecisionClock()
    private var videoClock = VideoClock()
    private(set) var feedStates: [FeedState]
    private var unplaced: [(reading: PacketReading, from: ReaderID)] = []
    private var objects = ObjectLine()
    private var firstFrame: RunningTime?
    private var lastFrame: RunningTime?
    /// The newest frame that went out.
    private var gone: RunningTime?
    private var interval = 0.0
    /// The moment of PTS 0, by the newest frame that has one.
    private var ptsStart: RunningTime?
    private var newest: RunningTime?
    var timing: PoseTiming?

    public init(options: AlignmentOptions = AlignmentOptions()) {
        self.options = options
        utcChoice = UTCChoice(latency: options.latency, isRecording: options.isRecording)
        feedStates = options.feeds.map { FeedState($0) }
    }

    /// What was read, used and refused, since the start: `klv_packets`, `packets_dropped_by_checksum`, `bad_checksums`,
    /// `poses_without_fix`, `objects`, `objects_unaligned`, `frames`, `frames_without_pose`, `readings_late`, …
    public var counters: [String: Int64] {
        readers.values.reduce(into: tallies) { $0.merge($1.faults, uniquingKeysWith: +) }
    }

    /// One for each of ``AlignmentOptions/feeds``.
    public var feeds: [FeedReport] {
        let giving = lastFrame.flatMap { poses.givingID(at: $0, handover: options.handover) }
        return feedStates.indices.map { index in
            feedStates[index].report(now: newest, givesPoses: giving?.reader.feed == index)
        }
    }

    /// Takes the next metadata, and returns the frames that waited for it. `feed` is its place among
    /// ``AlignmentOptions/feeds``; nil for what comes with the video.
    public mutating func add(_ packet: MetadataPacket, feed: Int? = nil) -> [FrameMetadata] {
        if packet.dialect == .jpeg { return add(still: packet) }
        if let feed, !feedStates.indices.contains(feed) { return [] }
        let id = ReaderID(feed: feed, dialect: packet.dialect, pid: packet.pid)
        guard readers[id] != nil || readers.count < Self.readerLimit else {
            tally("packets_of_unfollowed_streams")
            return []
        }
        guard var reader = readers[id] ?? PacketReader(packet.dialect, feed.map { options.feeds[$0] }, options) else {
            tally("packets_of_other_dialects")
            return []
        }
        readers[id] = nil
        var names: [String: Int] = [:]
        let readings = reader.read(packet, options) { names[$0, default: 0] += 1 }
        readers[id] = reader
        if let feed {
            feedStates[feed].packets += 1
            feedStates[feed].note(names)
            feedStates[feed].note(reader.saying)
        }
        take(readings, names, id)
        return ready()
    }

    /// Takes the next frame, and returns the frames that are complete.
    public mutating func add(_ frame: Frame) -> [FrameMetadata] {
        tally("frames")
        if let lastFrame, frame.time > lastFrame { interval = frame.time.seconds(since: lastFrame) }
        let isFirst = lastFrame == nil
        lastFrame = frame.time
        if let pts = frame.ptsMicroseconds {
            ptsStart = frame.time.advanced(by: -Double(pts) / 1e6)
        }
        if isFirst { firstFrame = frame.time }
        advance(to: frame.time)
        frames.append(frame)
        if isFirst, let ahead = newest, ahead.seconds(since: frame.time) > options.staleLimit {
            newest = frame.time
            poses.clear()
        }
        note(frame)
        if !unplaced.isEmpty { settleUnplaced(frame) }
        return ready()
    }

    /// The stream and its feeds ended: what their readers waited with goes to the frames, and all of these come out.
    public mutating func finish() -> [FrameMetadata] {
        finishReaders { _ in true }
        return flush()
    }

    /// A feed ended, as a file does. Returns the frames that waited for what its readers waited with.
    public mutating func finish(feed: Int) -> [FrameMetadata] {
        finishReaders { $0.feed == feed }
        return ready()
    }

    /// Frames have waited long enough: every one that still does, with what there is. What is being read goes on.
    public mutating func flush() -> [FrameMetadata] {
        var complete: [FrameMetadata] = []
        while !frames.isEmpty { complete.append(takeFirst()) }
        tally("objects_unaligned", objects.clear())
        return complete
    }

    /// The stream was interrupted and another run begins, whose running time starts again. Counters stay, and feeds go on.
    public mutating func restart() -> [FrameMetadata] {
        finishReaders { $0.feed == nil }
        let complete = flush()
        var fresh = FrameAligner(options: options)
        fresh.feedStates = feedStates
        for index in fresh.feedStates.indices { fresh.feedStates[index].newest = nil }
        fresh.readers = readers.filter { $0.key.feed != nil }
        fresh.tallies = tallies
        fresh.timing = timing
        for (id, reader) in readers where id.feed == nil { fresh.tallies.merge(reader.faults, uniquingKeysWith: +) }
        self = fresh
        return complete
    }

    /// How far the readings of a file have come on the stream's time line; nil before one could be placed.
    public func reach(of feed: Int) -> RunningTime? {
        feedStates.indices.contains(feed) ? feedStates[feed].newest : nil
    }

    /// Follows another feed; gives its place.
    public mutating func append(_ feed: FeedOptions) -> Int {
        options.feeds.append(feed)
        feedStates.append(FeedState(feed))
        return options.feeds.count - 1
    }

    /// Forgets the feeds from this place on.
    public mutating func removeFeeds(from place: Int) {
        guard place >= 0, place < options.feeds.count else { return }
        options.feeds.removeLast(options.feeds.count - place)
        feedStates.removeLast(feedStates.count - place)
        for (id, reader) in readers where (id.feed ?? -1) >= place {
            tallies.merge(reader.faults, uniquingKeysWith: +)
            readers[id] = nil
        }
        unplaced.removeAll { ($0.from.feed ?? -1) >= place }
        poses.remove { ($0.reader.feed ?? -1) >= place }
    }

    /// What gives the poses, for people; nil before the first.
    public var poseSource: String? {
        poses.currentID.map { id in
            let carrier =
                id.reader.feed.map { feedStates.indices.contains($0) ? options.feeds[$0].name : "" } ?? "video"
            let pid = id.reader.pid.map { " pid \($0)" } ?? ""
            return "\(carrier) \(id.reader.dialect.rawValue)\(pid)" + (id.stream.isEmpty ? "" : " \(id.stream)")
        }
    }

    // MARK: Metadata

    /// What one still picture says of itself; it comes right after its frame, whose time it has.
    private mutating func add(still packet: MetadataPacket) -> [FrameMetadata] {
        guard let time = packet.time, let still = StillMetadata(header: packet.bytes) else {
            tally("damaged_stills")
            return ready()
        }
        var sample = TelemetrySample(still)
        if !sample.hasFix { tally("poses_without_fix") }
        for fault in still.faults where fault != "poses_without_fix" { tally(fault) }
        if let utc = sample.utc, let index = frames.lastIndex(where: { $0.time == time }) {
            frames[index].carrierTime = CarrierTime(utc: utc, provenance: .file)
        }
        // A camera's clock is no precision time stamp.
        sample.utc = nil
        let reading = MetadataReading(time: time, sample: sample)
        settle(
            PacketReading(reading, arrival: packet.arrival), ReaderID(feed: nil, dialect: .jpeg, pid: packet.pid))
        return ready()
    }

    private mutating func finishReaders(where isMeant: (ReaderID) -> Bool) {
        let ended = readers.keys.filter(isMeant).sorted {
            ($0.feed ?? -1, $0.dialect.rawValue, $0.pid ?? -1) < ($1.feed ?? -1, $1.dialect.rawValue, $1.pid ?? -1)
        }
        for id in ended {
            var names: [String: Int] = [:]
            let readings = readers[id]?.finish(options) { names[$0, default: 0] += 1 } ?? []
            take(readings, names, id)
        }
    }

    /// What a reader read, and what it counted.
    private mutating func take(_ readings: [PacketReading], _ names: [String: Int], _ id: ReaderID) {
        for (name, count) in names { tally(name, count) }
        for reading in readings { place(reading, id) }
    }

    private mutating func place(_ reading: PacketReading, _ id: ReaderID) {
        if let feed = id.feed {
            feedStates[feed].note(reading)
        } else if reading.time == nil, let precision = reading.precision, let lastFrame {
            clock.note(precision: precision, frame: lastFrame)
        }
        guard lastFrame != nil || (id.feed == nil && (reading.time != nil || reading.precision == nil)) else {
            if unplaced.count >= Self.heldLimit {
                unplaced.removeFirst()
                tally("packets_without_time")
            }
            unplaced.append((reading, id))
            return
        }
        settle(reading, id)
    }

    private mutating func settleUnplaced(_ frame: Frame) {
        let waiting = unplaced
        unplaced = []
        if let last = waiting.last(where: { $0.from.feed == nil })?.reading.precision {
            clock.note(precision: last, frame: frame.time)
        }
        for (reading, id) in waiting { settle(reading, id) }
    }

    /// Puts a reading on the time line.
    private mutating func settle(_ reading: PacketReading, _ id: ReaderID) {
        guard let time = time(of: reading, id) else {
            tally("packets_without_time")
            return
        }
        let isAhead = lastFrame.map { time.seconds(since: $0) > options.staleLimit } ?? false
        if isAhead, !(id.feed.map { options.feeds[$0].isRecorded } ?? false) {
            // A false time far ahead would make every frame look as if its metadata had come.
            tally("packets_far_ahead")
            return
        }
        if let feed = id.feed {
            feedStates[feed].newest = max(feedStates[feed].newest ?? time, time)
            if let gone, time <= gone, !options.feeds[feed].isRecorded {
                tally("readings_late")
                feedStates[feed].late += 1
            }
        } else {
            if let stated = reading.time, let precision = reading.precision {
                clock.note(precision: precision, time: stated)
            }
            advance(to: time)
        }
        if let sample = reading.sample, sample.hasPose || id.feed == nil { insert(sample, time, reading, id) }
        let source = ObjectLine.Source(reader: id, stream: reading.stream)
        // Frames wait for all that was seen in them only where somebody may ask what was not.
        let isPart = reading.isOfOneObject && !reading.declared.isEmpty
        if reading.reportsObjects { objects.heard(source, at: time, inParts: isPart) }
        if reading.objects != nil || !reading.declared.isEmpty {
            let entry = ObjectLine.Entry(
                report: reading.objects, declared: reading.declared, partOf: isPart ? source : nil)
            tally("objects_unaligned", objects.insert(entry, at: time))
        }
    }

    private func time(of reading: PacketReading, _ id: ReaderID) -> RunningTime? {
        if let pts = reading.pts { return ptsStart?.advanced(by: Double(pts) / 1e6) }
        if let feed = id.feed { return feedStates[feed].clock.time(of: reading, on: videoClock, start: firstFrame) }
        return reading.time ?? reading.precision.flatMap(clock.time) ?? videoTime(of: reading, id) ?? lastFrame
    }

    /// Of packets that come with the video and say their UTC, but neither presentation nor precision time.
    private func videoTime(of reading: PacketReading, _ id: ReaderID) -> RunningTime? {
        id.dialect == .klv ? nil : reading.utc.flatMap { videoClock.time(of: $0) }
    }

    private mutating func insert(
        _ sample: TelemetrySample, _ time: RunningTime, _ reading: PacketReading, _ id: ReaderID
    ) {
        let rank = id.feed.map { $0 < options.feedsBeforeVideo ? $0 : $0 + 1 } ?? options.feedsBeforeVideo
        let pose = PoseStreams.ID(reader: id, stream: reading.stream)
        let isUntimed = id.feed == nil ? reading.time == nil : true
        guard
            poses.insert(sample, at: time, pose, rank: rank, isUntimed: isUntimed, handover: options.handover)
        else {
            tally("poses_of_unfollowed_streams")
            return
        }
        // Handed over frame by frame, as they go out.
        if poses.currentID == nil { _ = poses.choose(at: lastFrame ?? time, handover: options.handover) }
        if sample.hasPose, poses.currentID != pose { tally("poses_of_other_streams") }
    }

    private mutating func advance(to time: RunningTime) {
        newest = max(newest ?? time, time)
    }

    // MARK: Frames

    /// Teaches the clock that feeds are joined by.
    private mutating func note(_ frame: Frame) {
        guard !options.feeds.isEmpty else { return }
        videoClock.note(
            frame.time, choice(frame), arrival: frame.arrival.advanced(byMicroseconds: -utcChoice.latency))
    }

    private func choice(_ frame: Frame) -> UTCChoice.Choice {
        let precision = poses.utc(at: frame.time, limit: options.staleLimit)
        return utcChoice.choose(precision: precision, carrier: frame.carrierTime, arrival: frame.arrival)
    }

    private mutating func ready() -> [FrameMetadata] {
        var complete: [FrameMetadata] = []
        while let first = frames.first, isReady(first) { complete.append(takeFirst()) }
        return complete
    }

    private func isReady(_ frame: Frame) -> Bool {
        if frames.count > max(options.frameLimit, 1) { return true }
        let poseTime = poseTime(of: frame)
        // Metadata that are late come after what they are about by as much more.
        if let newest, newest.seconds(since: max(frame.time, poseTime)) >= options.maxWait { return true }
        guard poses.current?.line.hasPose(from: poseTime) ?? false else { return false }
        if objects.isExpecting(at: frame.time, since: options.handover, within: window) { return false }
        // Objects a little later than the frame may be nearer to one that has not come yet.
        let hasNext = frames.contains { $0.time > frame.time }
        return hasNext || !objects.hasAny(after: frame.time, within: window)
    }

    private mutating func takeFirst() -> FrameMetadata {
        let frame = frames.removeFirst()
        gone = max(gone ?? frame.time, frame.time)
        poses.forget(before: frame.time.advanced(by: -options.staleLimit))
        if poses.choose(at: frame.time, handover: options.handover) { tally("pose_handovers") }
        let current = poses.current
        let poseTime = poseTime(of: frame)
        var telemetry: TelemetrySample?
        var age: Double?
        if let pose = current?.line.pose(at: poseTime, extrapolation: options.extrapolation), pose.sample.hasPose {
            age = pose.age
            if pose.age <= options.poseAgeLimit { telemetry = pose.sample }
        }
        if telemetry == nil { tally("frames_without_pose") }
        let choice = choice(frame)
        for clock in choice.rejected { tally("false_times_\(clock.rawValue)") }
        if choice.isSenderFarOff { tally("frames_with_sender_clock_off") }
        if current?.id.reader.feed == nil {
            telemetry?.utc = choice.provenance == .precisionTimeStamp ? choice.utc : nil
        }
        let seen = objects.take(of: frame, others: frames, within: window, options.centroidBox)
        tally("objects", seen.objects.count)
        tally("objects_unaligned", seen.lost)
        var metadata = FrameMetadata(
            frame: frame, utc: choice.utc, provenance: choice.provenance, telemetry: telemetry, poseAge: age,
            objects: seen.objects)
        for labels in seen.declared { metadata.addLookedFor(labels) }
        if current?.isUntimed ?? false { metadata.clockError = options.latencyError }
        if telemetry != nil { metadata.motion = current?.line.motion(at: poseTime) }
        return metadata
    }

    /// How far from a frame its objects may be, seconds.
    private var window: Double { max(options.objectWindow, min(interval / 2, 0.25)) }

    private mutating func tally(_ name: String, _ count: Int = 1) {
        if count > 0 { tallies[name, default: 0] += Int64(count) }
    }
}
