import Foundation
import GRDB
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
    private static let page = 1000

    public func eachKnown(
        in statuses: Set<Finding.Status>, _ body: @Sendable (KnownFinding, UTCTime?) -> Void
    ) async throws(StoreError) {
        var last = Data()
        while true {
            let after = last
            let page = try await readSound { db in
                var found: [(KnownFinding, UTCTime?)] = []
                var suspects: [Suspect] = []
                var last: Data?
                let rows = try Row.fetchAll(
                    db.cachedStatement(
                        sql: PlaceRow.columns + " WHERE finding > ? ORDER BY finding LIMIT \(Self.page)"),
                    arguments: [after])
                for row in rows {
                    guard let key = row.bytes(0) else { continue }
                    last = Data(key)
                    guard let known = PlaceRow.known(row) else {
                        suspects.append(.place(Data(key)))
                        continue
                    }
                    guard statuses.contains(known.status) else { continue }
                    let told = try Self.reflights(of: known.id, in: db)
                    suspects += told.suspects
                    found.append((known, told.entries.compactMap(\.lastLook).max()))
                }
                return ((found: found, last: last), suspects)
            }
            for (known, look) in page.found { body(known, look) }
            guard let next = page.last, next > last else { return }
            last = next
        }
    }
}

extension Data {
    /// As SQLite orders blobs.
    fileprivate static func > (a: Data, b: Data) -> Bool { b.lexicographicallyPrecedes(a) }
}
