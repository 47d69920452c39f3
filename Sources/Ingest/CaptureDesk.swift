import Dispatch
import GStreamer
import Inspection
import Synchronization

/// Holds the pre-roll ring of a source and serves pictures and clips from it, one at a time, on a thread of its own.
/// Never waits for the source's thread: the ring's lock is held only to add a unit or to copy references.
final class CaptureDesk: Sendable {
    struct Held: Sendable {
        var buffer: Buffer
        var caps: Caps
        var codec: VideoCodec
    }

    private struct State: Sendable {
        var ring: PreRoll<Held>
        var form = 0
        var caps: Caps?
        var isEnded = false
        var waiting = 0
    }

    private let source: String
    private let options: SourceOptions
    private let state: Mutex<State>
    private let queue: DispatchQueue

    init(source: String, options: SourceOptions) {
        self.source = source
        self.options = options
        state = Mutex(State(ring: PreRoll(seconds: options.prerollSeconds, bytes: options.prerollBytes)))
        queue = DispatchQueue(label: "flyonce.capture", qos: .utility)
    }

    func hold(_ sample: Sample, codec: VideoCodec, time: Int64) {
        guard let caps = sample.caps else { return }
        state.withLock { state in
            if let held = state.caps, held.isEqual(to: caps) {
            } else {
                state.form += 1
                state.caps = caps
            }
            state.isEnded = false
            state.ring.append(
                PreRoll.Unit(
                    time: time, isKey: sample.buffer.isKey, byteCount: sample.buffer.count, form: state.form,
                    payload: Held(buffer: sample.buffer, caps: caps, codec: codec)))
        }
    }

    /// No more will come: a clip may now reach past the last unit.
    func end() { state.withLock { $0.isEnded = true } }

    /// What is held, nanoseconds of running time.
    var span: ClosedRange<Int64>? { state.withLock { $0.ring.span } }

    func picture(at time: RunningTime) async throws(SourceError) -> Capture {
        let run = state.withLock { $0.ring.picture(at: time.nanoseconds, tolerance: 500_000_000) }
        guard let run else { throw notHeld("no picture near", time) }
        let quality = options.jpegQuality
        let limit = options.captureSeconds
        return try await serve { () throws(SourceError) in
            do throws(GStreamerError) {
                return try PictureDecoder.jpeg(of: run, quality: quality, seconds: limit)
            } catch {
                throw SourceError(kind: .failed, description: "picture of \(self.source) failed: \(error.description)")
            }
        }
    }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        let (units, isReached) = state.withLock { state in
            (
                state.ring.clip(from: start.nanoseconds, to: end.nanoseconds),
                state.isEnded || (state.ring.span.map { $0.upperBound >= end.nanoseconds } ?? false)
            )
        }
        guard isReached, let units, !units.isEmpty else { throw notHeld("no clip to", end) }
        let limit = options.captureSeconds
        return try await serve { () throws(SourceError) in
            do throws(GStreamerError) {
                return try ClipWriter.mp4(of: units, seconds: limit)
            } catch {
                throw SourceError(kind: .failed, description: "clip of \(self.source) failed: \(error.description)")
            }
        }
    }

    private func serve(_ work: @escaping @Sendable () throws(SourceError) -> Capture) async throws(SourceError)
        -> Capture
    {
        let isFull = state.withLock { state in
            if state.waiting >= max(1, options.capturesWaiting) { return true }
            state.waiting += 1
            return false
        }
        guard !isFull else {
            throw SourceError(
                kind: .failed, description: "\(source) already has \(options.capturesWaiting) captures waiting")
        }
        let result = await withCheckedContinuation {
            (waiter: CheckedContinuation<Result<Capture, SourceError>, Never>) in
            queue.async {
                let result = Result { () throws(SourceError) in try work() }
                self.state.withLock { $0.waiting -= 1 }
                waiter.resume(returning: result)
            }
        }
        return try result.get()
    }

    private func notHeld(_ what: String, _ time: RunningTime) -> SourceError {
        let held = span.map { "\(Double($0.lowerBound) / 1e9)…\(Double($0.upperBound) / 1e9) s" } ?? "nothing"
        return SourceError(
            kind: .notHeld, description: "\(what) \(time.seconds) s is held of \(source); held: \(held)",
            hint: "raise the pre-roll seconds or bytes")
    }
}
