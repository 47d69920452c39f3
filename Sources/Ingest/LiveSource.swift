import GStreamer
import Inspection
import Synchronization

/// A stream that comes as it happens: a transport stream over UDP, or RTSP. Makes itself anew when it breaks.
final class LiveSource: VideoSource {
    /// How long a wait on the network goes on before the stop signal is looked at, seconds.
    private static let pollSeconds = 0.2

    private let name: Name
    private let location: SourceAddress
    private let options: SourceOptions
    private let clock: any Clock
    private let desk: CaptureDesk
    private let counts = Counters()
    private let signal = StopSignal()

    init(name: Name, location: SourceAddress, options: SourceOptions, clock: any Clock) {
        self.name = name
        self.location = location
        self.options = options
        self.clock = clock
        desk = CaptureDesk(source: name.text, options: options)
    }

    var counters: [String: Int64] { counts.all }

    func stop() { signal.set() }

    func picture(at time: RunningTime) async throws(SourceError) -> Capture { try await desk.picture(at: time) }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        try await desk.clip(from: start, to: end)
    }

    func run(_ deliver: (SourceEvent) -> Void) throws(SourceError) {
        var link = LiveLink(
            flow: FrameFlow(desk: desk, counters: counts, content: nil), clock: clock, options: options,
            counters: counts)
        var backoff = options.backoff
        while !signal.isSet {
            let framesBefore = link.flow.frames
            let fault: SourceError?
            do throws(SourceError) {
                try connect(&link, deliver)
                fault = nil
            } catch {
                fault = error
            }
            if signal.isSet { break }
            if let fault, fault.kind == .unknownCodec || fault.kind == .missingPlugin { throw fault }
            if link.flow.frames > framesBefore { backoff.reset() }
            counts.add("restarts")
            link.flow.interrupt(isNewRun: true)
            deliver(.interrupted(fault ?? SourceError(kind: .connection, description: "\(name) ended")))
            rest(backoff.next(fraction: Double.random(in: 0...1)), deliver)
        }
        desk.end()
        deliver(.ended)
    }

    private func rest(_ seconds: Double, _ deliver: (SourceEvent) -> Void) {
        var left = seconds
        while left > 0, !signal.wait(seconds: min(left, 1)) {
            left -= 1
            deliver(.idle)
        }
    }

    /// Reads until the stream breaks (throws) or the source is told to stop.
    private func connect(_ link: inout LiveLink, _ deliver: (SourceEvent) -> Void) throws(SourceError) {
        let redaction: Redaction
        let what: String
        switch location {
        case .rtsp(let url):
            redaction = Redaction(url: url)
            what = redaction(url)
        case .udp(let address, let port, _):
            redaction = Redaction()
            what = "udp://\(address):\(port)"
        case .file(let path):
            throw SourceError(kind: .failed, description: "\(path) is a file")
        }
        do throws(GStreamerError) {
            if case .rtsp(let url) = location {
                try link.readRTSP(url, what, signal, Self.pollSeconds, deliver)
            } else if case .udp(let address, let port, let interface) = location {
                let reader = try UDPReader(address: address, port: port, interface: interface, options: options)
                defer { reader.close() }
                try link.readUDP(reader, what, signal, Self.pollSeconds, deliver)
            }
        } catch {
            throw SourceError(pipeline: error, doing: what, redaction: redaction)
        }
        if let fault = link.fault {
            link.fault = nil
            throw fault
        }
    }
}
