/// A moment on a stream's own time line, in nanoseconds from its start: GStreamer's running time. Comparable only within
/// one run of one source.
public struct RunningTime: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Saturates; NaN is zero.
    public static func seconds(_ seconds: Double) -> RunningTime {
        RunningTime(nanoseconds: nanoseconds(seconds))
    }

    private static func nanoseconds(_ seconds: Double) -> Int64 {
        if seconds.isNaN { return 0 }
        return Int64(exactly: (seconds * 1e9).rounded()) ?? (seconds < 0 ? .min : .max)
    }

    public static func < (a: RunningTime, b: RunningTime) -> Bool { a.nanoseconds < b.nanoseconds }

    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// Saturates.
    public func advanced(by seconds: Double) -> RunningTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(Self.nanoseconds(seconds))
        return RunningTime(nanoseconds: overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    /// Seconds from `other` to this moment.
    public func seconds(since other: RunningTime) -> Double {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? (Double(nanoseconds) - Double(other.nanoseconds)) / 1e9 : Double(difference) / 1e9
    }
}
