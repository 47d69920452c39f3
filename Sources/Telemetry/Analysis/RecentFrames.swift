public import Inspection

/// The frames of the last while, with what was known of them: where a person's mark, which comes seconds after the picture,
/// finds its frame.
public struct RecentFrames: Sendable {
    private let seconds: Double
    private let limit: Int
    private var frames: [FrameMetadata] = []
    /// Those before it have gone.
    private var start = 0

    /// `seconds` of stream time, and at most `limit` frames.
    public init(seconds: Double = 30, limit: Int = 2048) {
        self.seconds = max(seconds, 0)
        self.limit = max(limit, 1)
    }

    public var count: Int { frames.count - start }

    /// First to last; nil while none is held.
    public var numbers: ClosedRange<Int>? {
        guard count > 0, let last = frames.last else { return nil }
        return frames[start].frame.index...last.frame.index
    }

    /// Earliest to latest; nil while none is held.
    public var times: ClosedRange<UTCTime>? {
        let held = frames[start...]
        guard let first = held.map(\.utc).min(), let last = held.map(\.utc).max() else { return nil }
        return first...last
    }

    /// In stream order, in which times go back and forth where the coding reorders pictures. A number that was given already
    /// begins another run, as does a time before all that are held; it forgets the last run.
    public mutating func add(_ frame: FrameMetadata) {
        if let last = frames.last,
            frame.frame.index <= last.frame.index || last.frame.time.seconds(since: frame.frame.time) > seconds
        {
            frames = []
            start = 0
        }
        frames.append(frame)
        while count > limit || frame.frame.time.seconds(since: frames[start].frame.time) > seconds { start += 1 }
        guard start > limit else { return }
        frames.removeFirst(start)
        start = 0
    }

    /// By ``Inspection/Frame/index``.
    public func frame(_ index: Int) -> FrameMetadata? { frames[start...].last { $0.frame.index == index } }

    /// The nearest to `utc`, at most `tolerance` seconds away.
    public func frame(at utc: UTCTime, within tolerance: Double = 0.5) -> FrameMetadata? {
        func distance(_ frame: FrameMetadata) -> UInt64 { frame.utc.microseconds(since: utc).magnitude }
        let nearest = frames[start...].min { distance($0) < distance($1) }
        return nearest.flatMap { Double(distance($0)) / 1e6 <= tolerance ? $0 : nil }
    }

    /// The frame as it was, with the mark alone for its objects: what was seen in it has gone through the rules already. The
    /// mark's box is shares.
    public static func marked(_ frame: FrameMetadata, _ mark: FrameObject) -> FrameMetadata {
        var marked = frame
        marked.objects = [mark.scaled(toWidth: frame.frame.width, height: frame.frame.height)]
        return marked
    }
}
