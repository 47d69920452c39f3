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
        /// Of a key frame.
        var entry = EntryPoint.refresh
    }

    /// What a picture needs: a key frame and what follows it up to the wanted unit, which is the last.
    struct PictureRun: Sendable {
        var units: [Unit]
        var time: Int64
    }

    /// What a unit costs beside its bytes: the buffer, its memory and its place in the ring.
    static var overhead: Int { 512 }

    let nanoseconds: Int64
    let byteLimit: Int
    private(set) var units: [Unit] = []
    /// Of the units and what they cost beside.
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
        bytes += unit.byteCount + Self.overhead
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
        for unit in units[..<end] { bytes -= unit.byteCount + Self.overhead }
        units.removeFirst(end)
    }

    /// The unit nearest `time` that can be decoded from what is held; nil when `time` is further than `tolerance`
    /// outside of it.
    func picture(at time: Int64, tolerance: Int64) -> PictureRun? {
        var best: (start: Int, index: Int, distance: Int64)?
        var keys: [Int] = []
        for (index, unit) in units.enumerated() {
            if unit.isKey {
                if let last = keys.last, units[last].form != unit.form { keys = [] }
                keys.append(index)
            }
            let (difference, overflow) = unit.time.subtractingReportingOverflow(time)
            let distance = overflow || difference == .min ? .max : abs(difference)
            guard best.map({ distance < $0.distance }) ?? true, let start = start(of: unit, keys: keys) else {
                continue
            }
            best = (start, index, distance)
        }
        guard let best, best.distance <= tolerance else { return nil }
        return PictureRun(units: Array(units[best.start...best.index]), time: units[best.index].time)
    }

    /// Where decoding must begin for `unit` to come out whole; `keys` are those at or before it, of its form. A picture
    /// shown before the key frame it follows (a leading picture) refers to the group before it. From a refresh all is
    /// exact; where none is held, the group before makes the decoder ready for the one that counts.
    private func start(of unit: Unit, keys: [Int]) -> Int? {
        guard let key = keys.last, units[key].form == unit.form else { return nil }
        var group = keys.count - 1
        if units[key].time > unit.time { group -= 1 }
        guard group >= 0 else { return nil }
        if let refresh = keys[...group].last(where: { units[$0].entry == .refresh }) { return refresh }
        return group > 0 ? keys[group - 1] : nil
    }

    /// From the key frame at or before `start` (or the first held) to the last unit shown at or before `end`, with all
    /// it needs; without leading pictures, whose references are cut off. Where the stream changes its form in between, of
    /// the form that most of it has. Nil when nothing held lies between.
    func clip(from start: Int64, to end: Int64) -> [Unit]? {
        guard start <= end, let span, start <= span.upperBound, end >= span.lowerBound,
            let form = mainForm(from: start, to: end), let begin = units.firstIndex(where: { $0.form == form })
        else { return nil }
        let run = units[begin...].prefix { $0.form == form }
        guard
            let first = run.lastIndex(where: { $0.isKey && $0.entry > .intra && $0.time <= start })
                ?? run.lastIndex(where: { $0.isKey && $0.time <= start }) ?? run.firstIndex(where: \.isKey)
        else { return nil }
        let origin = run[first].time
        guard let last = run[first...].lastIndex(where: { $0.time <= end && $0.time >= origin }) else { return nil }
        return run[first...last].filter { $0.time >= origin }
    }

    /// The form of most units shown between `start` and `end`; of none, that of the key frame before them.
    private func mainForm(from start: Int64, to end: Int64) -> Int? {
        var counts: [Int: Int] = [:]
        for unit in units where unit.time >= start && unit.time <= end { counts[unit.form, default: 0] += 1 }
        let most = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
        return most ?? units.last { $0.isKey && $0.time <= start }?.form ?? units.first?.form
    }
}
