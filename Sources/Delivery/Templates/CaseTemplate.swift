import Inspection
public import LocatedYAML

/// How one kind of gateway is spoken with, as data: `docs/templates.md`. Read once; unknown keys and references are refused with
/// their line.
public struct CaseTemplate: Sendable {
    public static let format = 1

    public enum Datum: String, Sendable, Hashable, CaseIterable { case wgs84, cgcs2000, gcj02, bd09 }

    /// How files of evidence get there.
    public enum Sending: String, Sendable, Hashable, CaseIterable {
        case none
        /// As base64 in the report.
        case inline
        /// As parts of the report.
        case multipart
        /// Each with a request of its own before the report.
        case upload
        /// The gateway fetches them itself.
        case link
    }

    struct Attachments: Sendable, Hashable {
        var sending = Sending.none
        var kinds: Set<EvidenceItem.Kind> = [.picture]
        /// Of those that there are, the last.
        var limit = 9
        /// Longer files stay here.
        var maximumBytes = 10 << 20
        /// Where in the answer to an upload its id stands.
        var idPath: [String] = []
    }

    public internal(set) var name = ""
    /// Names that the destination must give values for.
    public internal(set) var settings: [String] = []
    var datum = Datum.wgs84
    var terms = TemplateTerms()
    var attachments = Attachments()
    var report: RequestTemplate
    /// Of a finding whose case is known; nil for the same as ``report``.
    var update: RequestTemplate?
    /// Asked before a report that may have been taken already.
    var find: RequestTemplate?
    var upload: RequestTemplate?
    var answer = AnswerMapping()
    var found = CaseEntryMapping()
    /// Statuses by which the gateway says that what ``find`` asks for is not there.
    var absent: Set<Int> = []
    /// The gateway makes one case of a finding, however often and in whatever revision it is reported.
    var isIdempotent = false
    var poll: PollMapping?
    var callback: CaseEntryMapping?

    /// True when some request names what only the officers' page, or a link to a file, gives.
    public var needsLinks: Bool { attachments.sending == .link }
    public var keepsCases: Bool { poll != nil }
    public var takesCallbacks: Bool { callback != nil }
}

extension CaseTemplate {
    public init(path: String) throws(YAMLError) {
        try self.init(YAMLDocument(path: path))
    }

    public init(_ document: YAMLDocument) throws(YAMLError) {
        self = try document.decode { TemplateReaderOfCases(mapping: $0).template() }
    }
}

/// Where one case's news stand in an answer, an entry of a list, or a callback.
struct CaseEntryMapping: Sendable, Hashable {
    /// Of the list; empty where there is one case alone.
    var list: [String] = []
    /// Nil where the platform does not repeat our id: the case is then known by its number.
    var externalID: [String]?
    var number: [String]?
    var stage: [String]?
    var message: [String]?
    var at: [String]?
    var atForm: TemplateDate?
    /// What is stated of an extension: its end in the form of ``at``, or how many of ``extendedUnit``.
    var extendedUntil: [String]?
    var extendedBy: [String]?
    var extendedUnit = CaseExtension.Unit.workingDays
}

/// Asking for cases that changed.
struct PollMapping: Sendable, Hashable {
    enum Way: String, Sendable, Hashable, CaseIterable {
        /// The platform lists what changed after a cursor.
        case cursor
        /// Each open case is asked for by its number.
        case number
    }

    var way = Way.cursor
    var request: RequestTemplate
    var entry = CaseEntryMapping()
    var cursor: [String] = []
    var more: [String]?
}
