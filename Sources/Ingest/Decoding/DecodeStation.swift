import Dispatch
import GStreamer
import Inspection
import Synchronization

/// Decodes what it is given, measures and shows what is wanted of it. Of a file on the caller's thread; of a live stream
/// on one of its own, behind a bounded line, so that the source never waits for a decoder.
///
/// A hardware decoder that fails gives way to the next of ``DecoderChoice``, for the life of the source; a software one is
/// made anew. Both begin again at the next key frame.
final class DecodeStation: Sendable {
    struct Unit: Sendable {
        var buffer: Buffer
        var caps: Caps
        var codec: VideoCodec
        /// Nanoseconds of running time.
        var time: Int64
        var isKey: Bool
        /// Index of the frame whose picture is wanted; nil of a unit that is decoded only for others.
        var wanted: Int?
    }

    struct Outcome: Sendable {
        var index: Int
        /// Nil when the picture did not come, or cannot be measured.
        var features: PictureFeatures?
    }

    private struct Bench {
        var decoder: DecoderPipeline?
        var measure = PictureMeasure()
        /// Pictures that are wanted of the units inside the decoder.
        var awaited: [(time: Int64, index: Int)] = []
    }

    private struct Shelf: Sendable {
        var outcomes: [Outcome] = []
        var inside = 0
        var isOwed = false
        /// Not tried in vain so far, by coding.
        var candidates: [VideoCodec: [DecoderElement]] = [:]
    }

    /// Units in line beyond which a live stream's decoder is too slow, and nothing more is taken.
    private static let lineLimit = 48

    private let options: SourceOptions
    private let looker: (any PictureLooker)?
    private let counters: Counters
    private let queue: DispatchQueue?
    private let opens: @Sendable (String) -> Bool
    private let bench = Mutex<Bench>(Bench())
    private let shelf = Mutex<Shelf>(Shelf())

    init(
        options: SourceOptions, looker: (any PictureLooker)?, isLive: Bool, counters: Counters,
        opens: @escaping @Sendable (String) -> Bool = DecoderChoice.opens
    ) {
        self.options = options
        self.looker = looker
        self.counters = counters
        self.opens = opens
        queue = isLive ? DispatchQueue(label: "flyonce.decode", qos: .utility) : nil
    }

    /// The element that decodes, or would next.
    func decoder(for codec: VideoCodec) -> DecoderElement {
        let known = shelf.withLock { $0.candidates[codec] }
        let candidates = known ?? DecoderChoice.candidates(for: codec, options.decoders, opens: opens)
        if known == nil { shelf.withLock { $0.candidates[codec] = candidates } }
        return candidates.first ?? DecoderChoice.software(for: codec)
    }

    /// A wanted picture is still inside the decoder, which waits for more units.
    var isOwed: Bool { shelf.withLock { $0.inside == 0 && $0.isOwed } }

    /// False when the line is full and none of the units was taken.
    func take(_ units: [Unit]) -> Bool {
        guard let queue else {
            work(units)
            return true
        }
        let isTaken = shelf.withLock { shelf in
            guard shelf.inside <= Self.lineLimit else { return false }
            shelf.inside += units.count
            return true
        }
        if isTaken {
            queue.async {
                self.work(units)
                self.shelf.withLock { $0.inside -= units.count }
            }
        }
        return isTaken
    }

    /// What became of wanted pictures since the last call.
    func outcomes() -> [Outcome] {
        shelf.withLock { shelf in
            defer { shelf.outcomes.removeAll(keepingCapacity: true) }
            return shelf.outcomes
        }
    }

    /// The stream is at its end, or breaks off: gives out what is still inside. Of a live stream later.
    func finish() {
        guard let queue else { return end() }
        queue.async { self.end() }
    }

    private func end() {
        bench.withLock { bench in
            retire(&bench)
            bench.measure.reset()
            settle(bench)
        }
    }

    private func work(_ units: [Unit]) {
        bench.withLock { bench in
            for unit in units { decode(unit, &bench) }
            settle(bench)
        }
    }

    private func settle(_ bench: borrowing Bench) {
        let isOwed = !bench.awaited.isEmpty
        shelf.withLock { $0.isOwed = isOwed }
    }

    private func decode(_ unit: Unit, _ bench: inout Bench) {
        do throws(GStreamerError) {
            if unit.isKey, bench.decoder.map({ $0.codec != unit.codec || !$0.caps.isEqual(to: unit.caps) }) ?? true {
                retire(&bench)
                bench.decoder = try DecoderPipeline(
                    decoder(for: unit.codec), codec: unit.codec, caps: unit.caps, threads: options.decoderThreads)
            }
            guard let decoder = bench.decoder else {
                if let index = unit.wanted { shelf.withLock { $0.outcomes.append(Outcome(index: index)) } }
                return
            }
            if let index = unit.wanted { bench.awaited.append((unit.time, index)) }
            let pictures = try decoder.push(unit.buffer, time: unit.time, isKey: unit.isKey)
            for picture in pictures { receive(picture, &bench) }
        } catch {
            fail(unit.codec, &bench)
        }
    }

    private func receive(_ picture: DecodedPicture, _ bench: inout Bench) {
        counters.add("decoded_frames")
        let time = picture.time.nanoseconds
        // Pictures come in the order they are shown: one that was passed over will not come.
        var gone: [Outcome] = []
        bench.awaited.removeAll { awaited in
            if awaited.time < time { gone.append(Outcome(index: awaited.index)) }
            return awaited.time < time
        }
        if let place = bench.awaited.firstIndex(where: { $0.time == time }) {
            let index = bench.awaited.remove(at: place).index
            let features =
                options.measuresPictures
                ? picture.sample.withLuma { bytes, form in bench.measure.measure(bytes, form) } ?? nil : nil
            gone.append(Outcome(index: index, features: features))
            looker?.look(at: picture)
        }
        if !gone.isEmpty { shelf.withLock { $0.outcomes += gone } }
    }

    private func retire(_ bench: inout Bench) {
        for picture in bench.decoder?.finish() ?? [] { receive(picture, &bench) }
        abandon(&bench)
    }

    private func fail(_ codec: VideoCodec, _ bench: inout Bench) {
        let isHardware = shelf.withLock { shelf in
            guard let candidates = shelf.candidates[codec], candidates.count > 1, candidates[0].isHardware else {
                return false
            }
            shelf.candidates[codec] = Array(candidates.dropFirst())
            return true
        }
        counters.add(isHardware ? "decoder_fallbacks" : "decoder_restarts")
        abandon(&bench)
    }

    /// Lets the decoder go; nothing of what was wanted comes any more.
    private func abandon(_ bench: inout Bench) {
        bench.decoder = nil
        let lost = bench.awaited.map { Outcome(index: $0.index) }
        bench.awaited = []
        if !lost.isEmpty { shelf.withLock { $0.outcomes += lost } }
    }
}
