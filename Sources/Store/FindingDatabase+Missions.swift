import Foundation
import GRDB
public import Inspection

extension FindingDatabase: MissionStore {
    public func save(_ mission: Mission) async throws(StoreError) -> StoredMission {
        try await write { try $0.save(mission) }
    }

    public func mission(of flight: FlightID) async throws(StoreError) -> StoredMission? {
        try await missions("WHERE flight = ?", [flight.blob]).first
    }

    /// `limit` is at most 1000.
    public func missions(after change: Int64, limit: Int) async throws(StoreError) -> [StoredMission] {
        try await missions("WHERE change > ? ORDER BY change LIMIT \(min(max(limit, 0), 1000))", [change])
    }

    private func missions(
        _ condition: String, _ arguments: StatementArguments
    ) async throws(StoreError) -> [StoredMission] {
        try await readSound { db in
            var missions: [StoredMission] = []
            var suspects: [Suspect] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: MissionRow.columns + " " + condition), arguments: arguments)
            while let row = try rows.next() {
                if let mission = MissionRow.mission(row) {
                    missions.append(mission)
                } else if let key = row.bytes(0) {
                    suspects.append(.mission(Data(key)))
                }
            }
            return (missions, suspects)
        }
    }
}

/// What was stated of a flight, as it lies in the file: one JSON object, so that it grows without another table.
enum MissionRow {
    static let columns = "SELECT flight, change, stated_at, body, digest FROM missions"
    /// Missions kept, those stated last.
    static let limit = 100_000

    /// Nil when the row is damaged.
    static func mission(_ row: Row) -> StoredMission? {
        guard let flight = row.id(0), let change = row.integer(1), let at = row.time(2), let body = row.bytes(3),
            row.integer(4) == digest(body, flight, change, at),
            let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: String],
            let by = object["stated_by"]
        else { return nil }
        var values: [Mission.Member: String] = [:]
        for member in Mission.Member.allCases { values[member] = object[member.rawValue] }
        return StoredMission(
            mission: Mission(flight: flight, values: values, statedBy: by, statedAt: at), change: change)
    }

    static func body(_ mission: Mission) -> [UInt8] {
        var json = JSONText()
        json.object { mission.write(to: &$0) }
        return json.bytes
    }

    static func digest(_ body: [UInt8], _ flight: FlightID, _ change: Int64, _ at: UTCTime) -> Int64 {
        RowDigest.of(
            body, flight.high, flight.low, UInt64(bitPattern: change), UInt64(bitPattern: at.microseconds))
    }
}

extension Ledger {
    func save(_ mission: Mission) throws -> StoredMission {
        guard try holds("SELECT 1 FROM flights WHERE id = ?", [mission.flight.blob]) else {
            throw StoreError(kind: .notFound, description: "no flight \(mission.flight)")
        }
        let known = try row(MissionRow.columns + " WHERE flight = ?", [mission.flight.blob])
            .flatMap { MissionRow.mission($0) }
        if let known, known.mission.values == mission.values { return known }
        let change = (try row("SELECT MAX(change) FROM missions")?.integer(0) ?? 0) &+ 1
        let body = MissionRow.body(mission)
        try run(
            """
            INSERT INTO missions (flight, change, stated_at, body, digest) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (flight) DO UPDATE SET change = excluded.change, stated_at = excluded.stated_at,
              body = excluded.body, digest = excluded.digest
            """,
            [
                mission.flight.blob, change, mission.statedAt.microseconds, Data(body),
                MissionRow.digest(body, mission.flight, change, mission.statedAt),
            ])
        try run(
            "DELETE FROM missions WHERE change IN (SELECT change FROM missions ORDER BY change DESC LIMIT -1 OFFSET ?)",
            [MissionRow.limit])
        count("missions_stated")
        return StoredMission(mission: mission, change: change)
    }

    func quarantineMission(_ flight: Data) throws {
        guard let row = try row(MissionRow.columns + " WHERE flight = ?", [flight]), MissionRow.mission(row) == nil
        else {
            return
        }
        try moveAside(
            "missions", "flight = ?", [flight], content: row.bytes(3),
            key: flight.map { String($0, radix: 16) }.joined())
    }
}
