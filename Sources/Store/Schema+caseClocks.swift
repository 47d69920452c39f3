extension Schema {
    /// How open cases stand to their limits, and who was told of those that are late.
    static let caseClocks = [
        """
        CREATE TABLE case_clocks (
          finding BLOB NOT NULL, platform TEXT NOT NULL, number TEXT NOT NULL, scene_type TEXT NOT NULL,
          stage TEXT NOT NULL, step TEXT NOT NULL, since INTEGER NOT NULL, time_limit TEXT, extensions INTEGER NOT NULL,
          paused INTEGER NOT NULL, suspended INTEGER, soon INTEGER, due INTEGER, told INTEGER NOT NULL, next INTEGER,
          change INTEGER NOT NULL, digest INTEGER NOT NULL, PRIMARY KEY (finding, platform)) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX case_clocks_next ON case_clocks (next) WHERE next IS NOT NULL",
        "CREATE INDEX case_clocks_due ON case_clocks (due)",
        """
        CREATE INDEX case_changes_ended ON case_changes (platform, number, recorded) WHERE stage IN ('closed', 'rejected')
        """,
        """
        CREATE TRIGGER case_clocks_gone AFTER DELETE ON findings BEGIN
          DELETE FROM case_clocks WHERE finding = OLD.id;
        END
        """,
    ]
}
