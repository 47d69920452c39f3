/// One real matter at one place: the detections of it, joined.
public struct Finding: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case tentative, open, cleared, closed, dismissed
    }

    public var id: FindingID
    public var sceneType: String
    public var title: BilingualText
    public var severity: Severity
    /// 0…1, of the best detection.
    public var confidence: Double
    public var status: Status
    public var firstSeen: UTCTime
    public var lastSeen: UTCTime
    public var provenance: UTCProvenance
    /// Frames in which it was detected.
    public var sightings: Int
    public var flight: FlightID
    public var source: Name
    public var gateway: Name
    public var rule: String
    public var ruleVersion: String
    /// Of the best detection.
    public var reasons: [Detection.Reason]
    /// Fused over the sightings; nil for a matter without a position, for `refusal`.
    public var location: Geotag?
    public var refusal: PlacementRefusal?
    /// What one flight contributes, where other flights saw it too; nil where all its sightings are of one flight.
    public var part: Part?

    /// The sightings of one thing in one flight.
    public struct Part: Sendable, Hashable {
        /// What the thing's id is, or would be, as a finding of its own: the same file read again gives the same.
        public var id: FindingID
        public var flight: FlightID
        public var sightings: Int

        public init(id: FindingID, flight: FlightID, sightings: Int) {
            self.id = id
            self.flight = flight
            self.sightings = sightings
        }
    }

    public init(
        id: FindingID, sceneType: String, title: BilingualText, severity: Severity, confidence: Double, status: Status,
        firstSeen: UTCTime, lastSeen: UTCTime, provenance: UTCProvenance, sightings: Int, flight: FlightID,
        source: Name, gateway: Name, rule: String, ruleVersion: String, reasons: [Detection.Reason], location: Geotag?,
        refusal: PlacementRefusal?
    ) {
        self.id = id
        self.sceneType = sceneType
        self.title = title
        self.severity = severity
        self.confidence = confidence
        self.status = status
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.provenance = provenance
        self.sightings = sightings
        self.flight = flight
        self.source = source
        self.gateway = gateway
        self.rule = rule
        self.ruleVersion = ruleVersion
        self.reasons = reasons
        self.location = location
        self.refusal = refusal
    }
}

/// One sortie as one source saw it.
public struct Flight: Sendable, Hashable {
    public var id: FlightID
    public var source: Name
    public var firstFrame: UTCTime
    public var lastFrame: UTCTime
    /// When the last frame reached this gateway, by this gateway's clock: what a gap is measured by over a restart, since a
    /// stream's own clock may be wrong, or that of a recording.
    public var lastArrival: UTCTime
    /// What the frames came from: a content identity for a file, the source's name and start for a live stream. Part of
    /// every finding's id.
    public var content: String
    public var ended: Bool
    /// Nil where nothing is known of it.
    public var timing: FlightTiming?

    public init(
        id: FlightID, source: Name, firstFrame: UTCTime, lastFrame: UTCTime, lastArrival: UTCTime, content: String,
        ended: Bool
    ) {
        self.id = id
        self.source = source
        self.firstFrame = firstFrame
        self.lastFrame = lastFrame
        self.lastArrival = lastArrival
        self.content = content
        self.ended = ended
    }
}

/// The case flow's own record of a finding.
public struct CaseRecord: Sendable, Hashable {
    public enum Stage: String, Sendable, Hashable, CaseIterable {
        case reported, accepted, dispatched, handling
        case fedBack = "fed_back"
        case checking, closed, rejected
    }

    /// The destination that opened it.
    public var platform: Name
    /// As the platform writes it; ``tokenPrefix`` and a token where the number comes later.
    public var number: String
    public var stage: Stage
    /// What the stage alone does not say: the way back it came, or that it rests.
    public var flags: Set<Flag>
    /// When the platform says that the case came there; nil where it does not say.
    public var at: UTCTime?
    /// The platform's own words for people, at most ``messageLimit`` bytes.
    public var message: String?
    /// What the platform states of the newest extension; nil where it states nothing, and without ``Flag/extended``. Kept in the
    /// case's history alone.
    public var extending: CaseExtension?

    public enum Flag: String, Sendable, Hashable, CaseIterable {
        /// 退回: a unit that was given it is not competent.
        case returned
        /// 返工: the check found it not handled.
        case rework
        /// 延期: the time to handle it was extended.
        case extended
        /// 挂账: it rests, with approval, until what keeps it from being handled is over.
        case suspended
    }

    /// What a number begins with that is only a promise of one.
    public static let tokenPrefix = "token:"
    public static let messageLimit = 500

    public init(
        platform: Name, number: String, stage: Stage, flags: Set<Flag> = [], at: UTCTime? = nil, message: String? = nil,
        extending: CaseExtension? = nil
    ) {
        self.platform = platform
        self.number = number
        self.stage = stage
        self.flags = flags
        self.at = at
        self.message = message
        self.extending = extending
    }

    /// True when nothing but times and words differs in `other`, which came later: no news for anybody but the case's history.
    /// That it states nothing of an extension takes nothing back.
    public func stands(as other: CaseRecord) -> Bool {
        platform == other.platform && number == other.number && stage == other.stage && flags == other.flags
            && (other.extending == nil || other.extending == extending)
    }

    /// In the order of ``Flag``.
    public var orderedFlags: [Flag] { Flag.allCases.filter(flags.contains) }
}

/// An officer's answer to a finding.
public struct Verdict: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable { case upheld, handled, dismissed }

    public var kind: Kind
    public var by: String
    public var at: UTCTime
    public var why: String

    public init(kind: Kind, by: String, at: UTCTime, why: String) {
        self.kind = kind
        self.by = by
        self.at = at
        self.why = why
    }
}

/// One file of evidence, known by its content.
public struct EvidenceItem: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable { case picture, thumbnail, clip, metadata }

    /// Lower-case hexadecimal of the bytes' SHA-256.
    public var sha256: String
    public var kind: Kind
    public var mediaType: String
    public var bytes: Int
    public var capturedAt: UTCTime
    /// True when heads and number plates in it were made unrecognisable.
    public var redacted: Bool
    /// Of a redacted one: the SHA-256 of the picture that it was made of.
    public var original: String?
    /// Where in a picture, as it is shown (turned as its EXIF says), the matter is: left, top, right, bottom as shares of its
    /// width and height, 0…1. Nil for clips, and
    /// for matters of the whole frame. Never drawn into the picture itself.
    public var box: FrameObject.Box?

    public init(
        sha256: String, kind: Kind, mediaType: String, bytes: Int, capturedAt: UTCTime, redacted: Bool,
        box: FrameObject.Box? = nil, original: String? = nil
    ) {
        self.original = original
        self.sha256 = sha256
        self.kind = kind
        self.mediaType = mediaType
        self.bytes = bytes
        self.capturedAt = capturedAt
        self.redacted = redacted
        self.box = box
    }
}
