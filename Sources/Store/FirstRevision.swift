import GRDB
import Inspection

/// What the first revision of a finding will be, encoded on the caller's thread: the writer has to add only the place in the feed.
struct FirstRevision: Sendable {
    let body: RecordBody
    /// Of the body, which says nothing of the sequence.
    private let encoded: [UInt8]
    private let row: [DatabaseValue]
    /// Files beyond what one finding may gather.
    let evidenceOverLimit: Int
    private let beforeSequence: ArraySlice<UInt8>
    private let afterSequence: ArraySlice<UInt8>

    /// Nil when the Feature has no sequence where it is looked for.
    init?(_ observation: Observation, epoch: String) {
        let evidence = Ledger.distinct(observation.evidence, beyond: [])
        evidenceOverLimit = max(evidence.count - Ledger.historyLimit, 0)
        var record = FindingRecord(
            finding: observation.finding, revision: 1, epoch: epoch, sequence: 0,
            evidence: Array(evidence.prefix(Ledger.historyLimit)), caseRecord: nil, verdicts: [])
        record.finding.part = nil
        body = RecordBody(record: record, routes: Ledger.distinct(observation.routes))
        encoded = body.encoded()
        row = StoredRow.columns(body, encoded: encoded)
        // Quotes inside of strings are escaped: this stands nowhere else.
        let member = Array("\"seq\":0,".utf8)
        let feature = record.feature()
        var start = 0
        while start + member.count <= feature.count, !Self.holds(member, feature, start) { start += 1 }
        guard start + member.count <= feature.count else { return nil }
        beforeSequence = feature[..<(start + member.count - 2)]
        afterSequence = feature[(start + member.count - 1)...]
    }

    /// The Feature at its place in the feed.
    func feature(_ sequence: Int64) -> [UInt8] {
        let digits = String(sequence).utf8
        var feature: [UInt8] = []
        feature.reserveCapacity(beforeSequence.count + digits.count + afterSequence.count)
        feature += beforeSequence
        feature += digits
        feature += afterSequence
        return feature
    }

    /// What the row of the finding holds then.
    func columns(_ sequence: Int64) -> [DatabaseValue] {
        var columns = row
        columns[2] = sequence.databaseValue
        columns[14] = StoredRow.digest(encoded, body.record.finding.id, 1, sequence).databaseValue
        return columns
    }

    private static func holds(_ member: [UInt8], _ bytes: [UInt8], _ at: Int) -> Bool {
        for index in 0..<member.count where bytes[at + index] != member[index] { return false }
        return true
    }
}
