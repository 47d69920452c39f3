import Foundation
import GRDB
public import Inspection

extension FindingDatabase {
    public func save(_ flight: Flight) async throws(StoreError) {
        try await write { try $0.save(flight) }
    }

    /// The one saved last as new, whatever the clocks said.
    public func latestFlight(of source: Name) async throws(StoreError) -> Flight? {
        try await flights("WHERE source = ? ORDER BY rowid DESC", [source.text], limit: 1).first
    }

    /// Newest first; `limit` is at most 10 000.
    public func flights(limit: Int) async throws(StoreError) -> [Flight] {
        try await flights("ORDER BY first_frame DESC, rowid DESC", [], limit: min(max(limit, 0), 10_000))
    }

    public func isDone(content: String, source: Name) async throws(StoreError) -> Bool {
        try await read { db in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT 1 FROM files_done WHERE content = ? AND source = ?"),
                arguments: [content, source.text]) != nil
        }
    }

    public func markDone(content: String, source: Name, flight: Flight) async throws(StoreError) {
        try await markDone(contents: [content], source: source, flight: flight)
    }

    public func markDone(contents: [String], source: Name, flight: Flight) async throws(StoreError) {
        try await write { ledger in
            try ledger.save(flight)
            for content in contents {
                try ledger.run(
                    "INSERT OR REPLACE INTO files_done (content, source, flight) VALUES (?, ?, ?)",
                    [content, source.text, flight.id.blob])
            }
        }
    }

    private func flights(
        _ condition: String, _ arguments: StatementArguments, limit: Int
    ) async throws(StoreError) -> [Flight] {
        let sql = StoredRow.flightColumns + " \(condition) LIMIT \(limit)"
        return try await readSound { db in
            var flights: [Flight] = []
            var suspects: [Suspect] = []
            for row in try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments) {
                if var flight = StoredRow.flight(row) {
                    flight.timing = try TimingRow.timing(of: flight.id, in: db)
                    flights.append(flight)
                } else if let rowid = row.integer(8) {
                    suspects.append(.flight(rowid: rowid))
                }
            }
            return (flights, suspects)
        }
    }
}

extension Ledger {
    func save(_ flight: Flight) throws {
        try run(
            """
            INSERT INTO flights (id, source, first_frame, last_frame, last_arrival, content, ended, digest)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET source = excluded.source, first_frame = excluded.first_frame,
              last_frame = excluded.last_frame, last_arrival = excluded.last_arrival, content = excluded.content, ended = excluded.ended,
              digest = excluded.digest
            """,
            [
                flight.id.blob, flight.source.text, flight.firstFrame.microseconds, flight.lastFrame.microseconds,
                flight.lastArrival.microseconds, flight.content, flight.ended ? 1 : 0, StoredRow.digest(flight),
            ])
        try saveTiming(of: flight)
    }
}
