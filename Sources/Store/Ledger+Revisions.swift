import Foundation
import GRDB
import Geodesy
import Inspection
import SQLite

/// Appending revisions: every change of a finding's record is a new one, owed to its destinations in the same transaction.
extension Ledger {
    /// Files and verdicts that one finding may gather.
    static let historyLimit = 1000
    /// Newest revisions kept of a finding, besides those still owed.
    static let revisionsKept: Int64 = 64

    /// Writes a finding that nothing is known of yet, and answers its place in the feed; nil for one that is known, which
    /// ``commit(_:)`` takes.
    func begin(_ first: FirstRevision) throws -> Int64? {
        guard first.epoch == epoch, try isUnknown(first.id) else { return nil }
        let sequence = try nextSequence()
        try insert(revision: 1, of: first.id, at: sequence) { first.addFeature(sequence, to: &$0) }
        for row in first.rows {
            switch row.kind {
            case .firstFinding: try run(.firstFinding, first.values, in: row.values, (sequence, first.digest(sequence)))
            case .owed: try run(.owed, first.values, in: row.values, (sequence, now.microseconds))
            default:
                let isNew = try run(row.kind, first.values, in: row.values) > 0
                if !isNew, let replacing = row.kind.replacing { try run(replacing, first.values, in: row.values) }
            }
        }
        count("revisions")
        count("evidence_over_limit", first.evidenceOverLimit)
        return sequence
    }

    func commit(_ observation: Observation) throws -> FindingRecord? {
        let id = observation.finding.id
        let routes = Self.distinct(observation.routes)
        let part = observation.finding.sharedPart
        guard var body = try stored(id) else {
            var record = FindingRecord(
                finding: observation.finding, revision: try lastRevision(of: id), epoch: epoch, sequence: 0,
                evidence: [], caseRecord: nil, verdicts: [])
            record.finding.part = nil
            try keep(part, of: id)
            return try append(RecordBody(record: record, routes: routes), fresh(observation.evidence, beyond: []))
        }
        let items = fresh(observation.evidence, beyond: body.record.evidence)
        // A finding whose own part is missing counts nothing twice.
        let seen = try sightings(ofPart: part.id) ?? (part.id == id ? body.record.finding.sightings : 0)
        let grew = part.sightings > seen
        let known = body.record.finding.reasons.filter(\.outlivesSightings)
        var lasting = observation.finding.reasons.filter { $0.outlivesSightings && !known.contains($0) }
        if grew {
            if !lasting.contains(where: \.isRecurrence) {
                lasting += Self.recurrence(of: body.record.finding, seen: observation.finding, by: part)
            }
            body.record.finding.take(observation.finding, part: part, adding: part.sightings - seen)
            try keep(part, of: id)
        }
        let isCorrected =
            observation.correctsPlace && body.record.finding.correct(observation.finding, part: part)
        guard grew || !items.isEmpty || !lasting.isEmpty || isCorrected else { return nil }
        if grew || !lasting.isEmpty {
            body.record.finding.reasons.removeAll(where: \.outlivesSightings)
            body.record.finding.reasons += (known + lasting).suffix(Detection.markLimit)
        }
        body.record.finding.status = Self.status(
            body.record.finding.status, seen: observation.finding.status, by: body.record.verdicts,
            isRecurring: lasting.contains(where: \.isRecurrence))
        body.routes = routes
        // What was dismissed is counted, and nobody is told.
        return try append(body, items, isOwed: body.record.finding.status != .dismissed)
    }

    /// It was cleared while another flight had it in view, which sees it still after the last look at its place.
    private static func recurrence(
        of stored: Finding, seen: Finding, by part: Finding.Part
    ) -> [Detection.Reason] {
        guard stored.status == .cleared, let look = stored.reasons.last(where: \.isClearance)?.clearedAt,
            seen.lastSeen > look
        else { return [] }
        return [.recurrence(after: .cleared, in: part.flight, at: seen.lastSeen)]
    }

    /// What was decided outlives what the joining sees next; only a recurrence reopens what was over.
    private static func status(
        _ stored: Finding.Status, seen: Finding.Status, by verdicts: [Verdict], isRecurring: Bool
    ) -> Finding.Status {
        let decision = decision(verdicts)
        if decision == .dismissed { return .dismissed }
        switch stored {
        case .tentative: return decision == .upheld ? .open : seen
        case .cleared, .closed: return isRecurring ? .open : stored
        case .open, .dismissed: return stored
        }
    }

    func attach(_ items: [EvidenceItem], to id: FindingID) throws -> FindingRecord? {
        let body = try needed(id, "attach evidence")
        let items = fresh(items, beyond: body.record.evidence)
        return items.isEmpty ? nil : try append(body, items)
    }

    func record(_ record: CaseRecord, of id: FindingID) throws -> FindingRecord? {
        var body = try needed(id, "record a case")
        guard try follow(record, of: id, known: body.record.caseRecord) else { return nil }
        let before = body.record.isUpheld
        body.record.caseRecord = record
        if body.record.overdue?.platform == record.platform { body.record.overdue = nil }
        switch (record.stage, body.record.finding.status) {
        case (.closed, .open), (.closed, .tentative), (.closed, .cleared): body.record.finding.status = .closed
        case (.closed, _): break
        // Sent back after it was closed.
        case (_, .closed): body.record.finding.status = .open
        default: break
        }
        count("case_records")
        let written = try append(body, [], except: record.platform)
        try judge(written, before: before)
        return written
    }

    func record(_ verdict: Verdict, on id: FindingID) throws -> FindingRecord? {
        var body = try needed(id, "record a verdict")
        guard !body.record.verdicts.contains(verdict) else { return nil }
        guard body.record.verdicts.count < Self.historyLimit else {
            throw StoreError(kind: .invalid, description: "finding \(id) has \(Self.historyLimit) verdicts already")
        }
        let before = body.record.isUpheld
        body.record.verdicts.append(verdict)
        switch verdict.kind {
        case .dismissed: body.record.finding.status = .dismissed
        case .upheld where [.tentative, .dismissed].contains(body.record.finding.status):
            body.record.finding.status = .open
        case .upheld, .handled: break
        }
        count("verdicts")
        let written = try append(body, [])
        try judge(written, before: before)
        return written
    }

    /// The last word of a person on whether the finding is real; nil when nobody has said.
    static func decision(_ verdicts: [Verdict]) -> Verdict.Kind? {
        verdicts.last { $0.kind != .handled }?.kind
    }

    func append(
        _ before: RecordBody, _ items: [EvidenceItem], except platform: Name? = nil, only: Set<Name>? = nil,
        isOwed: Bool = true
    ) throws -> FindingRecord {
        var body = before
        body.record.evidence += items
        body.record.revision += 1 + (try lostRevisions(after: body.record.sequence))
        body.record.epoch = epoch
        body.record.sequence = try nextSequence()
        let record = body.record
        try insertRevision(record)
        let encoded = body.encoded()
        let digest = StoredRow.digest(encoded, record.finding.id, Int64(record.revision), record.sequence)
        try run(.finding) { values in
            StoredRow.add(body, encoded: encoded, to: &values)
            values.add(record.sequence)
            values.add(digest)
        }
        try place(record)
        for item in items { try list(item, of: record.finding.id) }
        if isOwed { try owe(body, except: platform, only: only) }
        if let hold = record.hold { try note(hold, on: record.finding.id) }
        count("revisions")
        return record
    }

    private func insertRevision(_ record: FindingRecord) throws {
        let id = record.finding.id
        try insert(revision: record.revision, of: id, at: record.sequence) { $0 += record.feature() }
        guard record.revision > Self.revisionsKept else { return }
        try run(
            """
            DELETE FROM revisions WHERE finding = ?1 AND revision <= ?2 AND seq NOT IN (SELECT seq FROM outbox
              WHERE finding = ?1 AND state IN ('pending', 'held', 'leased', 'dead'))
            """,
            [id.blob, Int64(record.revision) - Self.revisionsKept])
    }

    private func needed(_ id: FindingID, _ operation: String) throws -> RecordBody {
        guard let body = try stored(id) else {
            if try Self.salvaging(db) != nil { throw Self.mayBeMissing("\(operation): finding \(id)") }
            throw StoreError(kind: .notFound, description: "\(operation): no finding \(id)")
        }
        return body
    }

    /// True when nothing was ever written of a finding.
    private func isUnknown(_ id: FindingID) throws -> Bool {
        try first(.knownAtAll, { $0.add(id) }, { _ in true }) == nil
    }

    /// Greatest revision ever written of a finding whose row is missing; 0 for a new one. The columns are under no digest: a
    /// damaged one may say anything, and no finding comes near this limit.
    func lastRevision(of id: FindingID) throws -> Int {
        let last = try row(
            """
            SELECT MAX(revision) FROM (SELECT MAX(revision) AS revision FROM revisions WHERE finding = ?1
              UNION ALL SELECT MAX(revision) FROM outbox WHERE finding = ?1)
            """, [id.blob])
        return Int(min(max(last?.integer(0) ?? 0, 0), Int64(Int32.max)))
    }

    /// Those that are new, as many as the finding may still gather: one that flight after flight sees goes on being counted
    /// when it has all its files.
    func fresh(_ items: [EvidenceItem], beyond known: [EvidenceItem]) -> [EvidenceItem] {
        let new = Self.distinct(items, beyond: known)
        let kept = new.prefix(max(Self.historyLimit - known.count, 0))
        count("evidence_over_limit", new.count - kept.count)
        return Array(kept)
    }

    static func distinct(_ items: [EvidenceItem], beyond known: [EvidenceItem]) -> [EvidenceItem] {
        if known.isEmpty, items.count < 2 { return items }
        var seen = Set(known.map(\.sha256))
        return items.filter { seen.insert($0.sha256).inserted }
    }

    /// One route a destination, the most careful of them.
    static func distinct(_ routes: [Observation.Route]) -> [Observation.Route] {
        var kept: [Observation.Route] = []
        for route in routes {
            if let index = kept.firstIndex(where: { $0.destination == route.destination }) {
                if route.release != .auto { kept[index].release = route.release }
            } else {
                kept.append(route)
            }
        }
        return kept
    }
}
