import Dispatch
import Foundation
import GRDB
import Geodesy
import Inspection
import Synchronization

/// Where findings lie, and which flight saw how much of them: kept in the transaction of every change.
extension Ledger {
    /// Brings the row by which a finding is looked up to what its record says.
    func place(_ record: FindingRecord) throws {
        let id = record.finding.id
        let old = try row(PlaceRow.columns + " WHERE finding = ?", [id.blob]).flatMap { PlaceRow.known($0) }
        guard let known = PlaceRow.known(record.finding, since: Self.statusSince(record, old, now: now)),
            let cell = PlaceCell.of(known.point)
        else {
            if old != nil { try run("DELETE FROM places WHERE finding = ?", [id.blob]) }
            return
        }
        if known != old { try run(.place) { PlaceRow.add(known, cell: cell, to: &$0) } }
    }

    /// Since when a finding has the status that its record says. `old` is what was known of it before.
    static func statusSince(_ record: FindingRecord, _ old: KnownFinding? = nil, now: UTCTime) -> UTCTime {
        let finding = record.finding
        if finding.status == .dismissed { return record.verdicts.last { $0.kind == .dismissed }?.at ?? now }
        if finding.status == .cleared, let look = finding.reasons.last(where: \.isClearance)?.clearedAt {
            // By the clock of the pictures: what a flight after that one sees has come back, whenever either is read.
            return look
        }
        return old.flatMap { $0.status == finding.status ? $0.statusSince : nil } ?? now
    }

    /// Sightings stored of a part; nil for one not stored, or damaged and now in quarantine.
    func sightings(ofPart id: FindingID) throws -> Int? {
        guard let row = try row(PartRow.columns + " WHERE part = ?", [id.blob]) else { return nil }
        if let stored = PartRow.part(row) { return stored.part.sightings }
        try quarantine([.part(id.blob)])
        return nil
    }

    func keep(_ part: Finding.Part, of finding: FindingID) throws {
        try run(.part) { PartRow.add(part, of: finding, to: &$0) }
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
