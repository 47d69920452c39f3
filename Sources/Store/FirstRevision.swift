import Inspection
import SQLite

/// What the first revision of a finding will be, encoded on the caller's thread with every row that comes with it: the writer has to
/// add only the place in the feed.
final class FirstRevision: Sendable {
    /// Of one row, those of ``values`` that it holds.
    struct Row: Sendable {
        var kind: BusyStatement
        var values: Range<Int>
    }

    /// Of sequence 0.
    private let record: FindingRecord
    /// Of the body, which says nothing of the sequence.
    private let encoded: [UInt8]
    private let beforeSequence: ArraySlice<UInt8>
    private let afterSequence: ArraySlice<UInt8>
    let values: BoundValues
    /// All but the revision's. The finding's is without sequence and digest, those owed are without sequence and time.
    let rows: [Row]
    /// Files beyond what one finding may gather.
    let evidenceOverLimit: Int

    /// Nil when the Feature has no sequence where it is looked for.
    init?(_ observation: Observation, epoch: String, now: UTCTime) {
        let evidence = Ledger.distinct(observation.evidence, beyond: [])
        evidenceOverLimit = max(evidence.count - Ledger.historyLimit, 0)
        var record = FindingRecord(
            finding: observation.finding, revision: 1, epoch: epoch, sequence: 0,
            evidence: Array(evidence.prefix(Ledger.historyLimit)), caseRecord: nil, verdicts: [])
        record.finding.part = nil
        let body = RecordBody(record: record, routes: Ledger.distinct(observation.routes))
        let encoded = body.encoded()
        self.record = record
        self.encoded = encoded
        (values, rows) = Self.rows(body, encoded, part: observation.finding.sharedPart, now: now)
        // Quotes inside of strings are escaped: this stands nowhere else.
        let member = Array("\"seq\":0,".utf8)
        let feature = record.feature()
        guard let place = feature.firstPlace(of: member) else { return nil }
        beforeSequence = feature[..<(place.upperBound - 2)]
        afterSequence = feature[(place.upperBound - 1)...]
    }

    private static func rows(
        _ body: RecordBody, _ encoded: [UInt8], part: Finding.Part, now: UTCTime
    ) -> (BoundValues, [Row]) {
        let record = body.record
        let id = record.finding.id
        var values = BoundValues(values: 64, bytes: encoded.count + 640)
        var rows: [Row] = []
        rows.reserveCapacity(3 + record.evidence.count + body.routes.count)
        func add(_ kind: BusyStatement, _ write: (inout BoundValues) -> Void) {
            let start = values.count
            write(&values)
            rows.append(Row(kind: kind, values: start..<values.count))
        }
        add(.firstFinding) { StoredRow.add(body, encoded: encoded, to: &$0) }
        add(.firstPart) { PartRow.add(part, of: id, to: &$0) }
        let since = Ledger.statusSince(record, now: now)
        if let known = PlaceRow.known(record.finding, since: since), let cell = PlaceCell.of(known.point) {
            add(.firstPlace) { PlaceRow.add(known, cell: cell, to: &$0) }
        }
        for item in record.evidence { add(.evidence) { Ledger.add(item, of: id, to: &$0) } }
        for route in body.routes where route.release != .never {
            add(.owed) {
                let state = route.release == .auto ? "pending" : "held"
                Ledger.add(record, to: route.destination, state: state, doubt: nil, to: &$0)
            }
        }
        return (values, rows)
    }

    var id: FindingID { record.finding.id }
    var epoch: String { record.epoch }

    func record(_ sequence: Int64) -> FindingRecord {
        var record = record
        record.sequence = sequence
        return record
    }

    /// Writes the Feature at its place in the feed.
    func addFeature(_ sequence: Int64, to bytes: inout [UInt8]) {
        bytes += beforeSequence
        bytes += String(sequence).utf8
        bytes += afterSequence
    }

    /// Of the row of the finding.
    func digest(_ sequence: Int64) -> Int64 { StoredRow.digest(encoded, id, 1, sequence) }
}
