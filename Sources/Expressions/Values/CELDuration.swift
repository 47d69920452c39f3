/// A length of time to the nanosecond, within ±292 years.
///
/// Source: cel-spec, doc/langdef.md, "Timestamps and durations"; the range is that of 64-bit nanoseconds.
public struct CELDuration: Sendable, Hashable, Comparable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func < (left: CELDuration, right: CELDuration) -> Bool { left.nanoseconds < right.nanoseconds }
}
