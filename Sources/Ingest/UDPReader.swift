import GStreamer

/// The bytes that arrive on a UDP port.
final class UDPReader {
    /// Datagrams waiting for the receiver, about 5 MB; then the kernel's buffer fills, and what overflows it is lost
    /// and shows as continuity gaps.
    private static let waiting = 4096
    private static let batch = 64

    private let pipeline: Pipeline
    private let sink: AppSink

    init(address: String, port: Int, interface: String?, options: SourceOptions) throws(GStreamerError) {
        pipeline = try Pipeline(
            """
            udpsrc name=src ! appsink name=out max-buffers=\(Self.waiting) sync=false async=false \
            enable-last-sample=false wait-on-eos=false
            """)
        let source = try pipeline.element("src")
        try source.set("address", address)
        try source.set("port", port)
        try source.set("buffer-size", min(max(options.receiveBufferBytes, 0), 1 << 30))
        if let interface { try source.set("multicast-iface", interface) }
        sink = try pipeline.appSink("out")
        try pipeline.play()
    }

    /// What arrived, waiting at most `seconds` for the first of it; nil when nothing did.
    func next(timeout seconds: Double) throws(GStreamerError) -> [UInt8]? {
        guard let first = sink.pull(timeout: seconds) else {
            if case .error(let error) = pipeline.nextOutcome(timeout: 0) { throw error }
            if sink.isAtEnd {
                throw GStreamerError(domain: .resource, code: 9, element: "src", text: "the socket closed")
            }
            return nil
        }
        var bytes = first.buffer.bytes
        for _ in 1..<Self.batch {
            guard let more = sink.pull(timeout: 0) else { break }
            bytes += more.buffer.bytes
        }
        return bytes
    }

    func close() { pipeline.stop() }
}
