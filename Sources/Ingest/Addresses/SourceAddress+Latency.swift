/// What is known of how late pictures arrive.
extension SourceAddress {
    /// True of files: what they hold was taken at any time before.
    public var isRecording: Bool { !isLive }

    /// Seconds from a picture's sending to its arrival that this gateway adds by waiting: the jitter buffer of RTSP, the
    /// retransmission delay of SRT. Nil where nothing is known; zero of a file.
    public func latencySeconds(_ options: SourceOptions) -> Double? {
        switch self {
        case .file, .folder: 0
        case .rtsp: Double(min(max(options.rtspLatencyMilliseconds, 0), 60_000)) / 1000
        case .srt(let address): Double(max(address.latencyMilliseconds, 0)) / 1000
        default: nil
        }
    }
}
