import GRDB
import Inspection

/// The tables of `flyonce.db`, and the steps from each format to the next.
///
/// A finding is one row whose `body` holds the whole record under one digest, so that it is verified, moved aside and
/// migrated as one; the columns beside it are for looking it up. What goes out is in `revisions`, encoded once. Row states
/// in `outbox` are text, for whoever opens the file with `sqlite3`.
enum Schema {
    /// Counts from 1; `PRAGMA user_version`.
    static let format: Int64 = 8
    /// "FlyO"; `PRAGMA application_id`.
    static let application: Int64 = 0x466C_794F

    /// Row of `meta` that repeats the format, under a row's protection and not the header's.
    static let formatKey = "format"
    /// Row of `meta` with the digest of the text of the schema.
    private static let textKey = "schema"

    /// Brings a database up to ``format``. `tell` gets how far it is, when it begins, every ten seconds of `seconds` that it takes,
    /// and when it ends.
    static func migrate(
        _ db: Database, now: UTCTime, seconds: () -> Double = { 0 }, tell: (StoreNotice) -> Void = { _ in },
        epoch: () -> String
    ) throws {
        var version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= format else { throw StoreError.newerFormat(version, path: "the database") }
        guard version < format else { return }
        let (began, isNew) = (seconds(), version == 0)
        var progress = SchemaProgress(from: version, to: format)
        var toldAt = began
        if !isNew { tell(StoreNotice(.notice, progress.description)) }
        while version < format {
            let step = version
            try db.inTransaction(.immediate) {
                for sql in steps[Int(step)] { try db.execute(sql: sql) }
                if step == 1 { try Ledger(db, epoch: "", now: UTCTime(microseconds: 0)).judgeStored() }
                if step == 0 {
                    try db.execute(sql: "INSERT INTO meta VALUES ('epoch', ?), ('lease', '0')", arguments: [epoch()])
                    try db.execute(sql: "PRAGMA application_id = \(application)")
                }
                if step == 2 {
                    try Ledger(db, epoch: "", now: now).placeAll { done, all in
                        guard seconds() - toldAt >= 10 else { return }
                        toldAt = seconds()
                        progress.placed = (done, all)
                        tell(StoreNotice(.notice, progress.description))
                    }
                }
                if step == 4, try !db.columns(in: "places").contains(where: { $0.name == "gsd" }) {
                    try db.execute(sql: "ALTER TABLE places ADD COLUMN gsd REAL")
                }
                try db.execute(sql: "PRAGMA user_version = \(step + 1)")
                try db.execute(
                    sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)", arguments: [formatKey, "\(step + 1)"])
                try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [textKey])
                return .commit
            }
            version += 1
        }
        progress.placed = nil
        progress.ended = seconds() - began
        if !isNew { tell(StoreNotice(.notice, progress.description)) }
    }

    /// Throws `damaged` where the tables are not those that this file was made with.
    static func verify(_ db: Database, _ path: String) throws {
        let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version > 0 else {
            guard try Row.fetchOne(db, sql: "SELECT 1 FROM sqlite_master") == nil else {
                throw StoreError.damaged("\(path) has tables and no format")
            }
            return
        }
        if let stated = try stated(formatKey, db), stated != "\(version)" {
            throw StoreError.damaged("\(path) has format \(version), and \(stated) in its rows")
        }
        if let stated = try stated(textKey, db), stated != (try text(db)) {
            let foreign = try additions(db)
            guard !foreign.isEmpty, stated == (try text(db, without: foreign)) else {
                throw StoreError.damaged("\(path) has damaged tables")
            }
        }
    }

    /// Indexes and statistics that somebody added by hand: they change no row and no rule, and are taken away again. Answers their
    /// names.
    static func dropAdditions(_ db: Database) throws -> [String] {
        guard try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0 > 0,
            let stated = try stated(textKey, db), stated != (try text(db))
        else { return [] }
        let foreign = try additions(db)
        for name in foreign {
            let type = name.hasPrefix("sqlite_stat") ? "TABLE" : "INDEX"
            try db.execute(sql: "DROP \(type) \(name.quotedDatabaseIdentifier)")
        }
        return foreign
    }

    /// Names of indexes that no format ever made, and of the tables of `ANALYZE`.
    private static func additions(_ db: Database) throws -> [String] {
        let ours = try DatabaseQueue().writeWithoutTransaction { fresh in
            try migrate(fresh, now: UTCTime(microseconds: 0)) { "" }
            return try Set(String.fetchAll(fresh, sql: "SELECT name FROM sqlite_master WHERE type = 'index'"))
        }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name FROM sqlite_master WHERE (type = 'table' AND name LIKE 'sqlite_stat_')
                  OR (type = 'index' AND sql IS NOT NULL) ORDER BY name
                """)
        return rows.compactMap { $0.text(0) }.filter { !ours.contains($0) }
    }

    /// The next ``fix(_:)`` writes the digest of the schema down anew.
    static func forgetText(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [textKey])
    }

    /// Writes down what ``verify(_:_:)`` compares, once after each change of the tables.
    static func fix(_ db: Database) throws {
        guard try stated(textKey, db) == nil || stated(formatKey, db) == nil else { return }
        try db.execute(
            sql: "INSERT OR REPLACE INTO meta VALUES (?, ?), (?, ?)",
            arguments: [textKey, try text(db), formatKey, "\(format)"])
    }

    private static func stated(_ key: String, _ db: Database) throws -> String? {
        try Row.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])?.text(0)
    }

    /// Digest of all that `CREATE` made.
    private static func text(_ db: Database, without foreign: [String] = []) throws -> String {
        var text: [UInt8] = []
        let rows = try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
        for row in rows where !foreign.contains(row.text(1) ?? "") {
            for column in 0..<4 { text += Array((row.text(column) ?? "-").utf8) + [0] }
        }
        return String(UInt64(bitPattern: RowDigest.of(text)), radix: 16)
    }

    /// `steps[n]` leads from format n to n + 1.
    private static let steps: [[String]] = [
        [
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
            """
            CREATE TABLE flights (
              id BLOB PRIMARY KEY, source TEXT NOT NULL, first_frame INTEGER NOT NULL, last_frame INTEGER NOT NULL,
              last_arrival INTEGER NOT NULL, content TEXT NOT NULL, ended INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT
            """,
            "CREATE INDEX flights_of_source ON flights (source)",
            "CREATE INDEX flights_by_time ON flights (first_frame)",
            """
            CREATE TABLE files_done (
              content TEXT NOT NULL, source TEXT NOT NULL, flight BLOB NOT NULL, PRIMARY KEY (content, source))
              STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE findings (
              id BLOB PRIMARY KEY, revision INTEGER NOT NULL, seq INTEGER NOT NULL UNIQUE, scene_type TEXT NOT NULL,
              severity TEXT NOT NULL, status TEXT NOT NULL, latitude REAL, longitude REAL, first_seen INTEGER NOT NULL,
              last_seen INTEGER NOT NULL, flight BLOB NOT NULL, source TEXT NOT NULL, sightings INTEGER NOT NULL,
              body BLOB NOT NULL, digest INTEGER NOT NULL) STRICT
            """,
            "CREATE INDEX findings_of_flight ON findings (flight, first_seen)",
            """
            CREATE TABLE revisions (
              seq INTEGER PRIMARY KEY AUTOINCREMENT, finding BLOB NOT NULL, revision INTEGER NOT NULL,
              feature BLOB NOT NULL, digest INTEGER NOT NULL, UNIQUE (finding, revision)) STRICT
            """,
            """
            CREATE TABLE evidence (sha256 TEXT NOT NULL, finding BLOB NOT NULL, kind TEXT NOT NULL, bytes INTEGER NOT NULL,
              PRIMARY KEY (sha256, finding)) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE cases (platform TEXT NOT NULL, number TEXT NOT NULL, finding BLOB NOT NULL, stage TEXT NOT NULL,
              PRIMARY KEY (platform, number)) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE quarantine (
              id INTEGER PRIMARY KEY AUTOINCREMENT, origin TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL,
              at INTEGER NOT NULL, content BLOB) STRICT
            """,
        ] + outbox,
        rules,
        places,
        coverage,
        // A column, where there is none yet.
        [],
        keeping,
        custody,
        states,
    ]

    /// States said one by one: for a list of more than two SQLite makes a table of its own at every row that it writes.
    private static let states = [
        "DROP INDEX outbox_of_revision",
        "CREATE INDEX outbox_of_revision ON outbox (seq) WHERE \(isOwed)",
    ]

    /// Of a row of the outbox that may still be sent by itself. Whoever asks by `seq` must ask in these words.
    static let isOwed = "(state = 'pending' OR state = 'held' OR state = 'leased')"

    /// What keeping and forwarding need besides.
    private static let keeping: [String] = urgency + caseChanges + missions

    /// What retention and the time limits of cases need besides.
    private static let custody: [String] = retention + caseClocks

    /// What was stated of flights. `change` counts all changes, so that a follower finds those it has not seen.
    private static let missions = [
        """
        CREATE TABLE missions (
          flight BLOB PRIMARY KEY, change INTEGER NOT NULL UNIQUE, stated_at INTEGER NOT NULL, body BLOB NOT NULL,
          digest INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """
    ]

    /// What each flight saw of the ground, by how much its metadata were late, and what it said of the findings there; findings
    /// by place whatever their type.
    private static let coverage = [
        """
        CREATE TABLE IF NOT EXISTS coverage (
          flight BLOB NOT NULL UNIQUE, source TEXT NOT NULL, day TEXT NOT NULL, gsd REAL NOT NULL, cell REAL NOT NULL,
          km2 REAL NOT NULL, cells BLOB NOT NULL, digest INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX IF NOT EXISTS coverage_by_day ON coverage (day)",
        """
        CREATE TABLE IF NOT EXISTS reflights (
          finding BLOB NOT NULL, flight BLOB NOT NULL, decision TEXT NOT NULL, doubt TEXT, looks INTEGER NOT NULL,
          sightings INTEGER NOT NULL, last_look INTEGER, decided_at INTEGER NOT NULL, digest INTEGER NOT NULL,
          PRIMARY KEY (finding, flight)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TRIGGER IF NOT EXISTS reviewed_gone AFTER DELETE ON findings BEGIN
          DELETE FROM reflights WHERE finding = OLD.id;
        END
        """,
        "CREATE INDEX IF NOT EXISTS places_by_cell ON places (cell)",
        """
        CREATE TABLE IF NOT EXISTS timings (
          flight BLOB PRIMARY KEY, source TEXT NOT NULL, origin TEXT NOT NULL, late REAL NOT NULL, error REAL NOT NULL,
          means TEXT NOT NULL, at INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS timings_of_source ON timings (source, at)",
        "CREATE INDEX IF NOT EXISTS timings_by_time ON timings (at)",
    ]

    /// Findings by place, and the share of each flight in them. Both can be made from the findings again, but for the
    /// shares of later flights.
    private static let places = [
        """
        CREATE TABLE places (
          scene_type TEXT NOT NULL, cell INTEGER NOT NULL, finding BLOB NOT NULL UNIQUE, latitude REAL NOT NULL,
          longitude REAL NOT NULL, height REAL NOT NULL, semi_major REAL NOT NULL, semi_minor REAL NOT NULL,
          bearing REAL NOT NULL, severity TEXT NOT NULL, status TEXT NOT NULL, since INTEGER NOT NULL,
          first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, sightings INTEGER NOT NULL, digest INTEGER NOT NULL,
          gsd REAL, PRIMARY KEY (scene_type, cell, finding)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE parts (
          part BLOB PRIMARY KEY, finding BLOB NOT NULL, flight BLOB NOT NULL, sightings INTEGER NOT NULL,
          digest INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX parts_of_flight ON parts (flight)",
        "DROP INDEX findings_of_flight",
        "CREATE TRIGGER finding_gone AFTER DELETE ON findings BEGIN DELETE FROM places WHERE finding = OLD.id; END",
    ]

    /// Of findings that anybody judged, the rule they had then; and what rules spent of their budgets of the day.
    private static let rules = [
        """
        CREATE TABLE judgements (finding BLOB PRIMARY KEY, rule TEXT NOT NULL, upheld INTEGER NOT NULL,
          seq INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX judgements_of_rule ON judgements (rule, seq, upheld)",
        """
        CREATE TABLE spending (source TEXT NOT NULL, rule TEXT NOT NULL, day INTEGER NOT NULL, spent INTEGER NOT NULL,
          PRIMARY KEY (source, rule)) STRICT, WITHOUT ROWID
        """,
    ]

    /// The unique indexes hold the rules whatever the code does: of one finding at most one revision waits and at most one
    /// is in flight for a destination. The triggers keep the books in the transaction of every change.
    private static let outbox = [
        """
        CREATE TABLE outbox (
          finding BLOB NOT NULL, destination TEXT NOT NULL, revision INTEGER NOT NULL, seq INTEGER NOT NULL,
          state TEXT NOT NULL CHECK (state = 'pending' OR state = 'leased' OR state = 'delivered' OR state = 'held'
            OR state = 'superseded' OR state = 'evicted' OR state = 'dead'),
          attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0, lease INTEGER, lease_until INTEGER,
          unanswered INTEGER NOT NULL DEFAULT 0, last_error TEXT, created INTEGER NOT NULL,
          PRIMARY KEY (finding, destination, revision)) STRICT, WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX outbox_waiting ON outbox (finding, destination) WHERE state IN ('pending', 'held')",
        "CREATE UNIQUE INDEX outbox_in_flight ON outbox (finding, destination) WHERE state = 'leased'",
        "CREATE INDEX outbox_queue ON outbox (destination, seq, due) WHERE state = 'pending'",
        "CREATE INDEX outbox_due ON outbox (destination, due) WHERE state = 'pending'",
        "CREATE INDEX outbox_leases ON outbox (destination, lease_until) WHERE state = 'leased'",
        "CREATE INDEX outbox_dead ON outbox (destination, seq) WHERE state = 'dead'",
        "CREATE INDEX outbox_of_revision ON outbox (seq) WHERE state IN ('pending', 'held', 'leased')",
        """
        CREATE TABLE books (destination TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL,
          PRIMARY KEY (destination, state)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TRIGGER outbox_owed AFTER INSERT ON outbox BEGIN
          INSERT INTO books VALUES (NEW.destination, 'produced', 1)
            ON CONFLICT (destination, state) DO UPDATE SET count = count + 1;
          INSERT INTO books VALUES (NEW.destination, NEW.state, 1)
            ON CONFLICT (destination, state) DO UPDATE SET count = count + 1;
        END
        """,
        """
        CREATE TRIGGER outbox_moved AFTER UPDATE OF state ON outbox WHEN OLD.state <> NEW.state BEGIN
          UPDATE books SET count = count - 1 WHERE destination = OLD.destination AND state = OLD.state;
          INSERT INTO books VALUES (NEW.destination, NEW.state, 1)
            ON CONFLICT (destination, state) DO UPDATE SET count = count + 1;
        END
        """,
    ]
}

extension StoreError {
    static func newerFormat(_ version: Int64, path: String) -> StoreError {
        StoreError(
            kind: .newerFormat,
            description: "\(path) has format \(version); this FlyOnce knows formats up to \(Schema.format)",
            hint: "install the FlyOnce that wrote it, or a newer one; the file was left untouched")
    }
}
