import Foundation
import GRDB
import Inspection
import SQLite

/// What is owed: rows made with a revision, leased, settled, superseded.
extension Ledger {
    /// No row waits longer than this, whatever the clock said when its time was set: a day, in microseconds.
    static let horizon: Int64 = 86_400_000_000

    /// Makes the rows of a new revision. An unsent older row of the same destination is superseded; one in flight stays,
    /// and the new one waits for it.
    /// `only` is whom alone it is owed to.
    func owe(_ body: RecordBody, except platform: Name?, only: Set<Name>? = nil) throws {
        let record = body.record
        let id = record.finding.id.blob
        let decision = Self.decision(record.verdicts)
        for route in body.routes where route.destination != platform && only?.contains(route.destination) ?? true {
            var state: String
            var doubt: String?
            switch (decision, route.release) {
            case (_, .never): continue
            case (.dismissed, _):
                guard try mayHave(id, route.destination) else { continue }
                state = "pending"
            case (.upheld, _), (_, .auto): state = "pending"
            case (_, .review): state = "held"
            }
            if decision == nil, state == "pending" { doubt = try whyHeld(id, route.destination) }
            if doubt != nil { state = "held" }
            count(
                "superseded",
                try run(
                    """
                    UPDATE outbox SET state = 'superseded'
                      WHERE finding = ? AND destination = ? AND state IN ('pending', 'held')
                    """, [id, route.destination.text]))
            try run(.owed) { values in
                Self.add(record, to: route.destination, state: state, doubt: doubt, to: &values)
                values.add(record.sequence)
                values.add(now)
            }
        }
        if decision == .dismissed { try withdraw(id) }
    }

    /// Writes everything that a new row holds but its sequence and time.
    static func add(
        _ record: FindingRecord, to destination: Name, state: String, doubt: String?, to values: inout BoundValues
    ) {
        values.add(record.finding.id)
        values.add(destination.text)
        values.add(record.revision)
        values.add(state)
        values.add(record.finding.severity.urgency)
        values.add(doubt)
    }

    /// Why a row waits for a person to say whether its finding was reported before; nil when none does.
    private func whyHeld(_ id: Data, _ destination: Name) throws -> String? {
        let held = try row(
            "SELECT last_error FROM outbox WHERE finding = ? AND destination = ? AND state = 'held'",
            [id, destination.text])?.text(0)
        return held?.hasPrefix(Self.maybeKnown) == true ? held : nil
    }

    /// True when the destination got some revision of the finding, or one is or was on its way without an answer.
    private func mayHave(_ id: Data, _ destination: Name) throws -> Bool {
        try holds(
            """
            SELECT 1 FROM outbox WHERE finding = ? AND destination = ?
              AND (state IN ('delivered', 'leased') OR unanswered = 1) LIMIT 1
            """, [id, destination.text])
    }

    /// Takes a dismissed finding back from every destination that never got it.
    private func withdraw(_ id: Data) throws {
        count(
            "superseded",
            try run(
                """
                UPDATE outbox SET state = 'superseded' WHERE finding = ?1 AND state IN ('pending', 'held')
                  AND destination NOT IN (SELECT destination FROM outbox
                    WHERE finding = ?1 AND (state IN ('delivered', 'leased') OR unanswered = 1))
                """, [id]))
    }

    func settle(_ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime) throws -> Bool {
        if case .delivered(nil) = outcome {
            // What most end as, in one statement.
            let moved = try run(.delivered) { values in
                values.add(delivery.finding)
                values.add(delivery.destination.text)
                values.add(delivery.revision)
                values.add(delivery.lease)
                values.add(now)
            }
            count(moved == 1 ? "delivered" : "late_answers")
            return moved == 1
        }
        let leased = try row(
            """
            SELECT lease_until FROM outbox
              WHERE finding = ? AND destination = ? AND revision = ? AND state = 'leased' AND lease = ?
            """, [delivery.finding.blob, delivery.destination.text, delivery.revision, delivery.lease])
        guard let until = leased?.integer(0), until > now.microseconds else {
            count("late_answers")
            return false
        }
        let id = delivery.finding.blob
        switch outcome {
        case .delivered(let record):
            try move(delivery, to: "delivered", error: nil)
            count("delivered")
            // A poll or a callback that came while the request was under way is newer than its answer.
            if let record, try newestChange(of: delivery.finding, at: record.platform) <= delivery.caseChange,
                try stored(delivery.finding) != nil
            {
                _ = try self.record(record, of: delivery.finding)
            }
        case .retry(let at, let reason):
            let due = min(at.microseconds, now.advanced(byMicroseconds: Self.horizon).microseconds)
            try run(
                "UPDATE outbox SET due = ? WHERE finding = ? AND destination = ? AND revision = ?",
                [due, id, delivery.destination.text, delivery.revision])
            try giveBack(id, delivery.destination.text, Int64(delivery.revision), error: reason)
            count("retried")
            try withdrawIfDismissed(id)
        case .released:
            try run(
                """
                UPDATE outbox SET due = 0, attempts = MAX(attempts - 1, 0)
                  WHERE finding = ? AND destination = ? AND revision = ?
                """, [id, delivery.destination.text, delivery.revision])
            try giveBack(id, delivery.destination.text, Int64(delivery.revision), error: nil)
            count("released")
            try withdrawIfDismissed(id)
        case .dead(let reason):
            try move(delivery, to: "dead", error: reason)
            count("dead")
            try withdrawIfDismissed(id)
        }
        return true
    }

    /// Returns expired leases of `destination` to the queue; without `now`, at a start, all leases of all destinations, and every
    /// waiting row is tried anew: the times that an earlier life set may be of a clock that has been put back since.
    func reclaim(_ destination: Name?, now: UTCTime?) throws {
        let far = now?.advanced(byMicroseconds: Self.horizon).microseconds ?? .min
        let expired = try rows(
            """
            SELECT finding, destination, revision FROM outbox WHERE state = 'leased'
              AND (?1 IS NULL OR destination = ?1) AND (lease_until <= ?2 OR lease_until > ?3)
            """, [destination?.text, now?.microseconds ?? .max, far])
        for row in expired {
            guard let id = row.bytes(0), let destination = row.text(1), let revision = row.integer(2) else { continue }
            try run(
                "UPDATE outbox SET unanswered = 1 WHERE finding = ? AND destination = ? AND revision = ?",
                [Data(id), destination, revision])
            try giveBack(Data(id), destination, revision, error: "no answer before the lease ended")
            count("leases_expired")
        }
        if now == nil {
            try run("UPDATE outbox INDEXED BY outbox_due SET due = 0 WHERE state = 'pending' AND due > 0")
        }
    }

    /// Puts dead rows back in the queue, by hand: the first `limit` behind `sequence`. What a newer revision has replaced
    /// becomes superseded instead, and what was dismissed before it arrived stays dead. `last` is where to go on; nil when
    /// there are no more.
    func revive(
        _ destination: Name, _ finding: FindingID?, after sequence: Int64, limit: Int
    ) throws -> (revived: Int, last: Int64?) {
        let dead = try rows(
            """
            SELECT o.finding, o.revision, o.seq FROM outbox o JOIN revisions r ON r.seq = o.seq
              LEFT JOIN findings f ON f.id = o.finding
              WHERE o.destination = ?1 AND o.state = 'dead' AND (?2 IS NULL OR o.finding = ?2) AND o.seq > ?3
                AND COALESCE(f.status, '') <> 'dismissed' ORDER BY o.seq LIMIT ?4
            """, [destination.text, finding?.blob, sequence, limit])
        var revived = 0
        for row in dead {
            guard let id = row.bytes(0), let revision = row.integer(1) else { continue }
            try run(
                "UPDATE outbox SET due = 0 WHERE finding = ? AND destination = ? AND revision = ?",
                [Data(id), destination.text, revision])
            if try giveBack(Data(id), destination.text, revision, error: nil) { revived += 1 }
        }
        count("revived", revived)
        return (revived, dead.count < limit ? nil : dead.last?.integer(2))
    }

    private func move(_ delivery: OwedDelivery, to state: String, error: String?) throws {
        try run(
            """
            UPDATE outbox SET state = ?, lease = NULL, lease_until = NULL, last_error = COALESCE(?, last_error)
              WHERE finding = ? AND destination = ? AND revision = ?
            """,
            [
                state, error.map { String($0.prefix(500)) }, delivery.finding.blob, delivery.destination.text,
                delivery.revision,
            ])
    }

    /// Back to the queue, or superseded where a newer revision is there already. True when it waits again.
    @discardableResult
    private func giveBack(_ id: Data, _ destination: String, _ revision: Int64, error: String?) throws -> Bool {
        let newer = try holds(
            "SELECT 1 FROM outbox WHERE finding = ? AND destination = ? AND revision > ? LIMIT 1",
            [id, destination, revision])
        try run(
            """
            UPDATE outbox SET state = ?, lease = NULL, lease_until = NULL, last_error = COALESCE(?, last_error)
              WHERE finding = ? AND destination = ? AND revision = ?
            """, [newer ? "superseded" : "pending", error.map { String($0.prefix(500)) }, id, destination, revision])
        if newer { count("superseded") }
        return !newer
    }

    func withdrawIfDismissed(_ id: Data) throws {
        if try holds("SELECT 1 FROM findings WHERE id = ? AND status = 'dismissed'", [id]) { try withdraw(id) }
    }
}
