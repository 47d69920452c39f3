import Foundation
import GRDB
import Inspection

/// What is kept of rules: which of their findings were real, one row a finding, written with the revision that says so; and
/// what their budgets spent.
extension Ledger {
    /// Writes down what is said of a finding's matter now; `before` is what was said of it until now. Saying the same again
    /// is no further judgement.
    func judge(_ record: FindingRecord, before: Bool?) throws {
        guard record.isUpheld != before else { return }
        guard let isUpheld = record.isUpheld else {
            try run("DELETE FROM judgements WHERE finding = ?", [record.finding.id.blob])
            return
        }
        let rule = record.finding.rule
        try run(
            "INSERT OR REPLACE INTO judgements (finding, rule, upheld, seq) VALUES (?, ?, ?, ?)",
            [record.finding.id.blob, rule, isUpheld ? 1 : 0, record.sequence])
        try run(
            """
            DELETE FROM judgements WHERE rule = ?1 AND seq <
              (SELECT seq FROM judgements WHERE rule = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)
            """, [rule, RuleJudgements.kept - 1])
        count("judgements")
    }

    /// Of findings that were stored before judgements were kept by themselves. Damaged ones are passed over.
    func judgeStored() throws {
        let rows = try Row.fetchCursor(
            db,
            sql: StoredRow.recordColumns + """
                 WHERE instr(body, CAST('"verdicts":[{' AS BLOB)) > 0
                  OR id IN (SELECT finding FROM cases WHERE stage IN ('closed', 'rejected')) ORDER BY seq
                """)
        while let row = try rows.next() {
            if let body = StoredRow.record(row, epoch: epoch) { try judge(body.record, before: nil) }
        }
    }

    func save(_ spending: [RuleSpending], of source: Name) throws {
        try run("DELETE FROM spending WHERE source = ?", [source.text])
        for spent in spending {
            try run(
                "INSERT OR REPLACE INTO spending (source, rule, day, spent) VALUES (?, ?, ?, ?)",
                [source.text, spent.rule, spent.day, spent.spent])
        }
    }
}
