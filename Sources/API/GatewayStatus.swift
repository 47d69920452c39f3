public import Inspection

/// What an operator wants to see of a running gateway.
public struct GatewayStatus: Sendable {
    public struct SourceStatus: Sendable {
        public enum State: String, Sendable {
            case connecting, live, backingOff = "backing_off", ended, failed
        }

        public var name: Name
        public var state: State
        /// Without any password.
        public var location: String
        public var counters: [String: Int64]
        /// Seconds since the newest metadata of the stream; nil before the first.
        public var metadataAge: Double?
        public var lastError: String?
        /// Of a folder of files.
        public var files: FileProgress?
        /// In the configured order.
        public var feeds: [FeedStatus] = []
        public var timing: TimingStatus?

        public init(
            name: Name, state: State, location: String, counters: [String: Int64], metadataAge: Double?,
            lastError: String?
        ) {
            self.name = name
            self.state = state
            self.location = location
            self.counters = counters
            self.metadataAge = metadataAge
            self.lastError = lastError
        }
    }

    /// Whether deliveries to a destination are tried.
    public enum Circuit: String, Sendable {
        /// They are.
        case closed
        /// Too many failed in a row: none is tried for a while.
        case open
        /// One is on its way, to see whether the others may follow.
        case halfOpen = "half_open"
    }

    /// How a rule stands to its floor of precision.
    public struct RuleStatus: Sendable, Hashable {
        public var rule: String
        /// Share of upheld among its newest judged findings below which what it finds waits for a person.
        public var precisionFloor: Double
        public var upheld: Int
        public var dismissed: Int
        public var isUnderFloor: Bool

        public init(rule: String, precisionFloor: Double, upheld: Int, dismissed: Int, isUnderFloor: Bool) {
            self.rule = rule
            self.precisionFloor = precisionFloor
            self.upheld = upheld
            self.dismissed = dismissed
            self.isUnderFloor = isUnderFloor
        }
    }

    public var gateway: Name
    public var version: String
    /// Nil where no daemon runs.
    public var startedAt: UTCTime?
    public var isReady: Bool
    public var sources: [SourceStatus]
    public var books: [Book]
    /// By destination.
    public var circuits: [Name: Circuit] = [:]
    /// Of rules that have a floor of precision.
    public var rules: [RuleStatus] = []
    /// Open cases whose time is counted, by scene type.
    public var cases: [CaseCount] = []
    /// Nil where no daemon runs.
    public var store: StoreStatus?
    /// Nil where nothing was sealed yet.
    public var chain: ChainStatus?
    /// Nil where no daemon runs.
    public var retention: RetentionStatus?
    /// By name: `detections`, `findings_opened`, `quarantined_rows`, …
    public var counters: [String: Int64]

    public init(
        gateway: Name, version: String, startedAt: UTCTime?, isReady: Bool, sources: [SourceStatus], books: [Book],
        counters: [String: Int64]
    ) {
        self.gateway = gateway
        self.version = version
        self.startedAt = startedAt
        self.isReady = isReady
        self.sources = sources
        self.books = books
        self.counters = counters
    }
}

extension GatewayStatus {
    public func json() -> JSONText {
        var json = JSONText(capacity: 2048)
        json.object { json in
            json.member("gateway", gateway.text)
            json.member("version", version)
            if let startedAt { json.member("started_at", startedAt.rfc3339) }
            json.member("ready", isReady)
            json.member("sources") {
                $0.array { json in for source in sources { json.object { Self.write(source, &$0) } } }
            }
            json.member("books") { $0.array { json in for book in books { json.object { Self.write(book, &$0) } } } }
            json.member("circuits") { json in
                json.object { json in
                    for (name, circuit) in circuits.sorted(by: { $0.key.text < $1.key.text }) {
                        json.member(name.text, circuit.rawValue)
                    }
                }
            }
            if !rules.isEmpty {
                json.member("rules") { $0.array { json in for rule in rules { json.object { rule.write(&$0) } } } }
            }
            if !cases.isEmpty {
                json.member("cases") { $0.array { json in for count in cases { json.object { count.write(&$0) } } } }
            }
            if let store { json.member("store") { $0.object { store.write(&$0) } } }
            if let chain { json.member("chain") { $0.object { chain.write(&$0) } } }
            if let retention { json.member("retention") { $0.object { retention.write(&$0) } } }
            json.member("counters") { Self.write(counters, &$0) }
        }
        return json
    }

    private static func write(_ source: SourceStatus, _ json: inout JSONText) {
        json.member("name", source.name.text)
        json.member("state", source.state.rawValue)
        json.member("location", source.location)
        if let age = source.metadataAge { json.member("metadata_age_s", age, decimals: 3) }
        if let error = source.lastError { json.member("last_error", error) }
        json.member("counters") { write(source.counters, &$0) }
        if let files = source.files { json.member("files") { $0.object { write(files, &$0) } } }
        if let timing = source.timing { json.member("timing") { $0.object { timing.write(&$0) } } }
        guard !source.feeds.isEmpty else { return }
        json.member("feeds") { $0.array { json in for feed in source.feeds { feed.write(&json) } } }
    }

    private static func write(_ files: FileProgress, _ json: inout JSONText) {
        if let current = files.current {
            json.member("current", current)
            json.member("percent", files.percent)
            json.member("sidecars") { $0.array { json in for name in files.sidecars { json.value(name) } } }
        }
        for (name, value) in files.figures { json.member(name, value) }
        json.member("failures") {
            $0.array { json in
                for failure in files.failures {
                    json.object { json in
                        json.member("file", failure.file)
                        json.member("reason", failure.reason)
                    }
                }
            }
        }
    }

    private static func write(_ book: Book, _ json: inout JSONText) {
        json.member("destination", book.destination.text)
        for (name, value) in book.columns { json.member(name, value) }
    }

    private static func write(_ counters: [String: Int64], _ json: inout JSONText) {
        json.object { json in
            for (name, value) in counters.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
    }
}

extension CaseCount {
    fileprivate func write(_ json: inout JSONText) {
        json.member("scene_type", sceneType)
        for (name, value) in columns { json.member(name, value) }
    }

    var columns: [(String, Int)] {
        [("open", open), ("due_soon", dueSoon), ("overdue", overdue), ("suspended", suspended)]
    }
}

extension GatewayStatus.RuleStatus {
    fileprivate func write(_ json: inout JSONText) {
        json.member("rule", rule)
        json.member("precision_floor", precisionFloor, decimals: 4)
        json.member("upheld", upheld)
        json.member("dismissed", dismissed)
        json.member("under_floor", isUnderFloor)
    }
}

extension FileProgress {
    var figures: [(String, Int)] {
        [("waiting", waiting), ("growing", growing), ("done", done), ("failed", failed)]
    }
}

extension Book {
    var columns: [(String, Int64)] {
        [
            ("produced", produced), ("delivered", delivered), ("pending", pending), ("leased", leased), ("held", held),
            ("superseded", superseded), ("evicted", evicted), ("dead", dead),
        ]
    }
}
