import Foundation
import GRDB
import Geodesy
public import Inspection

extension FindingDatabase {
    /// Waits for nothing but a free connection. What is damaged is left out at once, and moved aside soon after.
    public func known(_ query: KnownFindings.Query) throws(StoreError) -> KnownFindings {
        // Each statement sees whole transactions; that they need not see the same one saves as much as it costs to look.
        let answer = try readPlaces { try Self.look(for: query, in: $0) }
        guard !answer.suspects.isEmpty, writer != nil else { return answer.known }
        Task { try? await write { try $0.quarantine(answer.suspects) } }
        return answer.known
    }

    static func look(
        for query: KnownFindings.Query, in db: Database
    ) throws -> (known: KnownFindings, suspects: [Suspect]) {
        var suspects: [Suspect] = []
        var known = KnownFindings()
        func take(_ row: Row) {
            if let found = PlaceRow.known(row) { return known.near.append(found) }
            if let key = row.bytes(0) { suspects.append(.place(Data(key))) }
        }
        let radius = min(query.radius, 1000)
        let around = PlaceCell.Surroundings(of: query.point, radius: radius)
        let ranges = around.map(PlaceCell.ranges) ?? []
        let center = query.point.onEllipsoid
        let statement = try db.cachedStatement(sql: nearby)
        // Without a range the part is asked for all the same.
        for first in stride(from: 0, to: max(ranges.count, 1), by: 2) {
            func range(_ index: Int) -> (Int64, Int64) {
                index < ranges.count ? (ranges[index].lowerBound, ranges[index].upperBound) : (1, 0)
            }
            let (one, other) = (range(first), range(first + 1))
            let rows = try Row.fetchCursor(
                statement,
                arguments: [
                    query.sceneType, query.seenSince.microseconds, one.0, one.1, other.0, other.1,
                    around?.south, around?.north, around?.longitudes.lowerBound, around?.longitudes.upperBound,
                    first == 0 ? query.part.blob : nil,
                ])
            while let row = try rows.next() {
                if row.integer(PlaceRow.width) == 0 {
                    known.decided = PartRow.part(row)?.finding
                    if known.decided == nil { suspects.append(.part(query.part.blob)) } else { break }
                    continue
                }
                // Corners of the degrees around lie too far off, and are not worth a digest.
                if let latitude = row.real(3), let longitude = row.real(4) {
                    let point = GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
                    if (point.onEllipsoid - center).length > radius { continue }
                }
                take(row)
                if known.near.count >= 2 * KnownFindings.limit { keepNewest(&known.near) }
            }
            if let decided = known.decided {
                let row = try Row.fetchOne(
                    db.cachedStatement(sql: PlaceRow.columns + " WHERE finding = ?"), arguments: [decided.blob])
                if let row { take(row) }
                return (known, suspects)
            }
        }
        keepNewest(&known.near)
        return (known, suspects)
    }

    /// Ids begin with the time of the first sighting.
    private static func keepNewest(_ near: inout [KnownFinding]) {
        guard near.count > KnownFindings.limit else { return }
        near.sort { $0.id > $1.id }
        near.removeLast(near.count - KnownFindings.limit)
    }

    /// The part and two ranges of cells at once, the part first: a place seldom needs more, and to begin reading costs as much
    /// as to read. What lies too far off is passed over before it becomes a row. The last column tells which is which.
    private static let nearby: String = {
        let cells =
            PlaceRow.selected + """
                , 1 FROM places WHERE scene_type = ?1 AND last_seen >= ?2 AND latitude BETWEEN ?7 AND ?8
                  AND longitude BETWEEN ?9 AND ?10 AND cell BETWEEN
                """
        let part =
            PartRow.selected + String(repeating: ", NULL", count: PlaceRow.width - PartRow.width)
            + ", 0 FROM parts WHERE part = ?11"
        return part + " UNION ALL " + cells + " ?3 AND ?4 UNION ALL " + cells + " ?5 AND ?6"
    }()

    public func sightings(ofPart part: FindingID) async throws(StoreError) -> Int {
        try await readSound { db in
            let row = try Row.fetchOne(
                db.cachedStatement(sql: PartRow.columns + " WHERE part = ?"), arguments: [part.blob])
            guard let row else { return (0, []) }
            guard let stored = PartRow.part(row) else { return (0, [.part(part.blob)]) }
            return (stored.part.sightings, [])
        }
    }
}

extension GeodeticPoint {
    /// Earth-centred, at no height: distances between such points are horizontal ones, at the poles and at 180° too.
    fileprivate var onEllipsoid: Vector {
        GeodeticPoint(latitude: latitude, longitude: longitude, height: 0).ecef
    }
}
