import Foundation
import GRDB
import Inspection

/// What flights said of findings, and what becomes of those that are gone.
extension Ledger {
    /// Flights kept of one finding, the newest.
    static let reflightsKept = 100

    func save(_ entries: [ReflightEntry]) throws {
        for entry in entries { try save(entry) }
    }

    private func save(_ entry: ReflightEntry) throws {
        if let old = try reflight(of: entry.finding, in: entry.flight) {
            guard Self.mayFollow(entry.decision, old.decision), entry != old else { return }
        } else if try !holds("SELECT 1 FROM findings WHERE id = ?", [entry.finding.blob]) {
            return
        }
        try run(
            """
            INSERT OR REPLACE INTO reflights (finding, flight, decision, doubt, looks, sightings, last_look, decided_at,
              digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                entry.finding.blob, entry.flight.blob, entry.decision.rawValue, entry.doubt, entry.looks,
                entry.sightings, entry.lastLook?.microseconds, entry.decidedAt.microseconds, ReflightRow.digest(entry),
            ])
        try run(
            """
            DELETE FROM reflights WHERE finding = ?1 AND decided_at <
              (SELECT decided_at FROM reflights WHERE finding = ?1 ORDER BY decided_at DESC LIMIT 1 OFFSET ?2)
            """, [entry.finding.blob, Self.reflightsKept - 1])
        count("reflights")
    }

    /// A flight that is read again and was interrupted knows less than before.
    private static func mayFollow(_ new: ReflightEntry.Decision, _ old: ReflightEntry.Decision) -> Bool {
        switch (old, new) {
        case (.undecided, _), (_, .recurred): true
        case (.recurred, _), (_, .undecided): false
        case (.cleared, _), (.persisting, _): true
        }
    }

    /// Nil for one not stored, or damaged and now in quarantine.
    private func reflight(of finding: FindingID, in flight: FlightID) throws -> ReflightEntry? {
        let row = try row(
            ReflightRow.columns + " WHERE finding = ? AND flight = ?", [finding.blob, flight.blob])
        guard let row else { return nil }
        if let entry = ReflightRow.entry(row) { return entry }
        try quarantineReflight(finding.blob, flight.blob)
        return nil
    }

    func clear(_ entry: ReflightEntry, reason: Detection.Reason, evidence: [EvidenceItem]) throws -> FindingRecord? {
        // Before a restart, of which the looks know nothing, this very flight saw it.
        if try holds("SELECT 1 FROM parts WHERE flight = ? AND finding = ?", [entry.flight.blob, entry.finding.blob]) {
            var seen = entry
            (seen.decision, seen.doubt) = (.undecided, "contradicted")
            try save(seen)
            return nil
        }
        try save(entry)
        guard let look = entry.lastLook, var body = try stored(entry.finding) else { return nil }
        let finding = body.record.finding
        guard finding.lastSeen < look else { return nil }
        let told = finding.reasons.last { $0.isClearance || $0.isRecurrence }
        switch finding.status {
        case .open, .tentative: body.record.finding.status = .cleared
        // That it was handled is shown once.
        case .closed where told?.isClearance != true: break
        case .closed, .cleared, .dismissed: return nil
        }
        let lasting = (finding.reasons.filter(\.outlivesSightings) + [reason]).suffix(Detection.markLimit)
        body.record.finding.reasons.removeAll(where: \.outlivesSightings)
        body.record.finding.reasons += lasting
        count("cleared")
        return try append(body, fresh(evidence, beyond: body.record.evidence))
    }

    func quarantineReflight(_ finding: Data, _ flight: Data) throws {
        let key: StatementArguments = [finding, flight]
        guard let row = try row(ReflightRow.columns + " WHERE finding = ? AND flight = ?", key),
            ReflightRow.entry(row) == nil
        else { return }
        try moveAside(
            "reflights", "finding = ? AND flight = ?", key, content: nil,
            key: UUIDv7(blob: Array(finding))?.description ?? "")
    }
}
