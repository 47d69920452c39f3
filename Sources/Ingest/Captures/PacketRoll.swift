/// The metadata of the last seconds, in the order it came: what a clip takes along. Bounded in stream time and in bytes;
/// the oldest go first.
struct PacketRoll: Sendable {
    struct Item: Sendable {
        /// Nanoseconds of running time.
        var time: Int64
        var bytes: [UInt8]
    }

    /// Held beyond the span of the video at least, nanoseconds: the oldest group of pictures is older than the span.
    private static let margin: Int64 = 15_000_000_000
    /// What an empty packet still costs.
    private static let overhead = 64

    let nanoseconds: Int64
    let byteLimit: Int
    private var held: [Item] = []
    /// Where the items begin: what went before is taken out in one go, now and then.
    private var head = 0
    private(set) var bytes = 0

    init(seconds: Double, bytes: Int) {
        nanoseconds = Int64(min(max(seconds, 0), 86_400) * 1e9) &+ Self.margin
        byteLimit = max(0, bytes)
    }

    var count: Int { held.count - head }

    /// `newest` is the newest picture's time: a packet far off the line must not push the others out.
    mutating func append(_ item: Item, newest: Int64) {
        let size = item.bytes.count + Self.overhead
        guard size <= byteLimit else { return }
        held.append(item)
        bytes += size
        let (oldest, isBelow) = newest.subtractingReportingOverflow(nanoseconds)
        while head < held.count, bytes > byteLimit || (!isBelow && held[head].time < oldest) {
            bytes -= held[head].bytes.count + Self.overhead
            held[head].bytes = []
            head += 1
        }
        if head > 256, head > held.count / 2 {
            held.removeFirst(head)
            head = 0
        }
    }

    /// Those of `first…last`, in the order they came.
    func items(from first: Int64, to last: Int64) -> [Item] {
        held[head...].filter { $0.time >= first && $0.time <= last }
    }
}
