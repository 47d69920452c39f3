import Foundation
import GRDB
import Inspection

/// When cases are late, and who is told.
extension Ledger {
    /// False when the case has changed since the clock was reckoned.
    func save(_ clock: CaseClock) throws -> Bool {
        guard try newestChange(of: clock.finding, at: clock.platform) == clock.change,
            try holds("SELECT 1 FROM findings WHERE id = ?", [clock.finding.blob])
        else { return false }
        try keep(clock)
        return true
    }

    private func keep(_ clock: CaseClock) throws {
        try run(
            """
            INSERT OR REPLACE INTO case_clocks (finding, platform, number, scene_type, stage, step, since, time_limit,
              extensions, paused, suspended, soon, due, told, next, change, digest)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, CaseClockRow.values(clock))
    }

    func newestChange(of id: FindingID, at platform: Name) throws -> Int64 {
        try row("SELECT MAX(id) FROM case_changes WHERE finding = ? AND platform = ?", [id.blob, platform.text])?
            .integer(0) ?? 0
    }

    func removeCaseClock(of id: FindingID, at platform: Name) throws {
        try run("DELETE FROM case_clocks WHERE finding = ? AND platform = ?", [id.blob, platform.text])
    }

    func removeCaseClocks(notOf platforms: Set<Name>) throws {
        let names = platforms.map(\.text).sorted()
        let places = names.map { _ in "?" }.joined(separator: ", ")
        try run("DELETE FROM case_clocks WHERE platform NOT IN (\(places))", StatementArguments(names))
        try run(
            """
            DELETE FROM case_clocks WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.platform = case_clocks.platform
              AND c.number = case_clocks.number AND c.finding = case_clocks.finding
              AND c.stage NOT IN ('closed', 'rejected'))
            """)
    }

    func tell(
        _ overdue: CaseOverdue, to destinations: Set<Name>, keeping clock: CaseClock
    ) throws -> FindingRecord? {
        let row = try row(
            CaseClockRow.columns + " WHERE finding = ? AND platform = ?", [clock.finding.blob, clock.platform.text])
        guard let row, let kept = CaseClockRow.clock(row), kept.hasLimit(of: clock), kept.due == clock.due,
            kept.change == clock.change, kept.told < clock.told, var body = try stored(clock.finding),
            try newestChange(of: clock.finding, at: clock.platform) == clock.change
        else { return nil }
        try keep(clock)
        guard body.record.finding.status != .dismissed else { return nil }
        var overdue = overdue
        overdue.revision = body.record.revision + 1
        body.record.overdue = overdue
        count(overdue.isSoon ? "cases_told_due_soon" : overdue.rung == nil ? "cases_told_overdue" : "case_rungs_told")
        return try append(body, [], only: destinations)
    }

    func quarantineCaseClock(_ finding: Data, _ platform: String) throws {
        let key: StatementArguments = [finding, platform]
        guard let row = try row(CaseClockRow.columns + " WHERE finding = ? AND platform = ?", key),
            CaseClockRow.clock(row) == nil
        else { return }
        try moveAside(
            "case_clocks", "finding = ? AND platform = ?", key, content: nil,
            key: (UUIDv7(blob: Array(finding))?.description ?? "case clock") + " " + platform)
    }
}
