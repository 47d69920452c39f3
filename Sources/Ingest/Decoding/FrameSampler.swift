/// Chooses what is decoded of a stream's access units, as they come in decoding order. Pure: times are those of the units.
///
/// `.sampled` decodes as little as inter-coded video allows. Where key frames come as often as pictures are wanted, only
/// they are decoded. Else the units after a key frame are held until a wanted one comes, and then decoded up to it in one
/// go; what follows the last wanted one of a group of pictures is never decoded, and pictures that no other is built on are
/// left out (avdec's own `skip-frame` does nothing for H.264 in GStreamer 1.22: its values are below what libavcodec looks
/// at). At 25 frames and 2 wanted a second with a key frame each second this decodes 14 of 25; with one each ten seconds
/// and no B-frames nearly all.
struct FrameSampler<Payload: Sendable>: Sendable {
    struct Unit: Sendable {
        /// Presentation time, nanoseconds.
        var time: Int64
        var isKey: Bool
        /// False when no other picture is built on it.
        var isReference: Bool
        var payload: Payload
    }

    /// A unit to decode.
    struct Order: Sendable {
        var unit: Unit
        /// Its picture is looked at, and not only decoded for others.
        var isWanted: Bool
    }

    /// Units held for a picture that may be wanted; a stream with more of them is decoded as it comes.
    static var heldLimit: Int { 300 }
    /// A presentation time so much before the last is another line of time, nanoseconds.
    private static var jump: Int64 { 2_000_000_000 }

    let policy: SourceOptions.DecodePolicy
    /// Between two wanted pictures, nanoseconds.
    let period: Int64
    private var held: [Unit] = []
    private var isAwaitingKey = true
    private var due: Int64?
    private var lastKey: Int64?
    /// Between the last two key frames.
    private var spacing: Int64?

    init(_ policy: SourceOptions.DecodePolicy, perSecond: Double) {
        self.policy = policy
        period = Int64(1e9 / min(max(perSecond.isFinite ? perSecond : 2, 0.01), 60))
    }

    /// True when the caller need not find out whether a unit is a reference.
    var takesAllAsReferences: Bool { policy != .sampled }

    /// Units were lost: nothing can be decoded before the next key frame.
    mutating func interrupt() {
        held = []
        isAwaitingKey = true
    }

    /// What to decode now, in order. `isOwed` says that a wanted picture is still inside the decoder and comes only when
    /// more is put in.
    mutating func offer(_ unit: Unit, isOwed: Bool) -> [Order] {
        guard unit.isKey || !isAwaitingKey else { return [] }
        isAwaitingKey = false
        switch policy {
        case .onDemand: return []
        case .all: return [Order(unit: unit, isWanted: true)]
        case .keyframes: return unit.isKey ? [Order(unit: unit, isWanted: true)] : []
        case .sampled: return sample(unit, isOwed: isOwed)
        }
    }

    private mutating func sample(_ unit: Unit, isOwed: Bool) -> [Order] {
        if unit.isKey {
            // Nothing that was held is needed any more, but by a picture that is owed.
            if !isOwed { held = [] }
            spacing = lastKey.flatMap { unit.time > $0 ? unit.time &- $0 : nil }
            lastKey = unit.time
        }
        let isWanted = wants(unit)
        if isWanted || isOwed || held.count >= Self.heldLimit {
            defer { held = [] }
            return held.map { Order(unit: $0, isWanted: false) } + [Order(unit: unit, isWanted: isWanted)]
        }
        if unit.isReference { held.append(unit) }
        return []
    }

    private mutating func wants(_ unit: Unit) -> Bool {
        if let due, due &- period &- unit.time > Self.jump { self.due = nil }
        guard let due else {
            guard unit.isKey else { return false }
            self.due = unit.time &+ period
            return true
        }
        let areKeysEnough = spacing.map { $0 <= period &+ period / 4 } ?? false
        // A key frame is cheap: it may come somewhat early. Others are decoded late where key frames should have come.
        let early = unit.isKey ? min(spacing ?? period, period) / 2 : areKeysEnough ? -period : 0
        guard unit.time >= due &- early else { return false }
        let next = due &+ period
        self.due = next > unit.time && next <= unit.time &+ period ? next : unit.time &+ period
        return true
    }
}
