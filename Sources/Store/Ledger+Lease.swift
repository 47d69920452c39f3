import Foundation
import GRDB
import Inspection
import SQLite

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

    /// Fills the places: each takes the next row of its lane, in the lane's order, that no other place has.
    static func chosen<Row: Hashable>(_ lanes: [Lane], next: (Lane) throws -> Row?) rethrows -> [Row] {
        var taken: Set<Row> = []
        var chosen: [Row] = []
        for lane in lanes {
            while let row = try next(lane) {
                guard taken.insert(row).inserted else { continue }
                chosen.append(row)
                break
            }
        }
        return chosen
    }
}

extension Ledger {
    /// Rows whose time has come that one lease makes ready.
    static let promotedAtOnce = 256

    private static let attemptsCounted: Int64 = 1_000_000

    private struct Ready: Hashable {
        /// Nil where it is damaged.
        var finding: FindingID?
        var revision: Int64
        var sequence: Int64
        var attempts: Int64
    }

    func lease(_ destination: Name, limit: Int, now: UTCTime, until: UTCTime) throws -> [OwedDelivery] {
        try reclaim(destination, now: now)
        try promote(destination, now: now)
        let lease = try row("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'lease'")?.integer(0) ?? 0
        // Each destination has its own turns, or the leases of another would keep its lanes from coming round.
        let turnKey = "turn " + destination.text
        let turn = try row("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?", [turnKey])?.integer(0) ?? 0
        let lanes = LeaseOrder.lanes(from: turn, limit: min(max(limit, 0), 1000))
        let ready = try candidates(destination, lanes)
        guard !ready.isEmpty else { return [] }
        try run("UPDATE meta SET value = CAST(value AS INTEGER) + ? WHERE key = 'lease'", [ready.count])
        try run(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [turnKey, String(turn &+ Int64(ready.count))])
        let change = try row("SELECT MAX(id) FROM case_changes")?.integer(0) ?? 0
        var owed: [OwedDelivery] = []
        for (index, place) in ready.enumerated() {
            // Each row's own number fences it.
            if var delivery = try take(place, destination, lease: lease &+ Int64(index) &+ 1, until: until) {
                delivery.caseChange = change
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

    /// The rows of the places. No more of a lane are read than it takes. A row waits while another of its finding is in flight.
    private func candidates(_ destination: Name, _ places: [LeaseOrder.Lane]) throws -> [Ready] {
        var lanes: [LeaseOrder.Lane: CompiledRows] = [:]
        let last = try Self.salvaging(db) ?? .max
        return try LeaseOrder.chosen(places) { lane in
            let rows = try lanes[lane] ?? self.rows(destination, lane, upTo: last)
            lanes[lane] = rows
            while true {
                // Nil at the end; inside it, for a row that cannot be named.
                let next = try rows.next { row -> Ready? in
                    guard let revision = row.integer(1), let sequence = row.integer(2) else { return nil }
                    return Ready(
                        finding: row.id(0), revision: revision, sequence: sequence, attempts: row.integer(3) ?? 0)
                }
                guard let next else { return nil }
                if let ready = next { return ready }
            }
        }
    }

    private func rows(_ destination: Name, _ lane: LeaseOrder.Lane, upTo last: Int64) throws -> CompiledRows {
        let (index, order) =
            switch lane {
            case .urgent: ("outbox_urgent", "o.urgency DESC, o.seq DESC")
            case .newest: ("outbox_queue", "o.seq DESC")
            case .oldest: ("outbox_queue", "o.seq")
            }
        var values = BoundValues()
        values.add(destination.text)
        values.add(last)
        return try CompiledStatement(
            """
            SELECT o.finding, o.revision, o.seq, o.attempts FROM outbox o INDEXED BY \(index)
            WHERE o.destination = ? AND o.state = 'pending' AND o.due = 0 AND o.seq <= ?
              AND NOT EXISTS (SELECT 1 FROM outbox l
                WHERE l.finding = o.finding AND l.destination = o.destination AND l.state = 'leased')
            ORDER BY \(order)
            """, in: db
        ).rows(values)
    }

    /// Leases one row with the bytes of its revision; nil where they are damaged, which is counted.
    private func take(
        _ ready: Ready, _ destination: Name, lease: Int64, until: UTCTime
    ) throws -> OwedDelivery? {
        var feature: [UInt8]?
        if let id = ready.finding {
            feature =
                try first(.feature) {
                    $0.add(ready.sequence)
                } _: {
                    StoredRow.feature($0, id: id, revision: ready.revision, sequence: ready.sequence)
                } ?? nil
        }
        guard let id = ready.finding, let feature else {
            try quarantineRevision(ready.sequence)
            return nil
        }
        let attempts = min(max(ready.attempts, 0), Self.attemptsCounted)
        try run(.leased) { values in
            values.add(attempts + 1)
            values.add(until)
            values.add(lease)
            values.add(id)
            values.add(destination.text)
            values.add(ready.revision)
        }
        return OwedDelivery(
            destination: destination, finding: id, revision: Int(clamping: ready.revision), lease: lease,
            attempts: Int(clamping: attempts), feature: feature, evidence: [])
    }
}
