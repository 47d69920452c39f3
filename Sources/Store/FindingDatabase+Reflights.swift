import Foundation
import GRDB
public import Geodesy
public import Inspection

extension FindingDatabase: ReflightStore {
    public func save(_ entries: [ReflightEntry]) async throws(StoreError) {
        guard !entries.isEmpty else { return }
        try await write { try $0.save(entries) }
    }

    public func clear(
        _ entry: ReflightEntry, reason: Detection.Reason, evidence: [EvidenceItem]
    ) async throws(StoreError) -> FindingRecord? {
        try await write { try $0.clear(entry, reason: reason, evidence: evidence) }
    }

    public func reflights(of finding: FindingID) async throws(StoreError) -> [ReflightEntry] {
        try await readSound { try Self.reflights(of: finding, in: $0) }
    }

    private static func reflights(
        of finding: FindingID, in db: Database
    ) throws -> (entries: [ReflightEntry], suspects: [Suspect]) {
        var entries: [ReflightEntry] = []
        var suspects: [Suspect] = []
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: ReflightRow.columns + " WHERE finding = ? ORDER BY decided_at LIMIT \(Ledger.reflightsKept)"),
            arguments: [finding.blob])
        while let row = try rows.next() {
            if let entry = ReflightRow.entry(row) {
                entries.append(entry)
            } else if let suspect = ReflightRow.suspect(row) {
                suspects.append(suspect)
            }
        }
        return (entries, suspects)
    }

    /// Rows read at once.
    static let page = 2000

    /// The key of a place, by which they are stored.
    private struct Key: Sendable, Hashable {
        var sceneType = ""
        var cell = Int64.min
        var finding = Data()
    }

    private struct Passing: Sendable {
        var wanted: [(known: KnownFinding, lastLook: UTCTime?)] = []
        var suspects: [Suspect] = []
        /// Nil when there are no more.
        var last: Key?
    }

    /// In the order in which they are stored, so that each page of the file is read once. One that moves meanwhile may pass
    /// twice, or not at all.
    public func eachKnown(
        in statuses: Set<Finding.Status>, within box: BoundingBox?,
        where isWanted: @escaping @Sendable (KnownFinding.Glance) -> Bool,
        _ body: @Sendable (KnownFinding, UTCTime?) -> Void
    ) async throws(StoreError) {
        var key = Key()
        while true {
            let after = key
            let passing = try await readSound { db in
                let passing = try Self.pass(after, statuses, box, isWanted, in: db)
                return (passing, passing.suspects)
            }
            for (known, look) in passing.wanted { body(known, look) }
            guard let last = passing.last, last != after else { return }
            key = last
        }
    }

    private static func pass(
        _ after: Key, _ statuses: Set<Finding.Status>, _ box: BoundingBox?,
        _ isWanted: (KnownFinding.Glance) -> Bool, in db: Database
    ) throws -> Passing {
        var passing = Passing()
        // West of 180° and beyond it are not one range of numbers.
        let isWhole = box.map { $0.west + $0.width > 180 } ?? true
        let marks = statuses.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: PlaceRow.columns + """
                     WHERE (scene_type, cell, finding) > (?, ?, ?) AND status IN (\(marks))
                      AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?
                      ORDER BY scene_type, cell, finding LIMIT \(page)
                    """),
            arguments: [
                after.sceneType, after.cell, after.finding, box?.south ?? -90, box?.north ?? 90,
                isWhole ? -180 : box?.west, isWhole ? 180 : box.map { $0.west + $0.width },
            ])
        var count = 0
        while let row = try rows.next() {
            count += 1
            if let bytes = row.bytes(0), let cell = row.integer(1), let sceneType = row.text(2) {
                passing.last = Key(sceneType: sceneType, cell: cell, finding: Data(bytes))
            }
            if let glance = PlaceRow.glance(row), !isWanted(glance) { continue }
            guard let known = PlaceRow.known(row) else {
                if let bytes = row.bytes(0) { passing.suspects.append(.place(Data(bytes))) }
                continue
            }
            guard box?.contains(known.point) ?? true else { continue }
            let told = try reflights(of: known.id, in: db)
            passing.suspects += told.suspects
            passing.wanted.append((known, told.entries.compactMap(\.lastLook).max()))
        }
        if count < page { passing.last = nil }
        return passing
    }
}
