import Dispatch
import Foundation
import GRDB
import Geodesy
import Inspection
import Synchronization

/// Where findings lie, and which flight saw how much of them: kept in the transaction of every change.
extension Ledger {
    /// Brings the row by which a finding is looked up to what its record says.
    func place(_ record: FindingRecord, isNew: Bool = false) throws {
        let finding = record.finding
        let present = isNew ? nil : try row(PlaceRow.columns + " WHERE finding = ?", [finding.id.blob])
        let old = present.flatMap { PlaceRow.known($0) }
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
              bearing, severity, status, since, first_seen, last_seen, sightings, digest, gsd)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                known.id.blob, cell, known.sceneType, known.point.latitude, known.point.longitude, known.point.height,
                known.ellipse.semiMajor, known.ellipse.semiMinor, known.ellipse.bearing, known.severity.rawValue,
                known.status.rawValue, known.statusSince.microseconds, known.firstSeen.microseconds,
                known.lastSeen.microseconds, known.sightings, PlaceRow.digest(known, cell: cell), known.gsd,
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

    /// Makes both tables from the findings themselves: of a database that had neither. `told` gets how many findings of how
    /// many have their place.
    func placeAll(_ told: (_ done: Int, _ of: Int) throws -> Void) throws {
        let all = Int(clamping: try row("SELECT COUNT(*) FROM findings")?.integer(0) ?? 0)
        var (last, done): (Int64, Int) = (0, 0)
        while true {
            let rows = try rows(
                """
                SELECT id, revision, seq, body, digest, rowid FROM findings WHERE rowid > ? ORDER BY rowid
                  LIMIT \(Self.placedAtOnce)
                """, [last])
            guard !rows.isEmpty else { return }
            last = rows.last?.integer(5) ?? .max
            // A damaged row is moved aside when it is next asked for.
            for record in Self.records(rows.compactMap { StoredRow($0) }, epoch: epoch) {
                let finding = record.finding
                try place(record)
                try keep(
                    Finding.Part(id: finding.id, flight: finding.flight, sightings: finding.sightings), of: finding.id)
            }
            done += rows.count
            try told(done, all)
        }
    }

    private static let placedAtOnce = 2000

    /// In the order of the rows. To decode them is nearly all the work, and is shared among the processors.
    private static func records(_ rows: [StoredRow], epoch: String) -> [FindingRecord] {
        let size = 125
        let chunks = (rows.count + size - 1) / size
        let decoded = Mutex([[FindingRecord]](repeating: [], count: chunks))
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
            let records = rows.dropFirst(chunk * size).prefix(size).compactMap { $0.record(epoch: epoch)?.record }
            decoded.withLock { $0[chunk] = records }
        }
        return decoded.withLock { $0.flatMap { $0 } }
    }
}
