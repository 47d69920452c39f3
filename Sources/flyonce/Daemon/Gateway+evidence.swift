import API
import Inspection
import Store

extension Gateway {
    /// Findings that list one file, asked at most.
    private static let owners = 4

    /// What a finding says of the file with this hash; nil when none lists it.
    static func listed(_ sha256: String, in database: FindingDatabase) async -> ListedEvidence? {
        for id in ((try? await database.findings(withEvidence: sha256)) ?? []).prefix(owners) {
            let record = try? await database.finding(id)
            if let item = record?.evidence.first(where: { $0.sha256 == sha256 }) {
                return ListedEvidence(item: item, finding: id)
            }
        }
        return nil
    }
}
