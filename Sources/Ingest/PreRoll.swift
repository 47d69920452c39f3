/// The coded pictures of the last seconds, in decoding order, for pictures and clips on demand. Begins with a key frame
/// always; what goes, goes by whole groups of pictures from the front.
struct PreRoll<Payload: Sendable>: Sendable {
    struct Unit: Sendable {
        /// Presentation time, nanoseconds of running time.
        var time: Int64
        var isKey: Bool
        var byteCount: Int
        /// Counts up with each change of the stream's caps: units of two forms are never decoded or muxed together.
        var form: Int
        var payload: Payload
    }

    /// What a picture needs: a key frame and what follows it up to the wanted unit, which is the last.
    struct PictureRun: Sendable {
        var units: [Unit]
        var time: Int64
    }

    let nanoseconds: Int64
    let byteLimit: Int
    private(set) var units: [Unit] = []
    private(set) var bytes = 0
    private var newest = Int64.min

    init(seconds: Double, bytes: Int) {
        nanoseconds = Int64(min(max(seconds, 0), 86_400) * 1e9)
        byteLimit = max(0, bytes)
    }

    /// First and last presentation time held; nil when empty.
    var span: ClosedRange<Int64>? {
        guard let first = units.first else { return nil }
        return min(first.time, newest)...newest
    }

    mutating func append(_ unit: Unit) {
        guard unit.isKey || !units.isEmpty else { return }
        units.append(unit)
        bytes += unit.byteCount
        newest = units.count == 1 ? unit.time : max(newest, unit.time)
        if unit.isKey { trimByTime() }
        while bytes > byteLimit { dropFirstGroup() }
    }

    private mutating func trimByTime() {
        while let second = units.dropFirst().firstIndex(where: \.isKey), units[second].time <= newest &- nanoseconds {
            drop(upTo: second)
        }
    }

    /// The last group too, when it alone is over the limit: then nothing is held until the next key frame.
    private mutating func dropFirstGroup() {
        drop(upTo: units.dropFirst().firstIndex(where: \.isKey) ?? units.count)
    }

    private mutating func drop(upTo end: Int) {
        for unit in units[..<end] { bytes -= unit.byteCount }
        units.removeFirst(end)
    }

    /// The unit nearest `time` that can be decoded from what is held; nil when `time` is further than `tolerance`
    /// outside of it.
    func picture(at time: Int64, tolerance: Int64) -> PictureRun? {
        var best: (start: Int, index: Int, distance: Int64)?
        var key: Int?
        var keyBefore: Int?
        for (index, unit) in units.enumerated() {
            if unit.isKey {
                keyBefore = key
                key = index
            }
            guard let start = Self.start(of: unit, key: key, before: keyBefore, in: units) else { continue }
            let distance = abs(unit.time &- time)
            if best.map({ distance < $0.distance }) ?? true { best = (start, index, distance) }
        }
        guard let best, best.distance <= tolerance else { return nil }
        return PictureRun(units: Array(units[best.start...best.index]), time: units[best.index].time)
    }

    /// A picture shown before the key frame it follows (a leading picture) refers to the group before it.
    private static func start(of unit: Unit, key: Int?, before: Int?, in units: [Unit]) -> Int? {
        guard let key else { return nil }
        if units[key].time <= unit.time { return key }
        guard let before, units[before].form == unit.form else { return nil }
        return before
    }

    /// From the key frame at or before `start` (or the first held) to the last unit shown at or before `end`, with all
    /// it needs; without leading pictures, whose references are cut off. Nil when nothing held lies between.
    func clip(from start: Int64, to end: Int64) -> [Unit]? {
        guard start <= end, let span, start <= span.upperBound, end >= span.lowerBound,
            let first = units.lastIndex(where: { $0.isKey && $0.time <= start }) ?? units.firstIndex(where: \.isKey)
        else { return nil }
        let origin = units[first].time
        let form = units[first].form
        let run = units[first...].prefix { $0.form == form }
        guard let last = run.lastIndex(where: { $0.time <= end && $0.time >= origin }) else { return nil }
        return run[...last].filter { $0.time >= origin }
    }
}
