import Inspection

/// How the database stands.
public struct StoreStatus: Sendable, Hashable {
    public struct Notice: Sendable, Hashable {
        /// `notice`, `warning` or `error`.
        public var severity: String
        public var text: String

        public init(severity: String, text: String) {
            self.severity = severity
            self.text = text
        }
    }

    public var epoch: String
    /// `not_needed`, `running`, `sound`, `damaged` or `unfinished`.
    public var check: String
    /// Damaged databases that are not taken over yet, by their folders in the quarantine.
    public var salvages: [String]
    /// Of the first of them, 0…1.
    public var salvageProgress: Double?
    /// What was told last, oldest first.
    public var notices: [Notice]

    public init(epoch: String, check: String, salvages: [String], salvageProgress: Double?, notices: [Notice]) {
        self.epoch = epoch
        self.check = check
        self.salvages = salvages
        self.salvageProgress = salvageProgress
        self.notices = notices
    }

    func write(_ json: inout JSONText) {
        json.member("epoch", epoch)
        json.member("check", check)
        if !salvages.isEmpty {
            json.member("salvages") { $0.array { json in for name in salvages { json.value(name) } } }
        }
        if let salvageProgress { json.member("salvage_progress", salvageProgress, decimals: 3) }
        guard !notices.isEmpty else { return }
        json.member("notices") {
            $0.array { json in
                for notice in notices {
                    json.object { json in
                        json.member("severity", notice.severity)
                        json.member("text", notice.text)
                    }
                }
            }
        }
    }
}
