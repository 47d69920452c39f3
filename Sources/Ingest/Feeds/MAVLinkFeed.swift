import GStreamer
public import Inspection
import Synchronization

/// MAVLink as it arrives on a UDP port, or from a TCP server. It only listens: no byte is ever sent, no heartbeat either,
/// so autopilots that send to whoever asks must be told where to send (a router, `mavlink-routerd`, does that).
public final class MAVLinkFeed: MetadataFeed {
    /// How long a wait on the network goes on before the stop signal is looked at, seconds.
    private static let pollSeconds = 0.2
    /// Datagrams or pieces that wait in the pipeline; then the kernel's buffer fills, and what overflows it is lost and
    /// shows as gaps of the sequence.
    private static let waiting = 1024
    /// Bytes that the kernel keeps for a UDP port.
    private static let receiveBuffer = 1 << 20
    /// A TCP connection that is silent for this long is made anew: vehicles say a heartbeat each second. Seconds.
    private static let silenceLimit = 10

    private let address: MAVLinkAddress
    private let clock: any Clock
    private let counts = Counters()
    private let signal = StopSignal()
    private let fault = Mutex<SourceError?>(nil)

    public init(_ address: MAVLinkAddress, clock: any Clock) {
        self.address = address
        self.clock = clock
    }

    public var counters: [String: Int64] { counts.all }
    public var trouble: SourceError? { fault.withLock { $0 } }

    public func stop() { signal.set() }

    public func run(_ deliver: @escaping @Sendable (MetadataPacket) -> Void) throws(SourceError) {
        try RequiredElements.check(["appsink", sourceElement])
        var backoff = Backoff()
        while !signal.isSet {
            do throws(GStreamerError) {
                try listen(&backoff, deliver)
                fail(SourceError(kind: .connection, description: "\(address): the sender ended the connection"))
            } catch {
                fail(SourceError(pipeline: error, doing: address.description, redaction: Redaction()))
            }
            if signal.isSet { return }
            counts.add("restarts")
            if signal.wait(seconds: backoff.next(fraction: Double.random(in: 0...1))) { return }
        }
    }

    private var sourceElement: String {
        switch address {
        case .udp: "udpsrc"
        case .tcp: "tcpclientsrc"
        }
    }

    private func fail(_ error: SourceError?) { fault.withLock { $0 = error } }

    /// Until the sender ends, or the feed is told to stop.
    private func listen(
        _ backoff: inout Backoff, _ deliver: @Sendable (MetadataPacket) -> Void
    ) throws(GStreamerError) {
        let pipeline = try open()
        defer { pipeline.stop() }
        let sink = try pipeline.appSink("out")
        try pipeline.play()
        if case .udp = address { fail(nil) }
        while !signal.isSet {
            guard let sample = sink.pull(timeout: Self.pollSeconds) else {
                while let message = pipeline.nextMessage(timeout: 0) {
                    if case .error(let error) = message { throw error }
                }
                if sink.isAtEnd { return }
                continue
            }
            let bytes = sample.buffer.bytes
            guard !bytes.isEmpty else { continue }
            backoff.reset()
            fail(nil)
            counts.add("packets")
            counts.add("bytes", Int64(bytes.count))
            deliver(
                MetadataPacket(
                    dialect: .mavlink, bytes: bytes, time: nil, ptsMicroseconds: nil, pid: nil, arrival: clock.utc))
        }
    }

    private func open() throws(GStreamerError) -> Pipeline {
        switch address {
        case .udp(let host, let port, let interface):
            let pipeline = try Pipeline("udpsrc name=src ! \(TransportReader.tail(waiting: Self.waiting))")
            let source = try pipeline.element("src")
            try source.set("address", host)
            try source.set("port", port)
            try source.set("buffer-size", Self.receiveBuffer)
            if let interface { try source.set("multicast-iface", interface) }
            return pipeline
        case .tcp(let host, let port):
            let pipeline = try Pipeline("tcpclientsrc name=src ! \(TransportReader.tail(waiting: Self.waiting))")
            let source = try pipeline.element("src")
            try source.set("host", host)
            try source.set("port", port)
            try source.set("timeout", Self.silenceLimit)
            return pipeline
        }
    }
}
