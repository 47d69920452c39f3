/// What a jurisdiction says of one matter: whose it is, under which code, by which law, and until when. Never a decision: a
/// person confirms it.
public struct Competence: Sendable, Hashable {
    /// What is not known, and is said instead of guessed.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case track, departments, codes, law
        /// Since which day a law that is named is in force: on the day of the matter it may not have been.
        case lawFrom = "law_from"
        case limits
        /// When a limit ends: the calendar has no hours or days of work.
        case due
        /// Days off in a year that a limit runs through: it may end later than is said.
        case daysOff = "days_off"
    }

    /// One of a township's four platforms, in the names of 2016 and of 2021.
    public struct Track: Sendable, Hashable {
        public var id: String
        public var zh2016: String
        public var zh2021: String
        public var en: String

        public init(id: String, zh2016: String, zh2021: String, en: String) {
            self.id = id
            self.zh2016 = zh2016
            self.zh2021 = zh2021
            self.en = en
        }
    }

    public struct Department: Sendable, Hashable {
        public var id: String
        public var title: BilingualText

        public init(id: String, title: BilingualText) {
            self.id = id
            self.title = title
        }
    }

    /// Articles of one law, written as the law counts them: `506`, `164(2)`.
    public struct Basis: Sendable, Hashable {
        public var law: String
        public var title: BilingualText
        public var articles: [String]
        public var penalty: [String]
        /// The first local day on which the law is in force, `2026-08-15`; nil where it is not known.
        public var from: String?
        /// The last one; nil where none is known.
        public var to: String?

        public init(
            law: String, title: BilingualText, articles: [String], penalty: [String], from: String? = nil,
            to: String? = nil
        ) {
            self.law = law
            self.title = title
            self.articles = articles
            self.penalty = penalty
            self.from = from
            self.to = to
        }
    }

    public struct Limit: Sendable, Hashable {
        public var step: String
        /// Nil for a step that the jurisdiction has no names for.
        public var title: BilingualText?
        /// `4wh` working hours, `2wd` working days.
        public var text: String
        /// Counted from when the matter was first seen; nil where the calendar cannot tell.
        public var due: UTCTime?

        public init(step: String, title: BilingualText?, text: String, due: UTCTime?) {
            self.step = step
            self.title = title
            self.text = text
            self.due = due
        }
    }

    public var jurisdiction: String
    public var version: String
    public var title: BilingualText
    public var track: Track?
    public var departments: [Department]
    /// Five digits of a catalogue of matters, or `local:…`.
    public var codes: [String]
    /// Codes that a person may choose instead.
    public var alternatives: [String]
    /// The local day, such as `2026-08-15`, by whose law the matter is judged: that on which it was first seen.
    public var lawDay: String
    public var law: [Basis]
    /// The one that ends first comes first.
    public var limits: [Limit]
    /// In the order of ``Part``.
    public var unknown: [Part]

    public init(
        jurisdiction: String, version: String, title: BilingualText, track: Track?, departments: [Department],
        codes: [String], alternatives: [String], lawDay: String, law: [Basis], limits: [Limit], unknown: [Part]
    ) {
        self.jurisdiction = jurisdiction
        self.version = version
        self.title = title
        self.track = track
        self.departments = departments
        self.codes = codes
        self.alternatives = alternatives
        self.lawDay = lawDay
        self.law = law
        self.limits = limits
        self.unknown = unknown
    }
}

/// The jurisdiction in use, where there is one. Implemented by `Rules`; asked by `Delivery`.
public protocol JurisdictionInUse: Sendable {
    /// Nil where no jurisdiction is in use.
    func competence(for sceneType: String, firstSeen: UTCTime) -> Competence?

    /// Whether findings of `sceneType` may go to a destination whose own settings say nothing of them. Nil where no
    /// jurisdiction is in use.
    func release(of sceneType: String) -> Release?
}
