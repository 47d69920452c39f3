import Inspection

/// What the outbox should say, worked out by plain lists: every row of every finding in order of revision.
struct OutboxModel {
    struct Row {
        var revision: Int
        var sequence: Int64
        var state: String
        var due: Int64 = 0
        var until: Int64 = 0
        var unanswered = false
        var urgency = 0
    }

    struct Known {
        var revision = 0
        var sightings = 0
        var evidence: Set<String> = []
        var decision: Verdict.Kind?
        var caseRecord: CaseRecord?
        var routes: [Observation.Route] = []
        var severity = Severity.orange
        var rows: [Name: [Row]] = [:]
    }

    var findings: [FindingID: Known] = [:]
    var sequence: Int64 = 0
    /// Rows ever leased, by destination.
    var leased: [Name: Int] = [:]

    /// A new revision of a finding, and what it makes owed. What is seen of a dismissed one is owed to nobody.
    mutating func revise(_ id: FindingID, except origin: Name? = nil, isSighting: Bool = false) {
        sequence += 1
        findings[id, default: Known()].revision += 1
        if isSighting, findings[id]!.decision == .dismissed { return }
        let known = findings[id]!
        for route in known.routes where route.destination != origin && route.release != .never {
            let had = Self.mayHave(known.rows[route.destination] ?? [])
            if known.decision == .dismissed, !had { continue }
            let held = known.decision == nil && route.release == .review
            supersedeWaiting(id, route.destination)
            findings[id]!.rows[route.destination, default: []].append(
                Row(
                    revision: known.revision, sequence: sequence, state: held ? "held" : "pending",
                    urgency: Severity.allCases.firstIndex(of: known.severity)!))
        }
        withdraw(id)
    }

    static func mayHave(_ rows: [Row]) -> Bool {
        rows.contains { $0.state == "delivered" || $0.state == "leased" || $0.unanswered }
    }

    mutating func withdraw(_ id: FindingID) {
        guard let known = findings[id], known.decision == .dismissed else { return }
        for (destination, rows) in known.rows where !Self.mayHave(rows) { supersedeWaiting(id, destination) }
    }

    mutating func supersedeWaiting(_ id: FindingID, _ destination: Name) {
        for index in (findings[id]?.rows[destination] ?? []).indices
        where ["pending", "held"].contains(findings[id]!.rows[destination]![index].state) {
            findings[id]!.rows[destination]![index].state = "superseded"
        }
    }

    /// Sets a row's state; "queue" is pending, or superseded where a newer revision is there.
    mutating func set(_ id: FindingID, _ destination: Name, _ revision: Int, _ state: String, due: Int64? = nil) {
        guard let index = findings[id]?.rows[destination]?.firstIndex(where: { $0.revision == revision }) else {
            return
        }
        var state = state
        if state == "queue" {
            state = findings[id]!.rows[destination]!.contains { $0.revision > revision } ? "superseded" : "pending"
        }
        findings[id]!.rows[destination]![index].state = state
        if let due { findings[id]!.rows[destination]![index].due = due }
    }

    /// Gives back leases that ended by `now`; all when nil.
    mutating func reclaim(_ only: Name?, now: Int64?) {
        for (id, known) in findings {
            for (destination, rows) in known.rows where only == nil || only == destination {
                for (index, row) in rows.enumerated() where row.state == "leased" && (now == nil || row.until <= now!) {
                    findings[id]!.rows[destination]![index].unanswered = true
                    set(id, destination, row.revision, "queue")
                }
                guard now == nil, let rows = findings[id]?.rows[destination] else { continue }
                for (index, row) in rows.enumerated() where row.state == "pending" {
                    findings[id]!.rows[destination]![index].due = 0
                }
            }
        }
    }

    /// Finding and revision of what a lease should hand out, in order.
    mutating func lease(_ destination: Name, limit: Int, now: Int64, until: Int64) -> [String] {
        reclaim(destination, now: now)
        var candidates: [(sequence: Int64, urgency: Int, id: FindingID, revision: Int)] = []
        for (id, known) in findings {
            let rows = known.rows[destination] ?? []
            if rows.contains(where: { $0.state == "leased" }) { continue }
            for row in rows where row.state == "pending" && row.due <= now {
                candidates.append((row.sequence, row.urgency, id, row.revision))
            }
        }
        var chosen: [String] = []
        while chosen.count < limit, !candidates.isEmpty {
            let next =
                switch leased[destination, default: 0] % 8 {
                case 4: candidates.min { $0.sequence < $1.sequence }!
                case 1, 6: candidates.max { $0.sequence < $1.sequence }!
                default: candidates.max { ($0.urgency, $0.sequence) < ($1.urgency, $1.sequence) }!
                }
            candidates.removeAll { $0.sequence == next.sequence }
            leased[destination, default: 0] += 1
            chosen.append("\(next.id) \(next.revision)")
            set(next.id, destination, next.revision, "leased")
            let index = findings[next.id]!.rows[destination]!.firstIndex { $0.revision == next.revision }!
            findings[next.id]!.rows[destination]![index].until = until
        }
        return chosen
    }

    /// Count of rows by "destination state".
    var counts: [String: Int64] {
        var counts: [String: Int64] = [:]
        for known in findings.values {
            for (destination, rows) in known.rows {
                for row in rows { counts["\(destination) \(row.state)", default: 0] += 1 }
            }
        }
        return counts
    }
}
