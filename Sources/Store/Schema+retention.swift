extension Schema {
    /// What retention looks things up by: files by age, files that were taken away, findings under a legal hold, and deliveries
    /// whose rows are gone and which the books go on counting.
    static let retention: [String] = [
        "ALTER TABLE evidence ADD COLUMN captured INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE evidence ADD COLUMN original TEXT",
        """
        UPDATE evidence SET captured =
          COALESCE((SELECT f.first_seen FROM findings f WHERE f.id = evidence.finding), 0)
        """,
        "CREATE INDEX evidence_by_age ON evidence (kind, captured)",
        "CREATE INDEX evidence_of_original ON evidence (original) WHERE original IS NOT NULL",
        "CREATE INDEX cases_of_finding ON cases (finding)",
        """
        CREATE TABLE removals (
          sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, bytes INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL,
          gone INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX removals_under_way ON removals (at) WHERE gone = 0",
        """
        CREATE TABLE holds (finding BLOB PRIMARY KEY, at INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE outbox_folded (
          destination TEXT NOT NULL, state TEXT NOT NULL, epoch TEXT NOT NULL, count INTEGER NOT NULL,
          digest INTEGER NOT NULL, PRIMARY KEY (destination, state, epoch)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TRIGGER outbox_gone AFTER DELETE ON outbox BEGIN
          UPDATE books SET count = count - 1 WHERE destination = OLD.destination AND state IN ('produced', OLD.state);
        END
        """,
        """
        CREATE TRIGGER outbox_folded_first AFTER INSERT ON outbox_folded BEGIN
          INSERT INTO books VALUES (NEW.destination, 'produced', NEW.count)
            ON CONFLICT (destination, state) DO UPDATE SET count = count + NEW.count;
          INSERT INTO books VALUES (NEW.destination, NEW.state, NEW.count)
            ON CONFLICT (destination, state) DO UPDATE SET count = count + NEW.count;
        END
        """,
        """
        CREATE TRIGGER outbox_folded_more AFTER UPDATE OF count ON outbox_folded BEGIN
          UPDATE books SET count = count + NEW.count - OLD.count
            WHERE destination = NEW.destination AND state IN ('produced', NEW.state);
        END
        """,
    ]
}
