import GStreamer
import Inspection
import Synchronization

/// A stream that comes as it happens, over any network the daemon reads. Makes itself anew when it breaks.
final class LiveSource: VideoSource {
    /// How long a wait on the network goes on before the stop signal is looked at, seconds.
    private static let pollSeconds = 0.2

    private let name: Name
    private let peer: LivePeer
    private let options: SourceOptions
    private let clock: any Clock
    private let looker: (any PictureLooker)?
    private let desk: CaptureDesk
    private let counts = Counters()
    private let signal = StopSignal()

    init(
        name: Name, peer: LivePeer, options: SourceOptions, clock: any Clock, looker: (any PictureLooker)? = nil
    ) {
        self.name = name
        self.looker = looker
        self.peer = peer
        self.options = options
        self.clock = clock
        desk = CaptureDesk(source: name.text, options: options)
    }

    var counters: [String: Int64] { counts.all }

    func stop() { signal.set() }

    func picture(at time: RunningTime, stamp: PictureStamp?) async throws(SourceError) -> Capture {
        try await desk.picture(at: time, stamp: stamp)
    }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        try await desk.clip(from: start, to: end)
    }

    func run(_ deliver: (SourceEvent) -> Void) throws(SourceError) {
        defer { desk.end() }
        let flow = FrameFlow(
            desk: desk, counters: counts, content: nil,
            pictures: FramePictures(options: options, looker: looker, isLive: true, counters: counts))
        var link = LiveLink(
            peer.manner, what: peer.what, flow: flow, clock: clock,
            options: options, counters: counts)
        let heard = { (event: SourceEvent) in
            if case .packet(let packet) = event { self.desk.hold(packet) }
            deliver(event)
        }
        while !signal.isSet, !link.isFinished {
            link.lifecycle.connect(now: clock.monotonicNanoseconds)
            do throws(SourceError) {
                try connect(&link, heard)
            } catch {
                if signal.isSet { break }
                if error.kind == .unknownCodec || error.kind == .missingPlugin {
                    link.lifecycle.end()
                    throw error
                }
                counts.add("restarts")
                link.flow.interrupt(isNewRun: true)
                deliver(.interrupted(error))
                _ = link.lifecycle.fail(fraction: Double.random(in: 0...1), now: clock.monotonicNanoseconds)
                rest(link.lifecycle, deliver)
            }
        }
        link.lifecycle.end()
        desk.end()
        deliver(.ended)
    }

    private func rest(_ lifecycle: SourceLifecycle, _ deliver: (SourceEvent) -> Void) {
        while !signal.isSet {
            let left = lifecycle.wait(now: clock.monotonicNanoseconds)
            guard left > 0, !signal.wait(seconds: min(left, 1)) else { return }
            deliver(.idle)
        }
    }

    /// Reads until the stream breaks (throws), ends for good, or the source is told to stop.
    private func connect(_ link: inout LiveLink, _ deliver: (SourceEvent) -> Void) throws(SourceError) {
        do throws(LiveFault) {
            guard let reader = try open() else {
                throw .source(SourceError(kind: .failed, description: "\(name) is a file"))
            }
            defer { reader.close() }
            try link.read(reader, signal, poll: Self.pollSeconds, deliver)
        } catch {
            switch error {
            case .pipeline(let error):
                throw SourceError(pipeline: error, doing: peer.what, redaction: peer.redaction)
            case .source(let error): throw error
            }
        }
    }

    private func open() throws(LiveFault) -> (any LiveReader)? {
        do throws(GStreamerError) { return try peer.connect(options) } catch { throw .pipeline(error) }
    }
}
