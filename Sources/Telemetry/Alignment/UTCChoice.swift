import Inspection

/// Chooses the UTC of a frame among the clocks that speak of it: the precision time in its metadata, what its carrier
/// says, the moment it arrived. Pure. A clock that is years from every other is taken for one that was never set.
struct UTCChoice: Sendable {
    struct Choice: Sendable, Hashable {
        var utc: UTCTime
        var provenance: UTCProvenance
        /// Clocks that were not believed.
        var rejected: [UTCProvenance] = []
        /// Sender's and gateway's clocks differ by more than a minute: one of them is wrong, which one is not known.
        var isSenderFarOff = false
    }

    /// Three years: recordings replayed as a live stream still keep their own time.
    private static let years: Int64 = 3 * 365 * 86_400_000_000
    /// 2000-01-01: clocks that were never set count from 1900, 1970 or 1980.
    private static let first = UTCTime(microseconds: 946_684_800_000_000)
    /// 2025-01-01: a gateway without a battery that says less has not been told the time yet.
    private static let gatewayFirst = UTCTime(microseconds: 1_735_689_600_000_000)
    /// 2100-01-01.
    private static let last = UTCTime(microseconds: 4_102_444_800_000_000)

    /// What arrival is later than the picture, microseconds.
    let latency: Int64
    /// A recording may be of any year, and arrives whenever it is read.
    let isRecording: Bool

    /// `latency` in seconds, clamped to an hour.
    init(latency: Double, isRecording: Bool = false) {
        self.isRecording = isRecording
        self.latency = Int64(min(max(latency.isFinite ? latency : 0, 0), 3600) * 1e6)
    }

    /// `precision` is the stream's own time at the frame, interpolated; nil where it says none.
    func choose(precision: UTCTime?, carrier: CarrierTime?, arrival: UTCTime) -> Choice {
        if isRecording || carrier?.provenance == .file { return ofRecording(precision, carrier, arrival) }
        var choice = Choice(utc: arrival.advanced(byMicroseconds: -latency), provenance: .arrival)
        let gateway = (Self.gatewayFirst..<Self.last).contains(arrival) ? arrival : nil
        var sender: UTCTime?
        if let carrier {
            if Self.isSet(carrier.utc), gateway.map({ Self.agree($0, carrier.utc) }) ?? true {
                sender = carrier.utc
                choice.utc = carrier.utc
                choice.provenance = carrier.provenance
                choice.isSenderFarOff = gateway.map { Self.distance($0, carrier.utc) > 60_000_000 } ?? false
            } else {
                choice.rejected.append(carrier.provenance)
            }
        }
        guard let precision else { return choice }
        let witnesses = [gateway, sender].compactMap { $0 }
        guard Self.isSet(precision), witnesses.isEmpty || witnesses.contains(where: { Self.agree($0, precision) })
        else {
            choice.rejected.append(.precisionTimeStamp)
            return choice
        }
        choice.utc = precision
        choice.provenance = .precisionTimeStamp
        return choice
    }

    private func ofRecording(_ precision: UTCTime?, _ carrier: CarrierTime?, _ arrival: UTCTime) -> Choice {
        var choice = Choice(utc: carrier?.utc ?? arrival, provenance: carrier?.provenance ?? .arrival)
        guard let precision else { return choice }
        guard Self.isSet(precision) else {
            choice.rejected.append(.precisionTimeStamp)
            return choice
        }
        choice.utc = precision
        choice.provenance = .precisionTimeStamp
        return choice
    }

    private static func isSet(_ utc: UTCTime) -> Bool { (first..<last).contains(utc) }
    private static func agree(_ a: UTCTime, _ b: UTCTime) -> Bool { distance(a, b) <= years.magnitude }
    private static func distance(_ a: UTCTime, _ b: UTCTime) -> UInt64 { a.microseconds(since: b).magnitude }
}
