import GStreamer
import Inspection

/// The decoding beside a source's frames: chooses what is decoded, and gives back what was measured to its frame.
struct FramePictures {
    private let station: DecodeStation
    private let counters: Counters
    private let measures: Bool
    private var sampler: FrameSampler<DecodeStation.Unit>
    private var references = PictureReference()
    private let demand: PictureDemand?
    private var isIdle = false

    /// Nil when nothing is to be decoded.
    init?(options: SourceOptions, looker: (any PictureLooker)?, isLive: Bool, counters: Counters) {
        guard options.decode != .onDemand else { return nil }
        station = DecodeStation(options: options, looker: looker, isLive: isLive, counters: counters)
        sampler = FrameSampler(options.decode, perSecond: options.sampledPerSecond)
        measures = options.measuresPictures
        demand = options.decode == .sampled && looker == nil ? options.demand : nil
        self.counters = counters
    }

    /// Name of the element that decodes this coding.
    func decoder(for codec: VideoCodec) -> String { station.decoder(for: codec).name }

    /// Units were lost: nothing can be decoded before the next key frame.
    mutating func interrupt() { sampler.interrupt() }

    /// Decodes what the policy wants of the units up to this one, which is the frame `index`. True when what is measured
    /// of it comes with ``outcomes()``.
    mutating func offer(_ sample: Sample, codec: VideoCodec, time: Int64, index: Int) -> Bool {
        guard let caps = sample.caps, isWanted() else { return false }
        let buffer = sample.buffer
        let isKey = buffer.isKey
        var isReference = true
        if !isKey || codec == .h265, !sampler.takesAllAsReferences {
            isReference = buffer.withBytes { references.isReference($0, codec) } || isKey
        }
        let unit = DecodeStation.Unit(buffer: buffer, caps: caps, codec: codec, time: time, isKey: isKey, wanted: nil)
        let orders = sampler.offer(
            .init(time: time, isKey: isKey, isReference: isReference, payload: unit), isOwed: station.isOwed)
        guard !orders.isEmpty else { return false }
        var isWanted = false
        let units = orders.map { order in
            var unit = order.unit.payload
            if order.isWanted {
                unit.wanted = index
                isWanted = true
            }
            return unit
        }
        guard station.take(units) else {
            counters.add("decode_skipped", Int64(units.count))
            sampler.interrupt()
            return false
        }
        return isWanted && measures
    }

    /// False while nobody wants pictures; decoding then ends, and begins at a key frame again.
    private mutating func isWanted() -> Bool {
        guard let demand, !demand.isWanted else {
            isIdle = false
            return true
        }
        if !isIdle {
            isIdle = true
            sampler.interrupt()
            station.finish()
        }
        return false
    }

    func outcomes() -> [DecodeStation.Outcome] { station.outcomes() }

    func finish() { station.finish() }
}
