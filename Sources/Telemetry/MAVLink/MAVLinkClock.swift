import Inspection

/// UTC of one component's messages: they count milliseconds since its start, which SYSTEM_TIME ties to UTC.
struct MAVLinkClock: Sendable {
    /// Steps back within this are of messages that stood in a queue, and no new start; milliseconds.
    private static let lateLimit: Int32 = 10_000
    /// A step onward beyond this is another life of the component; milliseconds.
    private static let onwardLimit: Int32 = 3_600_000

    private var newest: UInt32?
    private var reference: (boot: UInt32, utc: UTCTime)?

    init() {}

    /// Microseconds since 1970 in the range of years that a flight can be of, 1990 to 2100: receivers without a fix say 0,
    /// or time since their start.
    static func plausible(_ microseconds: UInt64) -> UTCTime? {
        guard (631_152_000_000_000..<4_102_444_800_000_000).contains(microseconds),
            let value = Int64(exactly: microseconds)
        else { return nil }
        return UTCTime(microseconds: value)
    }

    /// A message of this time came; true when the component has started anew. Wraps after 49.7 days, as the count does.
    mutating func note(boot: UInt32) -> Bool {
        let step = Int32(bitPattern: boot &- (newest ?? boot))
        if newest != nil, step <= 0, step > -Self.lateLimit { return false }
        newest = boot
        guard step < 0 || step > Self.onwardLimit else { return false }
        reference = nil
        return true
    }

    /// SYSTEM_TIME.
    mutating func set(unix: UInt64, boot: UInt32) {
        if let utc = Self.plausible(unix) { reference = (boot, utc) }
    }

    func utc(boot: UInt32) -> UTCTime? {
        guard let reference else { return nil }
        return reference.utc.advanced(byMicroseconds: Int64(Int32(bitPattern: boot &- reference.boot)) * 1000)
    }

    /// Seconds since the component's start, of its newest message.
    var seconds: Double? { newest.map { Double($0) / 1000 } }
}
