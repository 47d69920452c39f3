/// One subtitle of a file or of a track beside a video: some aircraft write their telemetry as such.
public struct Subtitle: Sendable, Hashable {
    /// When it is shown, on the time line of its video; nil where the file does not say.
    public var start: RunningTime?
    /// Nil where the file does not say.
    public var end: RunningTime?
    /// As the file counts; nil where it does not.
    public var number: Int?
    /// Its lines with a line feed between them, without the empty ones. UTF-8, unless the file is of another coding that has
    /// ASCII in it.
    public var text: [UInt8]

    public init(start: RunningTime?, end: RunningTime? = nil, number: Int? = nil, text: [UInt8]) {
        self.start = start
        self.end = end
        self.number = number
        self.text = text
    }
}
