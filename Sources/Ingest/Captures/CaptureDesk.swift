import Dispatch
import Foundation
import GStreamer
import Inspection
import Synchronization

/// Holds the pre-roll of a source, coded pictures and metadata, and serves pictures and clips from it, one at a time, off
/// the source's thread. Never makes that thread wait: the ring's lock is held only to add a unit or to copy references.
final class CaptureDesk: Sendable {
    struct Held: Sendable {
        var buffer: Buffer
        var caps: Caps
        var codec: VideoCodec
    }

    private struct State: Sendable {
        var ring: PreRoll<Held>
        var packets: PacketRoll
        var form = 0
        var caps: Caps?
        var isEnded = false
    }

    private let source: String
    private let options: SourceOptions
    private let state: Mutex<State>
    private let turns: CaptureTurns

    /// Shared by all sources: as many captures at a time as there are processors, so that what every stream sees at one
    /// moment does not cost the memory of as many decoders.
    private static let lanes = (0..<max(2, ProcessInfo.processInfo.activeProcessorCount)).map {
        DispatchQueue(label: "flyonce.capture.\($0)", qos: .utility)
    }
    private static let turn = Atomic<UInt>(0)

    init(source: String, options: SourceOptions) {
        self.source = source
        self.options = options
        state = Mutex(
            State(
                ring: PreRoll(seconds: options.prerollSeconds, bytes: options.prerollBytes),
                packets: PacketRoll(seconds: options.prerollSeconds, bytes: options.prerollBytes / 4)))
        let turn = Self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        turns = CaptureTurns(source: source, options: options, queue: Self.lanes[Int(turn % UInt(Self.lanes.count))])
    }

    func hold(_ sample: Sample, codec: VideoCodec, time: Int64) {
        guard let caps = sample.caps else { return }
        let isKey = sample.buffer.isKey
        var entry = EntryPoint.refresh
        if isKey, codec == .h264 {
            // What stands in front of the first slice is short; the slice itself is not looked at.
            entry = EntryPoint.h264(sample.buffer.head(8192))
        }
        state.withLock { state in
            if let held = state.caps, held.isEqual(to: caps) {
            } else {
                state.form += 1
                state.caps = caps
            }
            state.isEnded = false
            state.ring.append(
                PreRoll.Unit(
                    time: time, isKey: isKey, byteCount: sample.buffer.count, form: state.form,
                    payload: Held(buffer: sample.buffer, caps: caps, codec: codec), entry: entry))
        }
    }

    /// Keeps metadata beside the video of its time. A packet without a time goes with the newest picture.
    func hold(_ packet: MetadataPacket) {
        guard packet.dialect == .klv, !packet.bytes.isEmpty else { return }
        state.withLock { state in
            let newest = state.ring.span?.upperBound
            guard let time = packet.time?.nanoseconds ?? newest else { return }
            state.packets.append(PacketRoll.Item(time: time, bytes: packet.bytes), newest: newest ?? time)
        }
    }

    /// No more will come: a clip may now reach past the last unit.
    func end() { state.withLock { $0.isEnded = true } }

    /// What is held, nanoseconds of running time.
    var span: ClosedRange<Int64>? { state.withLock { $0.ring.span } }

    func picture(at time: RunningTime, stamp: PictureStamp?) async throws(SourceError) -> Capture {
        let run = state.withLock { $0.ring.picture(at: time.nanoseconds, tolerance: 500_000_000) }
        guard let run else { throw notHeld("no picture near", time) }
        let quality = options.jpegQuality
        let limit = options.captureSeconds
        let stamp = stamp.map { Self.stamp($0, of: time, moved: run.time) }
        return try await turns.serve { () throws(SourceError) in
            do throws(GStreamerError) {
                return try PictureDecoder.jpeg(of: run, quality: quality, seconds: limit, stamp: stamp)
            } catch {
                throw SourceError(kind: .failed, description: "picture of \(self.source) failed: \(error.description)")
            }
        }
    }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        let (units, packets, isReached) = state.withLock { state in
            let units = state.ring.clip(from: start.nanoseconds, to: end.nanoseconds) ?? []
            let first = units.map(\.time).min() ?? 0
            let last = units.map(\.time).max() ?? 0
            return (
                units, units.isEmpty ? [] : state.packets.items(from: first, to: last),
                state.isEnded || (state.ring.span.map { $0.upperBound >= end.nanoseconds } ?? false)
            )
        }
        guard isReached, !units.isEmpty else { throw notHeld("no clip to", end) }
        let limit = options.captureSeconds
        return try await turns.serve { () throws(SourceError) in
            do throws(GStreamerError) {
                var clip = try ClipWriter.clip(of: units, seconds: limit)
                clip.metadata = packets.flatMap(\.bytes)
                return clip
            } catch {
                throw SourceError(kind: .failed, description: "clip of \(self.source) failed: \(error.description)")
            }
        }
    }

    /// The stamp of another picture than the one meant: its UTC moves along, where the camera was is not known of it.
    private static func stamp(_ stamp: PictureStamp, of time: RunningTime, moved: Int64) -> PictureStamp {
        guard moved != time.nanoseconds else { return stamp }
        let delta = RunningTime(nanoseconds: moved).seconds(since: time) * 1e6
        return PictureStamp(
            utc: stamp.utc.advanced(byMicroseconds: Int64(exactly: delta.rounded()) ?? 0), provenance: stamp.provenance)
    }

    private func notHeld(_ what: String, _ time: RunningTime) -> SourceError {
        let held = span.map { "\(Double($0.lowerBound) / 1e9)…\(Double($0.upperBound) / 1e9) s" } ?? "nothing"
        return SourceError(
            kind: .notHeld, description: "\(what) \(time.seconds) s is held of \(source); held: \(held)",
            hint: "raise the pre-roll seconds or bytes")
    }
}
