import Foundation
import GRDB
import Geodesy
import Inspection
import SQLite

/// The row by which a finding is looked up by place: what ``KnownFinding`` says, under a digest of its own.
enum PlaceRow {
    static let selected = """
        SELECT finding, cell, scene_type, latitude, longitude, height, semi_major, semi_minor, bearing, severity, status,
          since, first_seen, last_seen, sightings, digest, gsd
        """
    static let columns = selected + " FROM places"
    /// Columns selected.
    static let width = selected.split(separator: ",").count

    /// Nil when the row is damaged.
    static func known(_ row: Row) -> KnownFinding? {
        guard let id = row.id(0), let cell = row.integer(1), let sceneType = row.text(2), let latitude = row.real(3),
            let longitude = row.real(4), let height = row.real(5), let semiMajor = row.real(6),
            let semiMinor = row.real(7), let bearing = row.real(8), let severity = row.text(9).flatMap(Severity.init),
            let status = row.text(10).flatMap(Finding.Status.init), let since = row.time(11), let first = row.time(12),
            let last = row.time(13), let sightings = row.integer(14)
        else { return nil }
        var known = KnownFinding(
            id: id, sceneType: sceneType, severity: severity, status: status, statusSince: since, firstSeen: first,
            lastSeen: last, sightings: Int(clamping: sightings),
            point: GeodeticPoint(latitude: latitude, longitude: longitude, height: height),
            ellipse: ErrorEllipse(semiMajor: semiMajor, semiMinor: semiMinor, bearing: bearing))
        known.gsd = row.real(16)
        return row.integer(15) == digest(known, cell: cell) ? known : nil
    }

    /// Writes everything that the row holds.
    static func add(_ known: KnownFinding, cell: Int64, to values: inout BoundValues) {
        values.add(known.id)
        values.add(cell)
        values.add(known.sceneType)
        values.add(known.point.latitude)
        values.add(known.point.longitude)
        values.add(known.point.height)
        values.add(known.ellipse.semiMajor)
        values.add(known.ellipse.semiMinor)
        values.add(known.ellipse.bearing)
        values.add(known.severity.rawValue)
        values.add(known.status.rawValue)
        values.add(known.statusSince)
        values.add(known.firstSeen)
        values.add(known.lastSeen)
        values.add(known.sightings)
        values.add(digest(known, cell: cell))
        values.add(known.gsd)
    }

    /// What may be damaged, and is only good to pass a row over.
    static func glance(_ row: Row) -> KnownFinding.Glance? {
        guard let sceneType = row.text(2), let severity = row.text(9).flatMap(Severity.init),
            let status = row.text(10).flatMap(Finding.Status.init), let since = row.time(11), let first = row.time(12),
            let last = row.time(13)
        else { return nil }
        return KnownFinding.Glance(
            sceneType: sceneType, severity: severity, status: status, statusSince: since, firstSeen: first,
            lastSeen: last)
    }

    static func digest(_ known: KnownFinding, cell: Int64) -> Int64 {
        // Rows from before it was kept have none, under the digest that they always had.
        let gsd = known.gsd.map { "\n\($0.bitPattern)" } ?? ""
        return RowDigest.of(
            Array((known.sceneType + "\n" + known.severity.rawValue + "\n" + known.status.rawValue + gsd).utf8),
            known.id.high, known.id.low, UInt64(bitPattern: cell), known.point.latitude.bitPattern,
            known.point.longitude.bitPattern, known.point.height.bitPattern, known.ellipse.semiMajor.bitPattern,
            known.ellipse.semiMinor.bitPattern, known.ellipse.bearing.bitPattern,
            UInt64(bitPattern: known.statusSince.microseconds), UInt64(bitPattern: known.firstSeen.microseconds),
            UInt64(bitPattern: known.lastSeen.microseconds), UInt64(bitPattern: Int64(known.sightings)))
    }

    /// What is known of a finding that has a place; nil for one that has none.
    static func known(_ finding: Finding, since: UTCTime) -> KnownFinding? {
        guard let location = finding.location, location.point.isOnGlobe, location.ellipse.covariance.isFinite else {
            return nil
        }
        return KnownFinding(
            id: finding.id, sceneType: finding.sceneType, severity: finding.severity, status: finding.status,
            statusSince: since, firstSeen: finding.firstSeen, lastSeen: finding.lastSeen,
            sightings: finding.sightings, point: location.point, ellipse: location.ellipse,
            gsd: location.gsd.flatMap { $0 > 0 && $0.isFinite ? $0 : nil })
    }
}

/// The row that says what a flight's share in a finding is.
enum PartRow {
    static let selected = "SELECT part, finding, flight, sightings, digest"
    static let columns = selected + " FROM parts"
    static let width = selected.split(separator: ",").count

    /// Nil when the row is damaged. Columns from `from` on.
    static func part(_ row: Row, from: Int = 0) -> (part: Finding.Part, finding: FindingID)? {
        guard let id = row.id(from), let finding = row.id(from + 1), let flight = row.id(from + 2),
            let sightings = row.integer(from + 3)
        else { return nil }
        let part = Finding.Part(id: id, flight: flight, sightings: Int(clamping: sightings))
        return row.integer(from + 4) == digest(part, of: finding) ? (part, finding) : nil
    }

    /// Writes everything that the row holds.
    static func add(_ part: Finding.Part, of finding: FindingID, to values: inout BoundValues) {
        values.add(part.id)
        values.add(finding)
        values.add(part.flight)
        values.add(part.sightings)
        values.add(digest(part, of: finding))
    }

    static func digest(_ part: Finding.Part, of finding: FindingID) -> Int64 {
        RowDigest.of(
            [], part.id.high, part.id.low, finding.high, finding.low, part.flight.high, part.flight.low,
            UInt64(bitPattern: Int64(part.sightings)))
    }
}
