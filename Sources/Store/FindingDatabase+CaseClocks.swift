import Foundation
import GRDB
public import Inspection

extension FindingDatabase: CaseClockStore {
    public func newestCaseChange() async throws(StoreError) -> Int64 {
        try await read { try Row.fetchOne($0, sql: "SELECT MAX(id) FROM case_changes")?.integer(0) ?? 0 }
    }

    public func casesChanged(after number: Int64, limit: Int) async throws(StoreError) -> [ChangedCase] {
        try await read { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT id, finding, platform FROM case_changes WHERE id > ? ORDER BY id LIMIT ?"),
                arguments: [number, min(max(limit, 0), 1000)])
            return rows.compactMap { row in
                guard let change = row.integer(0), let finding = row.id(1), let platform = row.name(2) else {
                    return nil
                }
                return ChangedCase(change: change, finding: finding, platform: platform)
            }
        }
    }

    public func caseClock(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseClock? {
        try await clocks(" WHERE finding = ? AND platform = ?", [finding.blob, platform.text]).first
    }

    public func save(_ clock: CaseClock) async throws(StoreError) -> Bool { try await write { try $0.save(clock) } }

    public func removeCaseClock(of finding: FindingID, at platform: Name) async throws(StoreError) {
        try await write { try $0.removeCaseClock(of: finding, at: platform) }
    }

    public func removeCaseClocks(notOf platforms: Set<Name>) async throws(StoreError) {
        try await write { try $0.removeCaseClocks(notOf: platforms) }
    }

    public func caseClocks(toTellBy now: UTCTime, limit: Int) async throws(StoreError) -> [CaseClock] {
        try await clocks(
            " INDEXED BY case_clocks_next WHERE next <= ? ORDER BY next LIMIT ?",
            [now.microseconds, min(max(limit, 0), 1000)])
    }

    public func nextCaseAlert() async throws(StoreError) -> UTCTime? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT MIN(next) FROM case_clocks WHERE next IS NOT NULL")?.time(0)
        }
    }

    public func tell(
        _ overdue: CaseOverdue, to destinations: Set<Name>, keeping clock: CaseClock
    ) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.tell(overdue, to: destinations, keeping: clock) }
    }

    public func caseClocks(_ query: CaseClockQuery, now: UTCTime) async throws(StoreError) -> [CaseClock] {
        let limit = min(max(query.limit, 0), 1000)
        guard limit > 0 else { return [] }
        var condition = " WHERE 1"
        var arguments: StatementArguments = []
        if let finding = query.finding {
            condition += " AND finding = ?"
            arguments += [finding.blob]
        }
        if let sceneType = query.sceneType {
            condition += " AND scene_type = ?"
            arguments += [sceneType]
        }
        if query.states == [.overdue] {
            condition += " AND due <= ?"
            arguments += [now.microseconds]
        }
        let sql = CaseClockRow.columns + condition + " ORDER BY due IS NULL, due, finding, platform"
        let bound = arguments
        return try await readSound { db in
            var clocks: [CaseClock] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: bound)
            while clocks.count < limit, let row = try rows.next() {
                guard let clock = CaseClockRow.clock(row) else {
                    suspects += Self.suspect(row)
                    continue
                }
                if query.states.contains(clock.state(at: now)) { clocks.append(clock) }
            }
            return (clocks, suspects)
        }
    }

    public func caseCounts(now: UTCTime) async throws(StoreError) -> [CaseCount] {
        try await readSound { db in
            var counts: [String: CaseCount] = [:]
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(db.cachedStatement(sql: CaseClockRow.columns))
            while let row = try rows.next() {
                guard let clock = CaseClockRow.clock(row) else {
                    suspects += Self.suspect(row)
                    continue
                }
                var count = counts[clock.sceneType] ?? CaseCount(sceneType: clock.sceneType)
                count.open += 1
                switch clock.state(at: now) {
                case .dueSoon: count.dueSoon += 1
                case .overdue: count.overdue += 1
                case .suspended: count.suspended += 1
                case .inTime, .unlimited: break
                }
                counts[clock.sceneType] = count
            }
            return (counts.values.sorted { $0.sceneType < $1.sceneType }, suspects)
        }
    }

    private func clocks(_ condition: String, _ arguments: StatementArguments) async throws(StoreError) -> [CaseClock] {
        try await readSound { db in
            var clocks: [CaseClock] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: CaseClockRow.columns + condition), arguments: arguments)
            while let row = try rows.next() {
                if let clock = CaseClockRow.clock(row) { clocks.append(clock) } else { suspects += Self.suspect(row) }
            }
            return (clocks, suspects)
        }
    }

    private static func suspect(_ row: Row) -> [Suspect] {
        guard let finding = row.bytes(0), let platform = row.text(1) else { return [] }
        return [.caseClock(Data(finding), platform)]
    }
}
