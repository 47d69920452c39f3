import Inspection
import KLV

/// One metadata stream of a source: its packets, decoded in the light of those before.
struct MetadataStream: Sendable {
    /// What one packet said.
    struct Reading: Sendable {
        /// Nil where the carrier gave none.
        var time: RunningTime?
        /// Item 2, microseconds, when it is plausible.
        var precision: Int64?
        /// Of ST 0601 and EG 0104 packets.
        var sample: TelemetrySample?
        var targets: VMTIReport?
        /// A VMTI set was there, which leaves out no target that was detected.
        var tellsAllTargets = false
        /// With that: the labels of the ontology that the stream states.
        var ontology: [String] = []

        mutating func take(_ vmti: [LocalSetItem], isWhole: Bool, _ state: VMTIState) {
            let detected = vmti.value(5)?.count
            let reported = vmti.value(6)?.count
            tellsAllTargets = isWhole && (detected ?? 0) <= (reported ?? detected ?? 0)
            if tellsAllTargets { ontology = VMTIReport.labels(of: state) }
        }
    }

    private var framer = KLVFramer()
    private var decoder = PacketDecoder()
    private var state = ItemState()
    private var order = StampOrder()

    /// `tally` adds to a counter by name.
    mutating func read(
        _ packet: MetadataPacket, _ options: AlignmentOptions, _ tally: (String) -> Void
    ) -> [Reading] {
        var readings: [Reading] = []
        // Out of self while it runs: what it finds is decoded here at once.
        var own = KLVFramer()
        swap(&own, &framer)
        own.read(packet.bytes, time: packet.time?.nanoseconds) { found in
            if let reading = reading(found, options, tally) { readings.append(reading) }
        }
        swap(&own, &framer)
        return readings
    }

    /// No more bytes come.
    mutating func finish(_ options: AlignmentOptions, _ tally: (String) -> Void) -> [Reading] {
        var packets: [KLVPacket] = []
        framer.finish { packets.append($0) }
        return packets.compactMap { reading($0, options, tally) }
    }

    var faults: [String: Int64] { framer.counters.faults }

    private mutating func reading(
        _ packet: KLVPacket, _ options: AlignmentOptions, _ tally: (String) -> Void
    ) -> Reading? {
        tally("klv_packets")
        if options.checksums == .strict, packet.set.hasChecksum, packet.checksum != .ok {
            tally("packets_dropped_by_checksum")
            return nil
        }
        switch packet.set {
        case .st0601: return platform(packet, options, tally)
        case .st0903, .eg0104: return whole(packet, tally)
        default:
            tally("packets_of_other_sets")
            return nil
        }
    }

    /// An ST 0601 packet, item by item: this is what a live stream consists of.
    private mutating func platform(
        _ packet: KLVPacket, _ options: AlignmentOptions, _ tally: (String) -> Void
    ) -> Reading {
        var stamp: ScannedItem?
        let report = decoder.read(packet) { item in
            if item.tag == 2, stamp == nil { stamp = item }
            state.note(item)
        }
        if !report.isComplete { tally("packets_truncated") }
        for issue in report.issues {
            for _ in 0..<issue.value { tally("items_" + issue.key.rawValue) }
        }
        var reading = Reading(time: packet.time.map { RunningTime(nanoseconds: $0) })
        reading.precision = Self.precision(stamp?.count)
        if reading.precision == nil, stamp != nil { tally("implausible_times") }
        if let precision = reading.precision, order.isBack(precision) { tally("times_out_of_order") }
        let clock = reading.precision.map { Double($0) / 1e6 } ?? reading.time?.seconds ?? 0
        state.commit(at: clock, staleLimit: options.staleLimit)
        let sample = TelemetrySample(state, utc: utc(reading.precision))
        if !sample.hasFix { tally("poses_without_fix") }
        reading.sample = sample
        if let items = report.vmti {
            reading.targets = VMTIReport(items, decoder.vmti, frameCenter: sample.frameCenter)
            reading.take(items, isWhole: report.isComplete, decoder.vmti)
        }
        return reading
    }

    /// A packet of a set that says everything each time: targets alone, or the universal set of older aircraft.
    private mutating func whole(_ packet: KLVPacket, _ tally: (String) -> Void) -> Reading {
        let decoded = decoder.decode(packet)
        if !decoded.isComplete { tally("packets_truncated") }
        for issue in decoded.issues {
            for _ in 0..<issue.value { tally("items_" + issue.key.rawValue) }
        }
        var reading = Reading(time: packet.time.map { RunningTime(nanoseconds: $0) })
        reading.precision = Self.precision(decoded.items.value(2)?.count)
        if reading.precision == nil, decoded.items.value(2) != nil { tally("implausible_times") }
        if packet.set == .st0903 {
            reading.targets = VMTIReport(decoded.items, decoder.vmti, frameCenter: nil)
            reading.take(decoded.items, isWhole: decoded.isComplete, decoder.vmti)
        } else {
            var sample = TelemetrySample(eg0104: decoded.items)
            sample.utc = reading.precision.map { UTCTime(microseconds: $0) }
            if !sample.hasFix { tally("poses_without_fix") }
            reading.sample = sample
        }
        return reading
    }

    /// Item 2 in the range of years that a flight can be of: 1990 to 2100.
    static func precision(_ stamp: UInt64?) -> Int64? {
        guard let stamp, let value = Int64(exactly: stamp),
            (631_152_000_000_000..<4_102_444_800_000_000).contains(value)
        else { return nil }
        return value
    }

    /// Item 2 + item 137 − item 136. Leap seconds are subtracted only where the sender says them: most senders put plain
    /// UTC into item 2.
    private func utc(_ precision: Int64?) -> UTCTime? {
        guard let precision else { return nil }
        let correction = Int64(exactly: (state[137] ?? 0).rounded()) ?? 0
        let leap = Int64(exactly: (state[136] ?? 0).rounded()) ?? 0
        let step = leap.magnitude < 1000 ? leap * 1_000_000 : 0
        return UTCTime(microseconds: precision).advanced(byMicroseconds: correction)
            .advanced(byMicroseconds: -step)
    }
}
