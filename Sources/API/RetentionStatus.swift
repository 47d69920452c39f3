import Inspection

/// What an operator wants to see of the room on the disk and of what is taken away.
public struct RetentionStatus: Sendable, Hashable {
    public struct Kept: Sendable, Hashable {
        /// `clips`, `pictures` or `metadata`.
        public var name: String
        /// Nil before the folder was looked through.
        public var bytes: Int64?
        /// What there may be of it; nil for no limit.
        public var quota: Int64?

        public init(name: String, bytes: Int64?, quota: Int64?) {
            self.name = name
            self.bytes = bytes
            self.quota = quota
        }
    }

    /// 0 `normal`, 1 `without_clips`, 2 `without_pictures`, 3 `refusing`.
    public var level: Int
    public var levelName: String
    /// Bytes of the file system; nil where it does not say.
    public var free: Int64?
    public var total: Int64?
    /// Bytes kept back for the last step.
    public var reserve: Int64
    public var kept: [Kept]
    /// Bytes that should go, and may not: they are owed or held.
    public var missing: Int64
    public var holds: Int64
    /// Files that no row names, and rows whose file is not there.
    public var orphans: Int64
    public var lost: Int64
    public var lastError: String?

    public init(
        level: Int, levelName: String, free: Int64?, total: Int64?, reserve: Int64, kept: [Kept], missing: Int64,
        holds: Int64, orphans: Int64, lost: Int64, lastError: String?
    ) {
        self.level = level
        self.levelName = levelName
        self.free = free
        self.total = total
        self.reserve = reserve
        self.kept = kept
        self.missing = missing
        self.holds = holds
        self.orphans = orphans
        self.lost = lost
        self.lastError = lastError
    }

    func write(_ json: inout JSONText) {
        json.member("level", levelName)
        if let free { json.member("free_bytes", free) }
        if let total { json.member("total_bytes", total) }
        json.member("reserve_bytes", reserve)
        json.member("evidence") { json in
            json.array { json in
                for kept in kept {
                    json.object { json in
                        json.member("class", kept.name)
                        if let bytes = kept.bytes { json.member("bytes", bytes) }
                        if let quota = kept.quota { json.member("quota_bytes", quota) }
                    }
                }
            }
        }
        json.member("must_stay_bytes", missing)
        json.member("holds", holds)
        json.member("files_unnamed", orphans)
        json.member("files_lost", lost)
        if let lastError { json.member("last_error", lastError) }
    }

    /// Name, value and labels of each gauge.
    var gauges: [(String, Int64, [(String, String)])] {
        var gauges: [(String, Int64, [(String, String)])] = [
            ("flyonce_disk_level", Int64(level), []), ("flyonce_disk_reserve_bytes", reserve, []),
            ("flyonce_retention_must_stay_bytes", missing, []), ("flyonce_legal_holds", holds, []),
            ("flyonce_evidence_files_unnamed", orphans, []), ("flyonce_evidence_files_lost", lost, []),
        ]
        if let free { gauges.append(("flyonce_disk_free_bytes", free, [])) }
        if let total { gauges.append(("flyonce_disk_total_bytes", total, [])) }
        for kept in kept {
            let labels = [("class", kept.name)]
            if let bytes = kept.bytes { gauges.append(("flyonce_evidence_bytes", bytes, labels)) }
            if let quota = kept.quota { gauges.append(("flyonce_evidence_quota_bytes", quota, labels)) }
        }
        return gauges
    }
}
