/// Two names of one thing.
public struct BilingualText: Sendable, Hashable {
    public var zh: String
    public var en: String

    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }
}

/// In rising order.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case blue, yellow, orange, red

    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .blue: 0
        case .yellow: 1
        case .orange: 2
        case .red: 3
        }
    }
}

/// Whether a finding may go to a destination.
public enum Release: String, Sendable, Hashable, CaseIterable {
    case auto
    /// A person looks first.
    case review
    case never
}

/// An entry of the catalogue.
public struct SceneType: Sendable, Hashable {
    /// `waste.exposed`, `worker.no_dust_mask`, …
    public var id: String
    public var title: BilingualText
    public var severity: Severity
    public var footing: Footing
    /// Labels that analysers use for it, lower case.
    public var labels: [String]
    /// Seconds after its last sighting within which a thing of this type at the same place is the same matter; nil for what
    /// its footing suggests. A heap stays; who stood there an hour ago does not.
    public var remembered: Double?
    /// What a look must be like that says whether a thing of this type is gone; nil for what the settings say of all.
    public var reflight: Reflight?

    /// What is left out is as the settings say.
    public struct Reflight: Sendable, Hashable {
        /// Metres across the smallest thing of the type that must not be missed.
        public var size: Double?
        /// Looks that count, at least.
        public var looks: Int?
        /// False: that nothing is seen there never says that it is gone.
        public var clears = true

        public init(size: Double? = nil, looks: Int? = nil, clears: Bool = true) {
            self.size = size
            self.looks = looks
            self.clears = clears
        }
    }

    public init(id: String, title: BilingualText, severity: Severity, footing: Footing, labels: [String]) {
        self.id = id
        self.title = title
        self.severity = severity
        self.footing = footing
        self.labels = labels
    }
}
