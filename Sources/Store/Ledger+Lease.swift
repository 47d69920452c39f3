import Foundation
import GRDB
import Inspection

/// Which of the rows that are ready go first.
///
/// Of every eight that are leased, five go by severity and among equals by newness, two by newness alone, and one, the
/// oldest of all, by age: an alert of now waits neither for what an outage has gathered nor for a flood of graver ones, and
/// nothing waits for ever. The order asks no clock.
struct LeaseOrder: Sendable, Hashable {
    enum Lane: Sendable, Hashable, CaseIterable { case urgent, newest, oldest }

    static let turns: [Lane] = [.urgent, .newest, .urgent, .urgent, .oldest, .urgent, .newest, .urgent]

    /// Lanes of `limit` places, the first of which is the `number`th that was ever given away.
    static func lanes(from number: Int64, limit: Int) -> [Lane] {
        (0..<max(limit, 0)).map { turns[Int((UInt64(bitPattern: number) &+ UInt64($0)) % UInt64(turns.count))] }
    }

    /// Fills the places from each lane's candidates, of which there are as many as places, in the lane's order.
    static func chosen<Row: Hashable>(_ lanes: [Lane], from candidates: [Lane: [Row]]) -> [Row] {
        var taken: Set<Row> = []
        var next: [Lane: Int] = [:]
        func take(_ lane: Lane) -> Row? {
            let rows = candidates[lane] ?? []
            var index = next[lane] ?? 0
            defer { next[lane] = index }
            while index < rows.count {
                index += 1
                if taken.insert(rows[index - 1]).inserted { return rows[index - 1] }
            }
            return nil
        }
        return lanes.compactMap { take($0) }
    }
}

extension Ledger {
    /// Rows whose time has come that one lease makes ready.
    static let promotedAtOnce = 256

    private struct Ready: Hashable {
        var finding: Data
        var revision: Int64
        var sequence: Int64
    }

    func lease(_ destination: Name, limit: Int, now: UTCTime, until: UTCTime) throws -> [OwedDelivery] {
        try reclaim(destination, now: now)
        try promote(destination, now: now)
        let lease = try row("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'lease'")?.integer(0) ?? 0
        let lanes = LeaseOrder.lanes(from: lease, limit: min(max(limit, 0), 1000))
        let ready = try LeaseOrder.chosen(lanes, from: candidates(destination, lanes))
        guard !ready.isEmpty else { return [] }
        try run("UPDATE meta SET value = CAST(value AS INTEGER) + ? WHERE key = 'lease'", [ready.count])
        var owed: [OwedDelivery] = []
        for (index, place) in ready.enumerated() {
            // Each row's own number fences it.
            if let delivery = try take(place, destination, lease: lease &+ Int64(index) &+ 1, until: until) {
                owed.append(delivery)
            }
        }
        count("leased", owed.count)
        return owed
    }

    /// Rows that waited for a time which has come are ready, in the order of their times; and those that wait for one that
    /// only a clock since put back can have set.
    private func promote(_ destination: Name, now: UTCTime) throws {
        let far = now.advanced(byMicroseconds: Self.horizon).microseconds
        let select = """
            SELECT finding, revision FROM outbox INDEXED BY outbox_due
            WHERE destination = ? AND state = 'pending' AND due > 0 AND
            """
        let due = try rows(
            select + " due <= ? ORDER BY due LIMIT ?", [destination.text, now.microseconds, Self.promotedAtOnce])
        let lost = try rows(select + " due > ? LIMIT ?", [destination.text, far, Self.promotedAtOnce])
        for row in due + lost {
            guard let id = row.bytes(0), let revision = row.integer(1) else { continue }
            try run(
                "UPDATE outbox SET due = 0 WHERE finding = ? AND destination = ? AND revision = ?",
                [Data(id), destination.text, revision])
        }
    }

    /// The first of each lane, as many as it may need. A row waits while another of its finding is in flight.
    private func candidates(_ destination: Name, _ lanes: [LeaseOrder.Lane]) throws -> [LeaseOrder.Lane: [Ready]] {
        var candidates: [LeaseOrder.Lane: [Ready]] = [:]
        for lane in LeaseOrder.Lane.allCases {
            guard lane == .urgent || lanes.contains(lane) else { continue }
            let (index, order) =
                switch lane {
                case .urgent: ("outbox_urgent", "o.urgency DESC, o.seq DESC")
                case .newest: ("outbox_queue", "o.seq DESC")
                case .oldest: ("outbox_queue", "o.seq")
                }
            candidates[lane] = try rows(
                """
                SELECT o.finding, o.revision, o.seq FROM outbox o INDEXED BY \(index)
                WHERE o.destination = ? AND o.state = 'pending' AND o.due = 0
                  AND NOT EXISTS (SELECT 1 FROM outbox l
                    WHERE l.finding = o.finding AND l.destination = o.destination AND l.state = 'leased')
                ORDER BY \(order) LIMIT ?
                """, [destination.text, lanes.count]
            ).compactMap { row in
                guard let id = row.bytes(0), let revision = row.integer(1), let sequence = row.integer(2) else {
                    return nil
                }
                return Ready(finding: Data(id), revision: revision, sequence: sequence)
            }
        }
        return candidates
    }

    /// Leases one row with the bytes of its revision; nil where they are damaged, which is counted.
    private func take(
        _ ready: Ready, _ destination: Name, lease: Int64, until: UTCTime
    ) throws -> OwedDelivery? {
        let stored = try row(
            "SELECT finding, revision, feature, digest FROM revisions WHERE seq = ?", [ready.sequence])
        guard let id = UUIDv7(blob: Array(ready.finding)), let stored,
            let feature = StoredRow.feature(
                stored, from: 0, id: id, revision: ready.revision, sequence: ready.sequence)
        else {
            try quarantineRevision(ready.sequence)
            return nil
        }
        let key: StatementArguments = [ready.finding, destination.text, ready.revision]
        let attempts =
            try row(
                "SELECT attempts FROM outbox WHERE finding = ? AND destination = ? AND revision = ?", key)?.integer(0)
            ?? 0
        try run(
            """
            UPDATE outbox SET state = 'leased', lease = ?, lease_until = ?, attempts = MIN(attempts, 1000000) + 1
              WHERE finding = ? AND destination = ? AND revision = ?
            """, [lease, until.microseconds, ready.finding, destination.text, ready.revision])
        return OwedDelivery(
            destination: destination, finding: id, revision: Int(clamping: ready.revision), lease: lease,
            attempts: Int(clamping: attempts), feature: feature, evidence: [])
    }
}
