import Inspection
import KLV

/// What the packets of one KLV stream say that is damaged or not believed, counted by the names that a source counts it by.
struct PacketFaults: Sendable {
    private(set) var counters: [String: Int64] = [:]
    private var latitude: Double?
    private var longitude: Double?
    private var clocks: [SetKind: StampOrder] = [:]

    mutating func note(_ decoded: DecodedSet) {
        if !decoded.isComplete { count("packets_truncated") }
        for (issue, number) in decoded.issues { count("items_" + issue.rawValue, Int64(number)) }
        // What a damaged packet says is no finding of its own.
        guard decoded.checksum != .bad, [.st0601, .st0903, .eg0104].contains(decoded.set) else { return }
        if let stamp = decoded.items.value(2) {
            if let time = MetadataStream.precision(stamp.count) {
                var order = clocks[decoded.set] ?? StampOrder()
                if order.isBack(time) { count("times_out_of_order") }
                clocks[decoded.set] = order
            } else {
                count("implausible_times")
            }
        }
        if decoded.set != .st0903 { position(decoded.items) }
    }

    /// A packet that says nothing of the position is not counted.
    private mutating func position(_ items: [LocalSetItem]) {
        let (newLatitude, newLongitude) = (items.value(13), items.value(14))
        guard newLatitude != nil || newLongitude != nil else { return }
        if let newLatitude { latitude = newLatitude.number }
        if let newLongitude { longitude = newLongitude.number }
        if let latitude, let longitude, TelemetrySample.isFix(latitude, longitude) { return }
        count("poses_without_fix")
    }

    private mutating func count(_ name: String, _ number: Int64 = 1) { counters[name, default: 0] += number }
}

/// The clock of one set in one stream: whether it runs back.
struct StampOrder: Sendable {
    private var last: Int64?

    /// Against the packet before, so that a clock that is set back once counts once. Microseconds.
    mutating func isBack(_ time: Int64) -> Bool {
        let isBack = last.map { time < $0 } ?? false
        last = time
        return isBack
    }
}
