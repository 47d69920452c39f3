public import Inspection

/// Gives objects of an analyser that tracks nothing an identity over frames, so that rules can speak of how long a thing is
/// seen and detections of one thing are joined. An object goes on with the track of its label whose predicted box it overlaps
/// most; ids are the gateway's own, begin with `~` and are never used again. Objects that have a track keep it. Pure and
/// bounded.
public struct ObjectTracker: Sendable {
    public struct Options: Sendable, Hashable {
        /// Overlap of a track's predicted box and an object's (intersection over union) that makes them one at least.
        public var overlap = 0.2
        /// Without overlap: the distance of the centres as a share of the larger box's diagonal, up to which they are one.
        public var reach = 0.6
        /// A track that was not seen for this long ends, seconds.
        public var memory = 1.0
        /// Nothing goes on over a gap between frames longer than this, seconds.
        public var gap = 1.5
        /// Tracks followed at most; of more objects in a frame the surest are.
        public var limit = 256

        public init() {}
    }

    private struct Track {
        let id: String
        let label: String
        var box: FrameObject.Box
        var seen: RunningTime
        /// Of its centre, pixels a second.
        var velocity = SIMD2<Double>.zero
        var sightings = 1
    }

    private let options: Options
    private var tracks: [Track] = []
    private var newest: RunningTime?
    /// Tells apart the tracks of one run of the tracker from those of another.
    private var series = ""
    /// Tracks begun; goes on over ``reset()``, as another flight may begin within the same second.
    private var count = 0
    private var tallies: [String: Int64] = [:]

    public init(options: Options = Options()) { self.options = options }

    /// `tracks_begun`, `tracks_refused` for want of room.
    public var counters: [String: Int64] { tallies }

    /// Ends every track: another flight begins, or another run of the stream.
    public mutating func reset() {
        tracks = []
        newest = nil
        series = ""
    }

    /// Frames come in their order.
    public mutating func follow(_ metadata: inout FrameMetadata) {
        let time = metadata.frame.time
        if let newest, time < newest || time.seconds(since: newest) > options.gap { tracks = [] }
        newest = time
        tracks.removeAll { time.seconds(since: $0.seen) > options.memory }
        var open = metadata.objects.indices.filter { Self.isFollowed(metadata.objects[$0]) }
        guard !open.isEmpty else { return }
        if open.count > options.limit {
            tally("tracks_refused", open.count - options.limit)
            open.sort { (metadata.objects[$0].confidence ?? 0, $1) > (metadata.objects[$1].confidence ?? 0, $0) }
            open = open.prefix(options.limit).sorted()
        }
        if series.isEmpty { series = Self.series(metadata.utc) }
        let predicted = tracks.map { $0.box.moved(by: $0.velocity * time.seconds(since: $0.seen)) }
        var pairs: [(score: Double, track: Int, object: Int)] = []
        for object in open {
            for track in tracks.indices where tracks[track].label == metadata.objects[object].label {
                guard let box = metadata.objects[object].box else { continue }
                let score = score(predicted[track], box)
                if score > 0 { pairs.append((score, track, object)) }
            }
        }
        pairs.sort { ($0.score, $1.track, $1.object) > ($1.score, $0.track, $0.object) }
        var takenTracks: Set<Int> = []
        var takenObjects: Set<Int> = []
        for pair in pairs where !takenTracks.contains(pair.track) && !takenObjects.contains(pair.object) {
            takenTracks.insert(pair.track)
            takenObjects.insert(pair.object)
            continueTrack(pair.track, &metadata.objects[pair.object], time)
        }
        for object in open where !takenObjects.contains(object) { begin(&metadata.objects[object], time) }
    }

    private static func isFollowed(_ object: FrameObject) -> Bool {
        guard object.kind == .detected, object.track == nil, let box = object.box else { return false }
        return box.width > 0 && box.height > 0 && box.width.isFinite && box.height.isFinite
    }

    /// 1…2 by overlap, 0…1 by nearness of the centres, 0 for neither.
    private func score(_ a: FrameObject.Box, _ b: FrameObject.Box) -> Double {
        let overlap = a.overlap(with: b)
        if overlap >= options.overlap { return 1 + overlap }
        let step = a.center - b.center
        let distance = (step * step).sum().squareRoot()
        let limit = options.reach * max(a.diagonal, b.diagonal)
        guard distance < limit, max(a.area, b.area) <= 4 * min(a.area, b.area) else { return 0 }
        return 1 - distance / limit
    }

    private mutating func continueTrack(_ index: Int, _ object: inout FrameObject, _ time: RunningTime) {
        guard let box = object.box else { return }
        object.track = tracks[index].id
        let seconds = time.seconds(since: tracks[index].seen)
        if seconds > 0 {
            let measured = (box.center - tracks[index].box.center) / seconds
            // Boxes tremble: the rate of the first step as it is, then two fifths of what is new.
            let weight = tracks[index].sightings == 1 ? 1 : 0.4
            tracks[index].velocity += (measured - tracks[index].velocity) * weight
        }
        tracks[index].box = box
        tracks[index].seen = time
        tracks[index].sightings += 1
    }

    private mutating func begin(_ object: inout FrameObject, _ time: RunningTime) {
        guard let box = object.box else { return }
        if tracks.count >= options.limit, let oldest = tracks.indices.min(by: { tracks[$0].seen < tracks[$1].seen }) {
            tracks.remove(at: oldest)
        }
        count += 1
        let id = "~\(series)-\(count)"
        object.track = id
        tracks.append(Track(id: id, label: object.label, box: box, seen: time))
        tally("tracks_begun")
    }

    /// The moment of the first frame, so that a track of an earlier run never has the same id.
    private static func series(_ utc: UTCTime) -> String {
        String(UInt64(utc.microseconds.magnitude / 1_000_000), radix: 36)
    }

    private mutating func tally(_ name: String, _ count: Int = 1) {
        if count > 0 { tallies[name, default: 0] += Int64(count) }
    }
}

extension FrameObject.Box {
    fileprivate var center: SIMD2<Double> { SIMD2((left + right) / 2, (top + bottom) / 2) }
    fileprivate var area: Double { width * height }
    fileprivate var diagonal: Double { (width * width + height * height).squareRoot() }

    fileprivate func moved(by step: SIMD2<Double>) -> FrameObject.Box {
        FrameObject.Box(left: left + step.x, top: top + step.y, right: right + step.x, bottom: bottom + step.y)
    }

    /// Intersection over union.
    fileprivate func overlap(with other: FrameObject.Box) -> Double {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        guard width > 0, height > 0 else { return 0 }
        let common = width * height
        let union = area + other.area - common
        return union > 0 ? common / union : 0
    }
}
