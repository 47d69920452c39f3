import GRDB
public import Inspection

extension FindingDatabase: RuleRecords {
    /// Rules of one source at most.
    static let spendingLimit = 10_000

    public func spending(of source: Name) async throws(StoreError) -> [RuleSpending] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT rule, day, spent FROM spending WHERE source = ? LIMIT \(Self.spendingLimit)",
                arguments: [source.text]
            ).compactMap { row in
                guard let rule = row.text(0), let day = row.integer(1), let spent = row.integer(2), spent >= 0 else {
                    return nil
                }
                return RuleSpending(rule: rule, day: day, spent: Int(clamping: spent))
            }
        }
    }

    public func save(_ spending: [RuleSpending], of source: Name) async throws(StoreError) {
        try await write { try $0.save(Array(spending.prefix(Self.spendingLimit)), of: source) }
    }

    public func judgements(of rule: String, newest: Int) async throws(StoreError) -> RuleJudgements {
        let newest = min(max(newest, 0), RuleJudgements.kept)
        return try await read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT COALESCE(SUM(upheld <> 0), 0), COUNT(*),
                          (SELECT seq FROM sqlite_sequence WHERE name = 'revisions')
                        FROM (SELECT upheld FROM judgements WHERE rule = ? ORDER BY seq DESC LIMIT ?)
                        """), arguments: [rule, newest])
            let upheld = Int(clamping: row?.integer(0) ?? 0)
            let judged = Int(clamping: row?.integer(1) ?? 0)
            return RuleJudgements(upheld: upheld, dismissed: max(judged - upheld, 0), sequence: row?.integer(2) ?? 0)
        }
    }
}
