import GStreamer

/// The bytes of a transport stream as they arrive over a network.
final class TransportReader: LiveReader {
    private static let batch = 64
    /// Of warnings that a peer is tried again, before it is taken for gone.
    private static let triesLimit = 2

    private let pipeline: Pipeline
    private let sink: AppSink
    private let isEndFinal: Bool
    /// Counts its callers; nil where nobody calls.
    private let callers: Element?
    private var refusals = CallerRefusals()
    private let check: ([UInt8]) throws(GStreamerError) -> Void
    private var hasBytes = false
    private var tries = 0

    /// Plays `pipeline` and reads its `appsink` named `out`. `check` sees the first bytes, and throws when they are no
    /// transport stream.
    init(
        _ pipeline: Pipeline, isEndFinal: Bool = false, callers: Element? = nil,
        check: @escaping ([UInt8]) throws(GStreamerError) -> Void = { _ in }
    ) throws(GStreamerError) {
        self.pipeline = pipeline
        self.isEndFinal = isEndFinal
        self.callers = callers
        self.check = check
        sink = try pipeline.appSink("out")
        try pipeline.play()
    }

    /// The tail of every such pipeline. With `waiting` buffers in it a network element waits, or its socket overflows.
    static func tail(waiting: Int) -> LaunchDescription {
        """
        appsink name=out max-buffers=\(waiting) sync=false async=false enable-last-sample=false wait-on-eos=false
        """
    }

    func next(timeout seconds: Double) throws(GStreamerError) -> LiveItem? {
        guard let first = sink.pull(timeout: seconds) else {
            try throwReported()
            if let counts = callers?.callers {
                let refused = refusals.fresh(asked: counts.asked, taken: counts.taken)
                if refused > 0 { return .callersRefused(refused) }
            }
            return sink.isAtEnd ? .endOfStream(isFinal: isEndFinal) : nil
        }
        var bytes = first.buffer.bytes
        for _ in 1..<Self.batch {
            guard let more = sink.pull(timeout: 0) else { break }
            bytes += more.buffer.bytes
        }
        if !hasBytes { try check(bytes) }
        hasBytes = true
        tries = 0
        return .transport(bytes)
    }

    private func throwReported() throws(GStreamerError) {
        while let message = pipeline.nextMessage(timeout: 0) {
            switch message {
            case .error(let error): throw unknownForm ?? Self.explained(error)
            case .warning(let warning) where warning.debug.contains("Trying to reconnect"):
                tries += 1
                if tries >= Self.triesLimit { throw Self.explained(warning) }
            default: break
            }
        }
    }

    /// The SRT elements say what happened in the detail alone.
    private static func explained(_ error: GStreamerError) -> GStreamerError {
        guard let range = error.debug.firstRange(of: "Error on SRT socket: ") else { return error }
        var told = error
        told.text = "SRT: " + error.debug[range.upperBound...].prefix { $0 != "\n" }
        return told
    }

    /// An error naming what a demultiplexer found, when that was media and no transport stream.
    private var unknownForm: GStreamerError? {
        let found = pipeline.mediaTypes(of: "demux")
        guard !found.isEmpty, !found.contains("video/mpegts") else { return nil }
        return GStreamerError(
            domain: .stream, code: 6, element: "demux",
            text: "segments of type \(found.joined(separator: ", ")) are not read, only MPEG transport stream is")
    }

    func close() { pipeline.stop() }
}
