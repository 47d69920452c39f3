/// A moment on a stream's own time line, in nanoseconds from its start: GStreamer's running time. Comparable only within
/// one run of one source.
public struct RunningTime: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func seconds(_ seconds: Double) -> RunningTime {
        RunningTime(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    public static func < (a: RunningTime, b: RunningTime) -> Bool { a.nanoseconds < b.nanoseconds }

    public var seconds: Double { Double(nanoseconds) / 1e9 }

    public func advanced(by seconds: Double) -> RunningTime {
        RunningTime(nanoseconds: nanoseconds + Int64((seconds * 1e9).rounded()))
    }

    /// Seconds from `other` to this moment.
    public func seconds(since other: RunningTime) -> Double {
        Double(nanoseconds - other.nanoseconds) / 1e9
    }
}
