public import Inspection

/// What an analyser says in one line, as whoever reads its dialect understood it.
public enum AnalyserReply: Sendable, Hashable {
    /// Its first line: it is ready for frames.
    case hello(AnalyserHello)
    /// Of the frame with this id. The boxes are shares of the picture's width and height, 0…1.
    case answer(frame: Int, objects: [FrameObject])
}

/// How an analyser introduces itself.
public struct AnalyserHello: Sendable, Hashable {
    public var name: String
    public var version: String
    /// Every label it can give; empty when it does not say.
    public var labels: [String]

    public init(name: String, version: String, labels: [String]) {
        self.name = name
        self.version = version
        self.labels = labels
    }
}

/// What the source's journey has to know of its analyser.
public enum AnalyserEvent: Sendable, Hashable {
    /// A picture at this time was decoded. When `isHeld`, it can be handed out; frames before it without a picture get none.
    case pictured(RunningTime, isHeld: Bool)
    /// In shares of the picture, as ``AnalyserReply/answer(frame:objects:)``.
    case answered(Int, objects: [FrameObject])
    /// There will be no answer about this frame.
    case lost(Int)
}

/// What the operator should read of an analyser.
public enum AnalyserNotice: Sendable, Hashable {
    case started(process: Int32)
    case ready(AnalyserHello)
    /// A line of its standard output or error.
    case printed(String)
    /// It printed more than is passed on: how many lines were left out.
    case leftOut(Int)
    /// Its exit status, 128 and more for a signal, and the last line it printed; seconds until it is started anew, nil when
    /// a file's frames wait for it no longer.
    case ended(status: Int32, lastLine: String?, restartIn: Double?)
    /// It answered nothing for this many seconds, and was killed.
    case hung(seconds: Double)
    /// It sent lines without meaning faster than can be borne, and was killed.
    case floods
    case cannotStart(String)
    case cannotConvert(String)
}
