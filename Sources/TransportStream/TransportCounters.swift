/// What was read and what was wrong with it, since the start.
public struct TransportCounters: Sendable, Hashable {
    /// Transport packets in sync.
    public var packets: Int64 = 0
    /// Units emitted, damaged ones included.
    public var units: Int64 = 0
    public var damagedUnits: Int64 = 0
    /// Bytes outside any packet.
    public var skippedBytes: Int64 = 0
    public var syncLosses: Int64 = 0
    public var continuityGaps: Int64 = 0
    public var duplicatePackets: Int64 = 0
    /// Packets with transport_error_indicator set.
    public var errorPackets: Int64 = 0
    public var scrambledPackets: Int64 = 0
    /// Packets whose adaptation field overruns them.
    public var malformedPackets: Int64 = 0
    /// PSI sections with a bad CRC-32 or a length that cannot be.
    public var badSections: Int64 = 0
    /// PES packets without start code, or with a header that overruns them.
    public var malformedPES: Int64 = 0
    public var oversizedUnits: Int64 = 0
    /// Metadata access unit cells that overrun their PES, or fragments without their first.
    public var malformedCells: Int64 = 0

    public init() {}

    /// The faults, by reason, those that occurred.
    public var faults: [String: Int64] {
        let all: KeyValuePairs<String, Int64> = [
            "damaged_units": damagedUnits, "skipped_bytes": skippedBytes, "sync_losses": syncLosses,
            "continuity_gaps": continuityGaps, "duplicate_packets": duplicatePackets, "error_packets": errorPackets,
            "scrambled_packets": scrambledPackets, "malformed_packets": malformedPackets,
            "bad_sections": badSections, "malformed_pes": malformedPES, "oversized_units": oversizedUnits,
            "malformed_cells": malformedCells,
        ]
        return Dictionary(uniqueKeysWithValues: all.filter { $0.value > 0 }.map { ($0.key, $0.value) })
    }
}
