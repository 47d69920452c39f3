import SQLite

/// The statements of the busiest paths: the rows that a revision brings, by the table they go to, and what a delivery takes. What is
/// known only where they are run stands last.
enum BusyStatement: Int, CaseIterable {
    case revision, firstFinding, finding, firstPart, part, firstPlace, place, evidence, owed
    case knownAtAll, feature, leased, delivered

    var sql: String {
        switch self {
        case .revision: "INSERT INTO revisions (finding, revision, feature, seq, digest) VALUES (?, ?, ?, ?, ?)"
        case .firstFinding: Self.findings
        case .finding:
            Self.findings + """
                 ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, seq = excluded.seq,
                  scene_type = excluded.scene_type, severity = excluded.severity, status = excluded.status,
                  latitude = excluded.latitude, longitude = excluded.longitude, first_seen = excluded.first_seen,
                  last_seen = excluded.last_seen, flight = excluded.flight, source = excluded.source,
                  sightings = excluded.sightings, body = excluded.body, digest = excluded.digest
                """
        case .firstPart: "INSERT " + Self.parts + " ON CONFLICT DO NOTHING"
        case .part: "INSERT OR REPLACE " + Self.parts
        case .firstPlace: "INSERT " + Self.places + " ON CONFLICT DO NOTHING"
        case .place: "INSERT OR REPLACE " + Self.places
        case .evidence:
            """
            INSERT OR IGNORE INTO evidence (sha256, finding, kind, bytes, captured, original) VALUES (?, ?, ?, ?, ?, ?)
            """
        case .knownAtAll:
            """
            SELECT 1 FROM findings WHERE id = ?1 UNION ALL SELECT 1 FROM revisions WHERE finding = ?1
              UNION ALL SELECT 1 FROM outbox WHERE finding = ?1 LIMIT 1
            """
        case .feature: "SELECT finding, revision, feature, digest FROM revisions WHERE seq = ?"
        case .leased:
            """
            UPDATE outbox SET state = 'leased', attempts = ?, lease_until = ?, lease = ?
              WHERE finding = ? AND destination = ? AND revision = ?
            """
        case .delivered:
            """
            UPDATE outbox SET state = 'delivered', lease = NULL, lease_until = NULL
              WHERE finding = ? AND destination = ? AND revision = ? AND state = 'leased' AND lease = ?
                AND lease_until > ?
            """
        case .owed:
            """
            INSERT INTO outbox (finding, destination, revision, state, urgency, last_error, seq, created)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        }
    }

    /// What takes the place of a row that is there already. It is slower: SQLite keeps a journal of the statement for it.
    var replacing: BusyStatement? {
        switch self {
        case .firstPart: .part
        case .firstPlace: .place
        default: nil
        }
    }

    private static let findings = """
        INSERT INTO findings (id, revision, scene_type, severity, status, latitude, longitude, first_seen, last_seen,
          flight, source, sightings, body, seq, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let parts = "INTO parts (part, finding, flight, sightings, digest) VALUES (?, ?, ?, ?, ?)"

    private static let places = """
        INTO places (finding, cell, scene_type, latitude, longitude, height, semi_major, semi_minor, bearing, severity,
          status, since, first_seen, last_seen, sightings, digest, gsd)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}
