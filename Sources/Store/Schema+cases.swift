extension Schema {
    /// How cases went on.
    static let caseChanges = [
        """
        CREATE TABLE case_changes (
          id INTEGER PRIMARY KEY AUTOINCREMENT, finding BLOB NOT NULL, platform TEXT NOT NULL, number TEXT NOT NULL,
          stage TEXT NOT NULL, flags TEXT NOT NULL, at INTEGER, message TEXT, recorded INTEGER NOT NULL,
          digest INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX case_changes_of_finding ON case_changes (finding, platform, id)",
        "CREATE INDEX cases_open ON cases (platform, number) WHERE stage NOT IN ('closed', 'rejected')",
        """
        CREATE TRIGGER case_changes_gone AFTER DELETE ON findings BEGIN
          DELETE FROM case_changes WHERE finding = OLD.id;
        END
        """,
    ]
}
