import Foundation
import GRDB
public import Inspection

extension FindingDatabase {
    public func commit(_ observation: Observation) async throws(StoreError) -> FindingRecord? {
        guard let now = writer?.clock.utc, let first = FirstRevision(observation, epoch: epoch, now: now) else {
            return try await write { try $0.commit(observation) }
        }
        let written: Written = try await write { ledger in
            if let sequence = try ledger.begin(first) { return .first(sequence) }
            return .record(try ledger.commit(observation))
        }
        switch written {
        case .first(let sequence): return first.record(sequence)
        case .record(let record): return record
        }
    }

    private enum Written: Sendable {
        /// Of a finding that was new, its place in the feed.
        case first(Int64)
        case record(FindingRecord?)
    }

    public func attach(_ items: [EvidenceItem], to finding: FindingID) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.attach(items, to: finding) }
    }

    public func record(_ record: CaseRecord, of finding: FindingID) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.record(record, of: finding) }
    }

    public func record(_ verdict: Verdict, on finding: FindingID) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.record(verdict, on: finding) }
    }

    public func finding(_ id: FindingID) async throws(StoreError) -> FindingRecord? {
        // A damaged index may lead to another row, which is sound.
        let found = try await records("WHERE id = ?", [id.blob], limit: 1).first { $0.finding.id == id }
        if found == nil, try await isSalvaging() { throw Ledger.mayBeMissing("finding \(id)") }
        return found
    }

    /// True while a database that was set aside is being taken over.
    func isSalvaging() async throws(StoreError) -> Bool { try await read { try Ledger.salvaging($0) != nil } }

    /// The finding that a platform knows by this number.
    public func finding(ofCase number: String, on platform: Name) async throws(StoreError) -> FindingRecord? {
        guard let id = try await finding(ofCase: number, at: platform) else { return nil }
        return try await finding(id)
    }

    /// In the order they were first seen; the newest `findingsOfFlightLimit` of a flight that has more. Of a finding that other
    /// flights saw too, its part says this flight's share.
    public func findings(of flight: FlightID) async throws(StoreError) -> [FindingRecord] {
        try await readSound { [epoch] db in
            var records: [FindingRecord] = []
            var suspects: [Suspect] = []
            var taken: Set<FindingID> = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT f.id, f.revision, f.seq, f.body, f.digest, f.rowid, p.part, p.finding, p.flight, p.sightings,
                          p.digest FROM parts p JOIN findings f ON f.id = p.finding
                        WHERE p.flight = ? ORDER BY f.first_seen DESC, p.part DESC LIMIT ?
                        """), arguments: [flight.blob, Self.findingsOfFlightLimit])
            while let row = try rows.next() {
                guard var record = StoredRow.record(row, epoch: epoch)?.record else {
                    if let rowid = row.integer(5) { suspects.append(.finding(rowid: rowid)) }
                    continue
                }
                guard taken.insert(record.finding.id).inserted else { continue }
                if let part = PartRow.part(row, from: 6)?.part {
                    if part != record.finding.sharedPart { record.finding.part = part }
                } else if let key = row.bytes(6) {
                    suspects.append(.part(Data(key)))
                }
                records.append(record)
            }
            return (records.reversed(), suspects)
        }
    }

    static let findingsOfFlightLimit = 10_000

    /// The findings that a file of evidence belongs to; empty for a hash that no finding lists.
    public func findings(withEvidence sha256: String) async throws(StoreError) -> [FindingID] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT finding FROM evidence WHERE sha256 = ? LIMIT 1000", arguments: [sha256]
            ).compactMap { $0.id(0) }
        }
    }

    /// `limit` is at most 10 000. A finding whose newest revision was damaged comes again with its next one.
    public func changes(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredFeature] {
        let limit = min(max(limit, 0), 10_000)
        return try await readSound { db in
            var features: [StoredFeature] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT f.id, f.revision, f.seq, r.finding, r.revision, r.feature, r.digest, f.rowid
                        FROM findings f CROSS JOIN revisions r ON r.seq = f.seq
                        WHERE f.seq > ? ORDER BY f.seq LIMIT ?
                        """), arguments: [sequence, limit])
            while let row = try rows.next() {
                guard let seq = row.integer(2) else { continue }
                guard let id = row.id(0), let revision = row.integer(1),
                    let feature = StoredRow.feature(row, from: 3, id: id, revision: revision, sequence: seq)
                else {
                    // Either of the two rows may be the damaged one.
                    suspects.append(.revision(sequence: seq))
                    if let rowid = row.integer(7) { suspects.append(.finding(rowid: rowid)) }
                    continue
                }
                features.append(
                    StoredFeature(id: id, revision: Int(clamping: revision), sequence: seq, feature: feature))
            }
            return (features, suspects)
        }
    }

    /// How many findings and flights are kept.
    public func holdings() async throws(StoreError) -> (findings: Int64, flights: Int64) {
        try await read { db in
            (
                try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM findings") ?? 0,
                try Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM flights") ?? 0
            )
        }
    }

    func records(
        _ condition: String, _ arguments: StatementArguments, limit: Int
    ) async throws(StoreError) -> [FindingRecord] {
        let sql = "SELECT id, revision, seq, body, digest, rowid FROM findings \(condition) LIMIT \(limit)"
        return try await readSound { [epoch] db in
            var records: [FindingRecord] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
            while let row = try rows.next() {
                if let body = StoredRow.record(row, epoch: epoch) {
                    records.append(body.record)
                } else if let rowid = row.integer(5) {
                    suspects.append(.finding(rowid: rowid))
                }
            }
            return (records, suspects)
        }
    }
}
