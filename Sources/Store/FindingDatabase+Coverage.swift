import Foundation
import GRDB
public import Inspection

extension FindingDatabase: CoverageStore {
    /// Flights whose coverage is kept; a few hundred KiB each at most, as a rule some ten.
    static let coverageLimit: Int64 = 5000

    public func save(_ coverage: FlightCoverage) async throws(StoreError) {
        try await write { try $0.save(coverage) }
    }

    public func coverage(of flight: FlightID) async throws(StoreError) -> FlightCoverage? {
        try await coverages(" WHERE flight = ?", [flight.blob], limit: 1).first
    }

    /// `limit` is at most 1000.
    public func coverages(
        day: String?, source: Name?, limit: Int
    ) async throws(StoreError) -> [FlightCoverage] {
        try await coverages(
            " WHERE (?1 IS NULL OR day = ?1) AND (?2 IS NULL OR source = ?2) ORDER BY day DESC, rowid DESC",
            [day, source?.text], limit: min(max(limit, 0), 1000))
    }

    private func coverages(
        _ condition: String, _ arguments: StatementArguments, limit: Int
    ) async throws(StoreError) -> [FlightCoverage] {
        let sql = CoverageRow.columns + condition + " LIMIT \(limit)"
        return try await readSound { db in
            var coverages: [FlightCoverage] = []
            var suspects: [Suspect] = []
            for row in try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments) {
                if let coverage = CoverageRow.coverage(row) {
                    coverages.append(coverage)
                } else if let rowid = row.integer(8) {
                    suspects.append(.coverage(rowid: rowid))
                }
            }
            return (coverages, suspects)
        }
    }
}

/// A flight's coverage as it lies in the file.
enum CoverageRow {
    static let columns = "SELECT flight, source, day, gsd, cell, km2, cells, digest, rowid FROM coverage"

    /// Nil when the row is damaged.
    static func coverage(_ row: Row) -> FlightCoverage? {
        guard let flight = row.id(0), let source = row.name(1), let day = row.text(2), let gsd = row.real(3),
            let cell = row.real(4), let area = row.real(5), let cells = row.bytes(6)
        else { return nil }
        let coverage = FlightCoverage(
            flight: flight, source: source, day: day, gsd: gsd, cell: cell, squareKilometers: area, cells: cells)
        return row.integer(7) == digest(coverage) ? coverage : nil
    }

    static func digest(_ coverage: FlightCoverage) -> Int64 {
        RowDigest.of(
            coverage.cells + Array((coverage.source.text + "\n" + coverage.day).utf8), coverage.flight.high,
            coverage.flight.low, coverage.gsd.bitPattern, coverage.cell.bitPattern,
            coverage.squareKilometers.bitPattern)
    }
}

extension Ledger {
    func save(_ coverage: FlightCoverage) throws {
        try run(
            """
            INSERT INTO coverage (flight, source, day, gsd, cell, km2, cells, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (flight) DO UPDATE SET source = excluded.source, day = excluded.day, gsd = excluded.gsd,
              cell = excluded.cell, km2 = excluded.km2, cells = excluded.cells, digest = excluded.digest
            """,
            [
                coverage.flight.blob, coverage.source.text, coverage.day, coverage.gsd, coverage.cell,
                coverage.squareKilometers, Data(coverage.cells), CoverageRow.digest(coverage),
            ])
        try run(
            "DELETE FROM coverage WHERE rowid <= (SELECT MAX(rowid) FROM coverage) - ?",
            [FindingDatabase.coverageLimit])
    }

    func quarantineCoverage(_ rowid: Int64) throws {
        guard let row = try row(CoverageRow.columns + " WHERE rowid = ?", [rowid]), CoverageRow.coverage(row) == nil
        else { return }
        try moveAside(
            "coverage", "rowid = ?", [rowid], content: row.bytes(6), key: row.id(0)?.description ?? "row \(rowid)")
    }
}
