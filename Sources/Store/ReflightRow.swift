import Foundation
import GRDB
import Inspection

/// What a flight said of a finding, as it lies in the file.
enum ReflightRow {
    static let columns = """
        SELECT finding, flight, decision, doubt, looks, sightings, last_look, decided_at, digest FROM reflights
        """

    /// Nil when the row is damaged.
    static func entry(_ row: Row) -> ReflightEntry? {
        guard let finding = row.id(0), let flight = row.id(1),
            let decision = row.text(2).flatMap(ReflightEntry.Decision.init), let looks = row.integer(4),
            let sightings = row.integer(5), let decided = row.time(7)
        else { return nil }
        let entry = ReflightEntry(
            finding: finding, flight: flight, decision: decision, doubt: row.text(3), looks: Int(clamping: looks),
            sightings: Int(clamping: sightings), lastLook: row.time(6), decidedAt: decided)
        return row.integer(8) == digest(entry) ? entry : nil
    }

    static func suspect(_ row: Row) -> Suspect? {
        guard let finding = row.bytes(0), let flight = row.bytes(1) else { return nil }
        return .reflight(Data(finding), Data(flight))
    }

    static func digest(_ entry: ReflightEntry) -> Int64 {
        RowDigest.of(
            Array((entry.decision.rawValue + "\n" + (entry.doubt ?? "")).utf8), entry.finding.high, entry.finding.low,
            entry.flight.high, entry.flight.low, UInt64(bitPattern: Int64(entry.looks)),
            UInt64(bitPattern: Int64(entry.sightings)), entry.lastLook == nil ? 0 : 1,
            UInt64(bitPattern: entry.lastLook?.microseconds ?? 0), UInt64(bitPattern: entry.decidedAt.microseconds))
    }
}
