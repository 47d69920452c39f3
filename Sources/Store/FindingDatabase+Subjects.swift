import Foundation
import GRDB
public import Geodesy
public import Inspection

extension FindingDatabase {
    /// Metres.
    static let subjectRadius = 5000.0
    /// Rows looked at for one answer.
    private static let subjectRows = 50_000

    public func subjects(
        of flight: Flight, around point: GeodeticPoint, radius: Double, limit: Int
    ) throws(StoreError) -> [ReflightSubject] {
        try readAtOnce { db in
            let near = try Self.near(point, radius: min(radius, Self.subjectRadius), limit: limit, in: db)
            guard !near.isEmpty else { return [] }
            let own = try Self.findings(partOf: flight.id, in: db)
            return try near.compactMap { known in
                try Self.subject(known, of: flight, isSeen: own.contains(known.id), in: db, epoch: epoch)
            }
        }
    }

    /// Damaged rows are left out; who asks for one of them by its type moves it aside.
    private static func near(
        _ point: GeodeticPoint, radius: Double, limit: Int, in db: Database
    ) throws -> [KnownFinding] {
        let statement = try db.cachedStatement(
            sql: PlaceRow.columns + """
                 WHERE cell BETWEEN ? AND ? AND status IN ('tentative', 'open', 'closed', 'cleared')
                """)
        var near: [(distance: Double, known: KnownFinding)] = []
        for range in PlaceCell.ranges(around: point, radius: radius) where near.count < subjectRows {
            let rows = try Row.fetchCursor(statement, arguments: [range.lowerBound, range.upperBound])
            while let row = try rows.next(), near.count < subjectRows {
                guard let latitude = row.real(3), let longitude = row.real(4) else { continue }
                let distance = point.flatDistance(
                    to: GeodeticPoint(latitude: latitude, longitude: longitude, height: 0))
                guard distance <= radius, let known = PlaceRow.known(row) else { continue }
                near.append((distance, known))
            }
        }
        near.sort { ($0.distance, $0.known.id) < ($1.distance, $1.known.id) }
        return near.prefix(max(limit, 0)).map(\.known)
    }

    /// Findings that have a part of the flight: it saw them before a restart.
    private static func findings(partOf flight: FlightID, in db: Database) throws -> Set<FindingID> {
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: PartRow.columns + " WHERE flight = ? LIMIT \(findingsOfFlightLimit)"),
            arguments: [flight.blob])
        var found: Set<FindingID> = []
        while let row = try rows.next() { if let part = PartRow.part(row) { found.insert(part.finding) } }
        return found
    }

    private static func subject(
        _ found: KnownFinding, of flight: Flight, isSeen: Bool, in db: Database, epoch: String
    ) throws -> ReflightSubject? {
        var known = found
        let row = try Row.fetchOne(
            db.cachedStatement(sql: StoredRow.recordColumns + " WHERE id = ?"), arguments: [known.id.blob])
        if isSeen {
            guard known.firstSeen < flight.firstFrame else { return nil }
            known.lastSeen = min(known.lastSeen, flight.firstFrame.advanced(byMicroseconds: -1))
            // What it reopened was over when it began.
            let record = row.flatMap { StoredRow.record($0, epoch: epoch)?.record }
            if known.status == .open, record?.finding.reasons.last(where: \.isRecurrence)?.isOf(flight.id) ?? false {
                known.status = .closed
                known.statusSince = known.firstSeen
            }
        }
        let statement = try db.cachedStatement(sql: ReflightRow.columns + " WHERE finding = ?")
        let rows = try Row.fetchCursor(statement, arguments: [known.id.blob])
        var subject = ReflightSubject(
            known: known, rule: row.flatMap(StoredRow.rule), looks: 0, sightings: 0)
        while let row = try rows.next() {
            guard let entry = ReflightRow.entry(row) else { continue }
            if entry.flight == flight.id {
                // As above: that it is cleared was this flight's own word.
                if entry.decision == .cleared, known.status == .cleared { subject.known.status = .open }
                continue
            }
            // What a flight cleared was not there to be seen.
            guard entry.decision != .cleared else { continue }
            subject.looks &+= entry.looks
            subject.sightings &+= entry.sightings
        }
        return subject
    }
}

extension Detection.Reason {
    fileprivate func isOf(_ flight: FlightID) -> Bool {
        values.contains { $0.name == "flight" && $0.value == flight.description }
    }
}
