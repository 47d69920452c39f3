import Inspection
import Synchronization

/// What a test says is known of cases.
final class MemoryCases: CaseHistory {
    private let records = Mutex<[FindingID: CaseRecord]>([:])

    func set(_ record: CaseRecord?, of finding: FindingID) { records.withLock { $0[finding] = record } }

    func caseRecord(of finding: FindingID, at platform: Name) async throws(StoreError) -> CaseRecord? {
        records.withLock { $0[finding] }
    }

    func finding(ofCase number: String, at platform: Name) async throws(StoreError) -> FindingID? {
        records.withLock { $0.first { $0.value.number == number }?.key }
    }

    func endedCases(
        at platform: Name, since: UTCTime, after number: String?, limit: Int
    ) async throws(StoreError) -> [CaseChange] {
        let ended = records.withLock { $0 }.filter {
            ($0.value.stage == .closed || $0.value.stage == .rejected) && $0.value.number > number ?? ""
                && $0.value.at ?? since >= since
        }
        .sorted { $0.value.number < $1.value.number }
        return ended.prefix(limit).map {
            CaseChange(finding: $0.key, record: $0.value, recordedAt: $0.value.at ?? since)
        }
    }

    func caseChanges(of finding: FindingID) async throws(StoreError) -> [CaseChange] { [] }

    func openCases(at platform: Name, after number: String?, limit: Int) async throws(StoreError) -> [CaseChange] {
        let all = records.withLock { $0 }
        let open = all.filter {
            $0.value.stage != .closed && $0.value.stage != .rejected && $0.value.number > number ?? ""
        }
        .sorted { $0.value.number < $1.value.number }
        return open.prefix(limit).map {
            CaseChange(finding: $0.key, record: $0.value, recordedAt: UTCTime(microseconds: 0))
        }
    }
}
