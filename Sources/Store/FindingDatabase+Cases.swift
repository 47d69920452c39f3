import Foundation
import GRDB
public import Inspection

extension FindingDatabase: CaseHistory {
    public func caseRecord(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseRecord? {
        let change = try await readSound { db in
            try Self.newest(db, of: finding, at: platform)
        }
        if let record = change?.record { return record }
        // Written by a FlyOnce that kept no changes.
        let shown = try await self.finding(finding)?.caseRecord
        return shown?.platform == platform ? shown : nil
    }

    public func finding(ofCase number: String, at platform: Name) async throws(StoreError) -> FindingID? {
        // In one snapshot, so that what was taken over meanwhile is not missed.
        let (owner, isSalvaging) = try await read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT finding FROM cases WHERE platform = ? AND number = ?"),
                arguments: [platform.text, number])
            return (row?.id(0), try row == nil && Ledger.salvaging(db) != nil)
        }
        if isSalvaging { throw Ledger.mayBeMissing("case \(number) at \(platform)") }
        return owner
    }

    public func caseChanges(of finding: FindingID) async throws(StoreError) -> [CaseChange] {
        try await readSound { db in
            var changes: [CaseChange] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: CaseChangeRow.columns + " WHERE finding = ? ORDER BY id DESC LIMIT \(caseChangesKept)"),
                arguments: [finding.blob])
            while let row = try rows.next() {
                if let change = CaseChangeRow.change(row) {
                    changes.append(change)
                } else if let id = row.integer(0) {
                    suspects.append(.caseChange(id: id))
                }
            }
            return (CaseChange.placed(changes.reversed()), suspects)
        }
    }

    public func openCases(
        at platform: Name, after number: String?, limit: Int
    ) async throws(StoreError) -> [CaseChange] {
        let limit = min(max(limit, 0), 1000)
        return try await readSound { db in
            var changes: [CaseChange] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT number, finding, stage FROM cases INDEXED BY cases_open
                        WHERE platform = ? AND number > ? AND stage NOT IN ('closed', 'rejected') ORDER BY number LIMIT ?
                        """), arguments: [platform.text, number ?? "", limit])
            while let row = try rows.next() {
                guard let number = row.text(0), let finding = row.id(1),
                    let stage = row.text(2).flatMap(CaseRecord.Stage.init(rawValue:))
                else { continue }
                let (change, found) = try Self.newest(db, of: finding, at: platform)
                suspects += found
                if let change, change.record.number == number {
                    changes.append(change)
                } else {
                    // Of a time when no changes were kept, or its row is damaged.
                    changes.append(
                        CaseChange(
                            finding: finding, record: CaseRecord(platform: platform, number: number, stage: stage),
                            recordedAt: UTCTime(microseconds: Int64(finding.milliseconds) &* 1000)))
                }
            }
            return (changes, suspects)
        }
    }

    public func endedCases(
        at platform: Name, since: UTCTime, after number: String?, limit: Int
    ) async throws(StoreError) -> [CaseChange] {
        let limit = min(max(limit, 0), 1000)
        return try await readSound { db in
            var changes: [CaseChange] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT number, finding FROM case_changes INDEXED BY case_changes_ended
                        WHERE platform = ? AND number > ? AND recorded >= ? AND stage IN ('closed', 'rejected')
                        ORDER BY number
                        """), arguments: [platform.text, number ?? "", since.microseconds])
            while changes.count < limit, let row = try rows.next() {
                guard let number = row.text(0), let finding = row.id(1) else { continue }
                let (change, found) = try Self.newest(db, of: finding, at: platform)
                suspects += found
                guard let change, change.record.number == number, [.closed, .rejected].contains(change.record.stage)
                else { continue }
                changes.append(change)
            }
            return (changes, suspects)
        }
    }

    private static func newest(
        _ db: Database, of finding: FindingID, at platform: Name
    ) throws -> (CaseChange?, [Suspect]) {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: CaseChangeRow.columns + CaseChangeRow.newest),
                arguments: [finding.blob, platform.text])
        else { return (nil, []) }
        if let change = CaseChangeRow.change(row) { return (change, []) }
        return (nil, row.integer(0).map { [.caseChange(id: $0)] } ?? [])
    }
}
