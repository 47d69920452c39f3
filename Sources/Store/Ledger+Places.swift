import Foundation
import GRDB
import Geodesy
import Inspection

/// Where findings lie, and which flight saw how much of them: kept in the transaction of every change.
extension Ledger {
    /// Brings the row by which a finding is looked up to what its record says.
    func place(_ record: FindingRecord) throws {
        let finding = record.finding
        let old = try row(PlaceRow.columns + " WHERE finding = ?", [finding.id.blob]).flatMap { PlaceRow.known($0) }
        var since = now
        if finding.status == .dismissed {
            since = record.verdicts.last { $0.kind == .dismissed }?.at ?? since
        } else if finding.status == .cleared, let look = finding.reasons.last(where: \.isClearance)?.clearedAt {
            // By the clock of the pictures: what a flight after that one sees has come back, whenever either is read.
            since = look
        } else if let old, old.status == finding.status {
            since = old.statusSince
        }
        guard let known = PlaceRow.known(finding, since: since), let cell = PlaceCell.of(known.point) else {
            if old != nil { try run("DELETE FROM places WHERE finding = ?", [finding.id.blob]) }
            return
        }
        guard known != old else { return }
        try run(
            """
            INSERT OR REPLACE INTO places (finding, cell, scene_type, latitude, longitude, height, semi_major, semi_minor,
              bearing, severity, status, since, first_seen, last_seen, sightings, digest)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                known.id.blob, cell, known.sceneType, known.point.latitude, known.point.longitude, known.point.height,
                known.ellipse.semiMajor, known.ellipse.semiMinor, known.ellipse.bearing, known.severity.rawValue,
                known.status.rawValue, known.statusSince.microseconds, known.firstSeen.microseconds,
                known.lastSeen.microseconds, known.sightings, PlaceRow.digest(known, cell: cell),
            ])
    }

    /// Sightings stored of a part; nil for one not stored, or damaged and now in quarantine.
    func sightings(ofPart id: FindingID) throws -> Int? {
        guard let row = try row(PartRow.columns + " WHERE part = ?", [id.blob]) else { return nil }
        if let stored = PartRow.part(row) { return stored.part.sightings }
        try quarantine([.part(id.blob)])
        return nil
    }

    func keep(_ part: Finding.Part, of finding: FindingID) throws {
        try run(
            "INSERT OR REPLACE INTO parts (part, finding, flight, sightings, digest) VALUES (?, ?, ?, ?, ?)",
            [part.id.blob, finding.blob, part.flight.blob, part.sightings, PartRow.digest(part, of: finding)])
    }

    /// Makes both tables from the findings themselves: of a database that had neither.
    func placeAll() throws {
        var last: Int64 = 0
        while true {
            let rows = try rows(
                """
                SELECT id, revision, seq, body, digest, rowid FROM findings WHERE rowid > ? ORDER BY rowid LIMIT 1000
                """, [last])
            guard !rows.isEmpty else { return }
            for row in rows {
                last = row.integer(5) ?? .max
                // A damaged row is moved aside when it is next asked for.
                guard let body = StoredRow.record(row, epoch: epoch) else { continue }
                let finding = body.record.finding
                try place(body.record)
                try keep(
                    Finding.Part(id: finding.id, flight: finding.flight, sightings: finding.sightings), of: finding.id)
            }
        }
    }
}
