public import Inspection

/// Joins metadata to frames by time. Pure: what comes out depends only on what went in, in its order; time is the stream's
/// own. A frame waits for the packet after it so that its pose can be interpolated, never longer than
/// ``AlignmentOptions/maxWait``. Frames come out in the order they came in, each once; the objects of a packet go to the
/// one frame nearest its time.
public struct FrameAligner: Sendable {
    /// Metadata streams of a source that are followed.
    static let streamLimit = 16
    /// Packets without time that wait for the first frame, and sets of targets that wait for theirs.
    static let heldLimit = 1024

    private let options: AlignmentOptions
    private let utcChoice: UTCChoice
    private var streams: [Int: MetadataStream] = [:]
    private var tallies: [String: Int64] = [:]
    private var frames: [Frame] = []
    private var poses = PoseLine()
    private var clock = PrecisionClock()
    private var unplaced: [MetadataStream.Reading] = []
    private var targets: [(time: RunningTime, report: VMTIReport)] = []
    /// The stream whose poses are used: the first that had one.
    private var poseStream: Int?
    /// Its packets have no presentation time: picture and pose come by different clocks.
    private var isPoseUntimed = false
    private var lastFrame: RunningTime?
    private var interval = 0.0
    private var newest: RunningTime?

    public init(options: AlignmentOptions = AlignmentOptions()) {
        self.options = options
        utcChoice = UTCChoice(latency: options.latency, isRecording: options.isRecording)
    }

    /// What was read, used and refused, since the start: `klv_packets`, `packets_dropped_by_checksum`, `bad_checksums`,
    /// `poses_without_fix`, `objects`, `objects_unaligned`, `frames`, `frames_without_pose`, …
    public var counters: [String: Int64] {
        streams.values.reduce(into: tallies) { $0.merge($1.faults, uniquingKeysWith: +) }
    }

    /// Takes the next metadata, and returns the frames that waited for it.
    public mutating func add(_ packet: MetadataPacket) -> [FrameMetadata] {
        if packet.dialect == .jpeg { return add(still: packet) }
        guard packet.dialect == .klv else { return [] }
        let id = packet.pid ?? -1
        guard streams[id] != nil || streams.count < Self.streamLimit else {
            tally("packets_of_unfollowed_streams")
            return []
        }
        var stream = streams[id] ?? MetadataStream()
        var names: [String] = []
        let readings = stream.read(packet, options) { names.append($0) }
        streams[id] = stream
        for name in names { tally(name) }
        for reading in readings { place(reading, id) }
        return ready()
    }

    /// Takes the next frame, and returns the frames that are complete.
    public mutating func add(_ frame: Frame) -> [FrameMetadata] {
        tally("frames")
        if let lastFrame, frame.time > lastFrame { interval = frame.time.seconds(since: lastFrame) }
        let isFirst = lastFrame == nil
        lastFrame = frame.time
        advance(to: frame.time)
        frames.append(frame)
        if isFirst {
            if let ahead = newest, ahead.seconds(since: frame.time) > options.staleLimit {
                newest = frame.time
                poses = PoseLine()
            }
            let waiting = unplaced
            unplaced = []
            if let last = waiting.last?.precision { clock.note(precision: last, frame: frame.time) }
            for reading in waiting { settle(reading) }
        }
        return ready()
    }

    /// The stream ended: every frame that still waits, with what there is.
    public mutating func flush() -> [FrameMetadata] {
        var complete: [FrameMetadata] = []
        while !frames.isEmpty { complete.append(takeFirst()) }
        drop(targets.count)
        targets = []
        return complete
    }

    /// The stream was interrupted and another run begins, whose running time starts again. Counters stay.
    public mutating func restart() -> [FrameMetadata] {
        let complete = flush()
        var fresh = FrameAligner(options: options)
        fresh.tallies = counters
        self = fresh
        return complete
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
        if let utc = sample.utc, let index = frames.lastIndex(where: { $0.time == time }) {
            frames[index].carrierTime = CarrierTime(utc: utc, provenance: .file)
        }
        // A camera's clock is no precision time stamp.
        sample.utc = nil
        settle(MetadataStream.Reading(time: time, sample: sample))
        return ready()
    }

    private mutating func place(_ reading: MetadataStream.Reading, _ stream: Int) {
        var reading = reading
        if let sample = reading.sample, sample.hasPose {
            if poseStream == nil { poseStream = stream }
            if poseStream != stream {
                tally("poses_of_other_streams")
                reading.sample = nil
            } else {
                isPoseUntimed = reading.time == nil
            }
        }
        if reading.time == nil, let precision = reading.precision {
            guard let lastFrame else {
                if unplaced.count >= Self.heldLimit { unplaced.removeFirst() }
                unplaced.append(reading)
                return
            }
            clock.note(precision: precision, frame: lastFrame)
        }
        settle(reading)
    }

    /// Puts a reading on the time line.
    private mutating func settle(_ reading: MetadataStream.Reading) {
        guard let time = reading.time ?? reading.precision.flatMap(clock.time) ?? lastFrame else {
            tally("packets_without_time")
            return
        }
        if let lastFrame, time.seconds(since: lastFrame) > options.staleLimit {
            // A false time far ahead would make every frame look as if its metadata had come.
            tally("packets_far_ahead")
            return
        }
        if let stated = reading.time, let precision = reading.precision {
            clock.note(precision: precision, time: stated)
        }
        advance(to: time)
        if let sample = reading.sample { poses.insert(sample, at: time) }
        if let report = reading.targets {
            if targets.count >= Self.heldLimit { drop(1) }
            let index = targets.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
            targets.insert((time, report), at: index)
        }
    }

    private mutating func advance(to time: RunningTime) {
        newest = max(newest ?? time, time)
    }

    // MARK: Frames

    private mutating func ready() -> [FrameMetadata] {
        var complete: [FrameMetadata] = []
        while let first = frames.first, isReady(first) { complete.append(takeFirst()) }
        return complete
    }

    private func isReady(_ frame: Frame) -> Bool {
        if frames.count > max(options.frameLimit, 1) { return true }
        if let newest, newest.seconds(since: frame.time) >= options.maxWait { return true }
        guard poses.hasPose(from: frame.time) else { return false }
        // Targets a little later than the frame may be nearer to one that has not come yet.
        let hasNext = frames.contains { $0.time > frame.time }
        return hasNext || !targets.contains { $0.time > frame.time && isWithin($0.time, frame.time) }
    }

    private mutating func takeFirst() -> FrameMetadata {
        let frame = frames.removeFirst()
        poses.forget(before: frame.time.advanced(by: -options.staleLimit))
        var telemetry: TelemetrySample?
        var age: Double?
        if let pose = poses.pose(at: frame.time), pose.sample.hasPose {
            age = pose.age
            if pose.age <= options.poseAgeLimit { telemetry = pose.sample }
        }
        if telemetry == nil { tally("frames_without_pose") }
        let precision = poses.utc(at: frame.time, limit: options.staleLimit)
        let choice = utcChoice.choose(precision: precision, carrier: frame.carrierTime, arrival: frame.arrival)
        for clock in choice.rejected { tally("false_times_\(clock.rawValue)") }
        if choice.isSenderFarOff { tally("frames_with_sender_clock_off") }
        telemetry?.utc = choice.provenance == .precisionTimeStamp ? choice.utc : nil
        var metadata = FrameMetadata(
            frame: frame, utc: choice.utc, provenance: choice.provenance, telemetry: telemetry, poseAge: age,
            objects: takeObjects(of: frame))
        if isPoseUntimed { metadata.clockError = options.latencyError }
        return metadata
    }

    /// The targets whose nearest frame this is; those whose frame can no longer come are dropped.
    private mutating func takeObjects(of frame: Frame) -> [FrameObject] {
        var objects: [FrameObject] = []
        var kept: [(time: RunningTime, report: VMTIReport)] = []
        var lost: [VMTIReport] = []
        for entry in targets {
            let distance = abs(entry.time.seconds(since: frame.time))
            let isNearest = !frames.contains { abs(entry.time.seconds(since: $0.time)) < distance }
            if isNearest, isWithin(entry.time, frame.time) {
                objects += entry.report.objects(in: frame, centroidBox: options.centroidBox)
            } else if isNearest, entry.time < frame.time {
                lost.append(entry.report)
            } else {
                kept.append(entry)
            }
        }
        targets = kept
        tally("objects", objects.count)
        for report in lost { tally("objects_unaligned", report.targets.count) }
        return objects
    }

    private func isWithin(_ a: RunningTime, _ b: RunningTime) -> Bool {
        abs(a.seconds(since: b)) <= max(options.objectWindow, min(interval / 2, 0.25))
    }

    private mutating func drop(_ count: Int) {
        for entry in targets.prefix(count) { tally("objects_unaligned", entry.report.targets.count) }
        targets.removeFirst(min(count, targets.count))
    }

    private mutating func tally(_ name: String, _ count: Int = 1) {
        if count > 0 { tallies[name, default: 0] += Int64(count) }
    }
}
