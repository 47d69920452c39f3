import Foundation
import GRDB
public import Inspection

/// Legal holds: a revision of the finding that nobody is owed, and a row to look it up by.
extension Ledger {
    func set(_ hold: LegalHold, on id: FindingID) throws -> FindingRecord? {
        guard var body = try stored(id) else {
            throw StoreError(kind: .notFound, description: "hold: no finding \(id)")
        }
        guard body.record.hold?.isInForce != true else { return nil }
        body.record.hold = hold
        let record = try append(body, [], isOwed: false)
        // What was about to go stays.
        try cancelRemoving(record.evidence.map(\.sha256))
        for item in record.evidence where try !holds("SELECT 1 FROM removals WHERE sha256 = ?", [item.sha256]) {
            try list(item, of: id)
        }
        count("holds_set")
        return record
    }

    func release(_ id: FindingID, _ release: LegalHold.Release) throws -> FindingRecord? {
        guard var body = try stored(id) else {
            throw StoreError(kind: .notFound, description: "release: no finding \(id)")
        }
        guard var hold = body.record.hold, hold.isInForce else { return nil }
        hold.released = release
        body.record.hold = hold
        count("holds_released")
        return try append(body, [], isOwed: false)
    }

    /// Brings the row that it is looked up by to what the finding says.
    func note(_ hold: LegalHold, on id: FindingID) throws {
        guard hold.isInForce else {
            try run("DELETE FROM holds WHERE finding = ?", [id.blob])
            return
        }
        try run(
            "INSERT OR REPLACE INTO holds (finding, at, digest) VALUES (?, ?, ?)",
            [id.blob, hold.at.microseconds, HoldRow.digest(id, hold.at)])
    }

    /// Made anew from the finding where that is sound.
    func quarantineHold(_ key: Data) throws {
        guard let row = try row(HoldRow.columns + " WHERE finding = ?", [key]), !HoldRow.isSound(row) else { return }
        let id = UUIDv7(blob: Array(key))
        try moveAside("holds", "finding = ?", [key], content: nil, key: id?.description ?? "")
        if let id, let hold = try stored(id)?.record.hold { try note(hold, on: id) }
    }
}

extension FindingDatabase: LegalHolds {
    public func set(_ hold: LegalHold, on finding: FindingID) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.set(hold, on: finding) }
    }

    public func release(
        _ finding: FindingID, _ release: LegalHold.Release
    ) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.release(finding, release) }
    }

    public func held(after finding: FindingID?, limit: Int) async throws(StoreError) -> [FindingRecord] {
        try await records(
            "WHERE id IN (SELECT finding FROM holds WHERE finding > ? ORDER BY finding LIMIT \(min(max(limit, 0), 1000))) ORDER BY id",
            [finding?.blob ?? Data()], limit: min(max(limit, 0), 1000))
    }
}
