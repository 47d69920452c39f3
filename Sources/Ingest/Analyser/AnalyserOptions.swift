/// How a source's analyser is run. Every figure is checked by whoever reads it from outside; here it is only clamped.
public struct AnalyserOptions: Sendable, Hashable {
    /// The program and its arguments; no shell sees them.
    public var command: [String]
    /// Longest side of the pictures handed out, pixels; smaller pictures are not enlarged.
    public var side = 640
    /// Without an answer for this long while it has frames, the analyser is taken for hung; seconds.
    public var timeout = 3.0
    /// Frames handed out and not yet answered, at most.
    public var queue = 2
    /// It has this long to load its model and say hello, seconds.
    public var startTimeout = 60.0
    /// Waits between its end and its next start.
    public var backoff = Backoff(first: 0.5, last: 30)
    /// Where the pictures are laid for it: a file system in memory.
    public var sharedMemory = "/dev/shm"
    /// Longest line that is read of it, bytes.
    public var lineBytes = 1 << 20

    public init(command: [String]) { self.command = command }
}
