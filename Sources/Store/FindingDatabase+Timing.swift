import GRDB
public import Inspection

extension FindingDatabase: TimingRecords {
    public func latestTiming(of source: Name) async throws(StoreError) -> FlightTiming? {
        try await read { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: TimingRow.columns + " WHERE source = ? AND means <> ? ORDER BY at DESC LIMIT 8"),
                arguments: [source.text, FlightTiming.Means.remembered.rawValue])
            return rows.lazy.compactMap { TimingRow.timing($0) }.first
        }
    }
}

/// A flight's timing as it lies in the file.
enum TimingRow {
    static let columns = "SELECT origin, late, error, means, digest, flight FROM timings"
    /// Flights whose timing is kept.
    static let limit = 5000

    /// Nil when the row is damaged.
    static func timing(_ row: Row) -> FlightTiming? {
        guard let origin = row.text(0), let late = row.real(1), let error = row.real(2),
            let means = row.text(3).flatMap(FlightTiming.Means.init), let flight = row.id(5)
        else { return nil }
        let timing = FlightTiming(origin: origin, late: late, standardError: error, means: means)
        return row.integer(4) == digest(timing, flight) ? timing : nil
    }

    static func timing(of flight: FlightID, in db: Database) throws -> FlightTiming? {
        try Row.fetchOne(db.cachedStatement(sql: columns + " WHERE flight = ?"), arguments: [flight.blob])
            .flatMap { timing($0) }
    }

    static func digest(_ timing: FlightTiming, _ flight: FlightID) -> Int64 {
        RowDigest.of(
            Array((timing.origin + "\n" + timing.means.rawValue).utf8), flight.high, flight.low,
            timing.late.bitPattern, timing.standardError.bitPattern)
    }
}

extension Ledger {
    /// What is known of the flight's timing; of one that nothing is known of, nothing is forgotten. What it told itself is not
    /// lost to what is merely remembered, as where it goes on after a restart.
    func saveTiming(of flight: Flight) throws {
        guard let timing = flight.timing else { return }
        try run(
            """
            INSERT INTO timings (flight, source, origin, late, error, means, at, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (flight) DO UPDATE SET
              source = excluded.source, origin = excluded.origin, late = excluded.late, error = excluded.error,
              means = excluded.means, at = excluded.at, digest = excluded.digest
            WHERE excluded.means <> ? OR timings.means = excluded.means
            """,
            [
                flight.id.blob, flight.source.text, timing.origin, timing.late, timing.standardError,
                timing.means.rawValue, flight.lastFrame.microseconds, TimingRow.digest(timing, flight.id),
                FlightTiming.Means.remembered.rawValue,
            ])
        try run(
            "DELETE FROM timings WHERE flight IN (SELECT flight FROM timings ORDER BY at DESC LIMIT -1 OFFSET ?)",
            [TimingRow.limit])
    }
}
