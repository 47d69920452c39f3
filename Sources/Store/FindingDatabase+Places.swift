import Foundation
import GRDB
import Geodesy
public import Inspection

extension FindingDatabase {
    /// Waits for nothing but a free connection. What is damaged is left out at once, and moved aside soon after.
    public func known(_ query: KnownFindings.Query) throws(StoreError) -> KnownFindings {
        let answer: (known: KnownFindings, suspects: [Suspect])
        do {
            // Each statement sees whole transactions; that they need not see the same one saves as much as it costs to look.
            answer = try pool.unsafeRead { try Self.look(for: query, in: $0) }
        } catch {
            throw StoreError("read", database: path, error)
        }
        guard !answer.suspects.isEmpty, writer != nil else { return answer.known }
        Task { try? await write { try $0.quarantine(answer.suspects) } }
        return answer.known
    }

    private static func look(
        for query: KnownFindings.Query, in db: Database
    ) throws -> (known: KnownFindings, suspects: [Suspect]) {
        var suspects: [Suspect] = []
        var known = KnownFindings()
        func take(_ row: Row) {
            if let found = PlaceRow.known(row) { return known.near.append(found) }
            if let key = row.bytes(0) { suspects.append(.place(Data(key))) }
        }
        let part = try Row.fetchOne(
            db.cachedStatement(sql: PartRow.columns + " WHERE part = ?"), arguments: [query.part.blob])
        if let part {
            known.decided = PartRow.part(part)?.finding
            if known.decided == nil { suspects.append(.part(query.part.blob)) }
        }
        if let decided = known.decided {
            let row = try Row.fetchOne(
                db.cachedStatement(sql: PlaceRow.columns + " WHERE finding = ?"), arguments: [decided.blob])
            if let row { take(row) }
            return (known, suspects)
        }
        let center = query.point.onEllipsoid
        let statement = try db.cachedStatement(sql: Self.nearby)
        let ranges = PlaceCell.ranges(around: query.point, radius: min(query.radius, 1000))
        for first in stride(from: 0, to: ranges.count, by: 2) {
            let (one, other) = (ranges[first], first + 1 < ranges.count ? ranges[first + 1] : nil)
            let rows = try Row.fetchCursor(
                statement,
                arguments: [
                    query.sceneType, query.seenSince.microseconds, one.lowerBound, one.upperBound,
                    other?.lowerBound ?? 1, other?.upperBound ?? 0,
                ])
            while let row = try rows.next() {
                // Most of a cell lies too far off to be worth its digest.
                if let latitude = row.real(3), let longitude = row.real(4) {
                    let point = GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
                    if (point.onEllipsoid - center).length > query.radius { continue }
                }
                take(row)
                if known.near.count >= 2 * KnownFindings.limit { keepNewest(&known.near) }
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

    /// Two ranges of cells at once: a place seldom needs more, and beginning to read costs as much as reading.
    private static let nearby: String = {
        let cells = PlaceRow.columns + " WHERE scene_type = ?1 AND last_seen >= ?2 AND cell BETWEEN "
        return cells + "?3 AND ?4 UNION ALL " + cells + "?5 AND ?6"
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
