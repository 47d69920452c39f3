import Foundation
import GRDB
public import Inspection

extension FindingDatabase: SealingFeed {
    /// `limit` is at most 10 000.
    public func revisions(after sequence: Int64, limit: Int) async throws(StoreError) -> RevisionPage {
        try await revisionPage(
            """
            SELECT seq, finding, revision, feature, digest FROM revisions WHERE seq > ?
            ORDER BY seq LIMIT \(min(max(limit, 0), 10_000))
            """, [sequence])
    }

    public func newestRevisions(
        of flight: FlightID, after sequence: Int64, limit: Int
    ) async throws(StoreError) -> RevisionPage {
        try await revisionPage(
            """
            SELECT r.seq, r.finding, r.revision, r.feature, r.digest FROM parts p
            JOIN findings f ON f.id = p.finding JOIN revisions r ON r.seq = f.seq
            WHERE p.flight = ? AND f.seq > ? ORDER BY f.seq LIMIT \(min(max(limit, 0), 10_000))
            """, [flight.blob, sequence])
    }

    public func newestSequence() async throws(StoreError) -> Int64 {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'revisions'")?.integer(0) ?? 0
        }
    }

    public func flight(_ id: FlightID) async throws(StoreError) -> Flight? {
        try await read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: StoredRow.flightColumns + " WHERE id = ?"), arguments: [id.blob])
            guard var flight = row.flatMap({ StoredRow.flight($0) }) else { return nil }
            flight.timing = try TimingRow.timing(of: id, in: db)
            return flight
        }
    }

    private func revisionPage(_ sql: String, _ arguments: StatementArguments) async throws(StoreError) -> RevisionPage {
        try await readSound { db in
            var page = RevisionPage(features: [], through: nil)
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
            while let row = try rows.next() {
                guard let sequence = row.integer(0) else { continue }
                page.through = sequence
                guard let id = row.id(1), let revision = row.integer(2),
                    let feature = StoredRow.feature(row, from: 1, id: id, revision: revision, sequence: sequence)
                else {
                    suspects.append(.revision(sequence: sequence))
                    continue
                }
                page.features.append(
                    StoredFeature(id: id, revision: Int(clamping: revision), sequence: sequence, feature: feature))
            }
            return (page, suspects)
        }
    }
}

/// A finding's row and the Feature that was made of it, for whoever holds them against something else.
public struct StoredProof: Sendable, Hashable {
    public enum Record: Sendable, Hashable {
        case agrees
        /// It is whole, and says another thing than the Feature.
        case differs
        case damaged
    }

    /// Nil where the row does not even say whose it is.
    public var finding: FindingID?
    public var revision: Int64
    public var sequence: Int64
    /// Nil when its row is missing or damaged.
    public var feature: [UInt8]?
    public var record: Record
}

extension FindingDatabase {
    private static let proofPage = 1000

    /// Gives every finding as it is stored, damaged ones among them. Changes nothing.
    public func eachProof(_ body: (StoredProof) -> Void) async throws(StoreError) {
        var after = Int64.min
        while true {
            let (proofs, last) = try await proofs(after: after)
            for proof in proofs { body(proof) }
            guard let last else { return }
            after = last
        }
    }

    private func proofs(after rowid: Int64) async throws(StoreError) -> ([StoredProof], Int64?) {
        try await read { [epoch] db in
            var proofs: [StoredProof] = []
            var last: Int64?
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT f.id, f.revision, f.seq, f.body, f.digest, r.finding, r.revision, r.feature, r.digest, f.rowid
                        FROM findings f LEFT JOIN revisions r ON r.seq = f.seq
                        WHERE f.rowid > ? ORDER BY f.rowid LIMIT \(Self.proofPage)
                        """), arguments: [rowid])
            while let row = try rows.next() {
                last = row.integer(9)
                proofs.append(Self.proof(row, epoch: epoch))
            }
            return (proofs, last)
        }
    }

    private static func proof(_ row: Row, epoch: String) -> StoredProof {
        var proof = StoredProof(
            finding: row.id(0), revision: row.integer(1) ?? 0, sequence: row.integer(2) ?? 0, feature: nil,
            record: .damaged)
        guard let id = proof.finding else { return proof }
        proof.feature = StoredRow.feature(
            row, from: 5, id: id, revision: proof.revision, sequence: proof.sequence)
        // A row that is older than the database's epoch says its own.
        let own = proof.feature.flatMap(Self.epoch) ?? epoch
        if let body = StoredRow.record(row, epoch: own) {
            proof.record = body.record.feature() == proof.feature ? .agrees : .differs
        }
        return proof
    }

    /// The epoch that a Feature says. Within a string its quotes would be escaped.
    private static func epoch(of feature: [UInt8]) -> String? {
        let mark = Array(#""epoch":""#.utf8)
        guard let place = feature.firstPlace(of: mark) else { return nil }
        let rest = feature[place.upperBound...]
        return rest.firstIndex(of: 34).map { String(decoding: rest[..<$0], as: UTF8.self) }
    }

    /// What is stated of each flight, as the JSON that was stored; nil in the place of one that is damaged.
    public func eachMission(_ body: (FlightID, [UInt8]?) -> Void) async throws(StoreError) {
        let rows = try await read { db in
            try Row.fetchAll(db, sql: MissionRow.columns).compactMap { row -> (FlightID, [UInt8]?)? in
                row.id(0).map { ($0, MissionRow.mission(row) == nil ? nil : row.bytes(3)) }
            }
        }
        for (flight, mission) in rows { body(flight, mission) }
    }
}
