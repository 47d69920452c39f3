import Inspection

extension Schema {
    /// The queue by severity, so that an alert of now never waits behind what an outage has gathered. Rows that are ready have
    /// `due` 0 and stand in two indexes, one that leads with the severity; those that wait for a time stand in a third.
    static let urgency = [
        "ALTER TABLE outbox ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE outbox SET urgency = COALESCE((SELECT CASE f.severity
            WHEN 'red' THEN 3 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 1 ELSE 0 END
          FROM findings f WHERE f.id = outbox.finding), 0)
          WHERE state IN ('pending', 'held', 'leased', 'dead')
        """,
        "DROP INDEX outbox_queue",
        "DROP INDEX outbox_due",
        "CREATE INDEX outbox_queue ON outbox (destination, seq) WHERE state = 'pending' AND due = 0",
        "CREATE INDEX outbox_urgent ON outbox (destination, urgency, seq) WHERE state = 'pending' AND due = 0",
        "CREATE INDEX outbox_due ON outbox (destination, due) WHERE state = 'pending' AND due > 0",
    ]
}

extension Severity {
    /// As it stands in the outbox: 0 blue to 3 red.
    var urgency: Int64 {
        switch self {
        case .blue: 0
        case .yellow: 1
        case .orange: 2
        case .red: 3
        }
    }
}
