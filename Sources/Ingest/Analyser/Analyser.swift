import Foundation
import GStreamer
public import Inspection
import Synchronization

/// The seam to a user's own analyser: sampled pictures leave to a supervised process over a Unix socket (their pixels through
/// shared memory), and its answers come back. It dies, hangs, floods and lies as it likes: it is started anew, and neither
/// the stream nor the decoder ever waits for it. docs/analyser.md describes what goes over the socket.
///
/// Pictures come in by ``look(at:)``; the journey learns of them by ``take()``, hands out those whose pose is known by
/// ``hand(_:id:)``, and takes the answers where it joins them to their frames.
public final class Analyser: PictureLooker {
    /// Pictures that wait for their pose.
    static let heldLive = 16
    static let heldOfFile = 64
    static let eventLimit = 4096

    struct Order: Sendable {
        var id: Int
        var picture: AnalyserPicture
        var metadata: FrameMetadata
    }

    struct Shared: Sendable {
        var held: [AnalyserPicture] = []
        var orders: [Order] = []
        var events: [AnalyserEvent] = []
        var counters: [String: Int64] = [
            "analyser_frames": 0, "analyser_frames_dropped": 0, "analyser_answers": 0, "analyser_restarts": 0,
        ]
        /// What the process said last that it can see.
        var labels: [String] = []
        var isReady = false
        var isStopping = false
        var isRunning = false
        var process: Int32?
    }

    let name: Name
    let options: AnalyserOptions
    let isLive: Bool
    let clock: any Clock
    let interpret: @Sendable (ArraySlice<UInt8>) -> AnalyserReply?
    let notice: @Sendable (AnalyserNotice) -> Void
    let shared = Mutex(Shared())
    /// Wakes the supervising thread.
    let wake = WakeSignal()
    /// Wakes a journey that waits for an answer.
    private let news = WakeSignal()
    private let pixels: Mutex<AnalyserPixels?> = Mutex(nil)
    private let ended = DispatchSemaphore(value: 0)

    /// `interpret` reads one line of the analyser's dialect, nil when it is none. `notice` is called on the analyser's thread.
    public init(
        name: Name, options: AnalyserOptions, isLive: Bool, clock: any Clock,
        interpret: @escaping @Sendable (ArraySlice<UInt8>) -> AnalyserReply?,
        notice: @escaping @Sendable (AnalyserNotice) -> Void
    ) {
        self.name = name
        self.options = options
        self.isLive = isLive
        self.clock = clock
        self.interpret = interpret
        self.notice = notice
    }

    /// Starts the process on a thread of its own. Once.
    public func start() {
        let isFirst = shared.withLock { shared in
            defer { shared.isRunning = true }
            return !shared.isRunning && !shared.isStopping
        }
        guard isFirst else { return }
        let thread = Thread { [self] in
            AnalyserLoop(self).run()
            ended.signal()
        }
        thread.name = "analyser \(name)"
        thread.start()
    }

    /// Ends the process, politely first, and waits for that, a few seconds at most. Safe to repeat.
    public func stop() {
        let isWaiting = shared.withLock { shared in
            defer { shared.isStopping = true }
            shared.held = []
            return shared.isRunning && !shared.isStopping
        }
        wake.raise()
        if isWaiting { _ = ended.wait(timeout: .now() + 6) }
    }

    /// `analyser_frames` handed out, `analyser_frames_dropped` that were not or came to nothing, `analyser_answers`,
    /// `analyser_restarts`, `analyser_hangs`, `analyser_bad_lines`, `analyser_unasked_answers`.
    public var counters: [String: Int64] { shared.withLock { $0.counters } }

    /// Of the running process; nil while there is none.
    public var process: Int32? { shared.withLock { $0.process } }

    public var isReady: Bool { shared.withLock { $0.isReady } }

    // MARK: The decoder's side

    public func look(at picture: DecodedPicture) {
        let isWanted = shared.withLock { !$0.isStopping && ($0.isReady || !isLive) }
        guard isWanted else {
            shared.withLock { Self.add(.pictured(picture.time, isHeld: false), &$0) }
            count("analyser_frames_dropped")
            return news.raise()
        }
        let made: AnalyserPicture?
        do throws(GStreamerError) {
            made = try convert(picture)
        } catch {
            made = nil
            if count("analyser_pictures_failed") == 1 { notice(.cannotConvert(error.description)) }
        }
        shared.withLock { shared in
            if let made {
                shared.held.append(made)
                if shared.held.count > (isLive ? Self.heldLive : Self.heldOfFile) {
                    shared.held.removeFirst()
                    shared.counters["analyser_frames_dropped", default: 0] += 1
                }
            }
            Self.add(.pictured(picture.time, isHeld: made != nil), &shared)
        }
        news.raise()
    }

    private func convert(_ picture: DecodedPicture) throws(GStreamerError) -> AnalyserPicture {
        let side = options.side
        return try pixels.withLock { (pixels) throws(GStreamerError) -> AnalyserPicture in
            let converter = pixels ?? AnalyserPixels(side: side)
            pixels = converter
            return try converter.picture(of: picture)
        }
    }

    // MARK: The journey's side

    /// What happened since the last call, in its order.
    public func take() -> [AnalyserEvent] {
        shared.withLock { shared in
            defer { shared.events = [] }
            return shared.events
        }
    }

    /// Every label that the analyser says it can give; empty until it is ready, and when it does not say.
    public var declaredLabels: [String] { shared.withLock { $0.labels } }

    /// Waits at most `seconds` for something to take.
    public func wait(atMost seconds: Double) {
        guard shared.withLock({ $0.events.isEmpty }) else { return }
        news.wait(atMost: seconds)
    }

    /// Hands out the picture held of this frame, under an id that rises. Its answer, or its loss, comes by ``take()``.
    public func hand(_ metadata: FrameMetadata, id: Int) {
        let isHanded = shared.withLock { shared in
            let picture = shared.held.first { $0.time == metadata.frame.time }
            shared.held.removeAll { $0.time <= metadata.frame.time }
            guard let picture, shared.isRunning, !shared.isStopping else {
                shared.counters["analyser_frames_dropped", default: 0] += 1
                Self.add(.lost(id), &shared)
                return false
            }
            shared.orders.append(Order(id: id, picture: picture, metadata: metadata))
            return true
        }
        if isHanded { wake.raise() }
    }

    /// Another run of the stream begins: its times start anew.
    public func restart() { shared.withLock { $0.held = [] } }

    func tell(_ event: AnalyserEvent) {
        shared.withLock { Self.add(event, &$0) }
        news.raise()
    }

    @discardableResult
    func count(_ name: String, by amount: Int64 = 1) -> Int64 {
        shared.withLock { shared in
            shared.counters[name, default: 0] += amount
            return shared.counters[name, default: 0]
        }
    }

    /// A journey that takes nothing for long loses the oldest.
    private static func add(_ event: AnalyserEvent, _ shared: inout Shared) {
        if shared.events.count >= eventLimit { shared.events.removeFirst(eventLimit / 4) }
        shared.events.append(event)
    }
}
