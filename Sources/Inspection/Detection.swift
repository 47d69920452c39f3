/// A rule fired, at a frame, with the reasons it fired.
public struct Detection: Sendable {
    /// One condition that held, and the values it saw.
    public struct Reason: Sendable, Hashable {
        /// The condition's own text.
        public var condition: String
        /// Name and value of everything it looked at, in the order of the text.
        public var values: [Value]

        public struct Value: Sendable, Hashable {
            public var name: String
            public var value: String

            public init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        public init(condition: String, values: [Value]) {
            self.condition = condition
            self.values = values
        }

        private static let markPrefix = "marked by "

        /// A person saw it. What else is known of the mark are the values.
        public static func mark(by person: String, values: [Value]) -> Reason {
            Reason(condition: markPrefix + person, values: values)
        }

        /// True for a person's mark: no rule's condition reads like that.
        public var isMark: Bool { condition.hasPrefix(Self.markPrefix) }

        private static let recurrenceText = "seen again after it was "

        /// It was held to be over, and a later flight sees it.
        public static func recurrence(after status: Finding.Status, in flight: FlightID, at utc: UTCTime) -> Reason {
            Reason(
                condition: recurrenceText + status.rawValue,
                values: [
                    Value(name: "flight", value: flight.description), Value(name: "seen_at", value: utc.rfc3339),
                ])
        }

        /// True for a reason that reopens a finding: no rule's condition reads like that.
        public var isRecurrence: Bool { condition.hasPrefix(Self.recurrenceText) }

        private static let clearanceText = "looked for again and not there"

        /// A later flight looked at its place, and nothing is there. `values` tell how well it looked.
        public static func clearance(in flight: FlightID, at utc: UTCTime, values: [Value]) -> Reason {
            Reason(
                condition: clearanceText,
                values: [
                    Value(name: "flight", value: flight.description), Value(name: "looked_at", value: utc.rfc3339),
                ] + values)
        }

        /// True for a reason that clears a finding: no rule's condition reads like that.
        public var isClearance: Bool { condition == Self.clearanceText }

        /// When its place was last looked at; nil for any other reason.
        public var clearedAt: UTCTime? {
            guard isClearance else { return nil }
            return values.first { $0.name == "looked_at" }.flatMap { UTCTime(rfc3339: $0.value) }
        }

        private static let leftOutText = "evidence left out: the disk was full"

        /// There was no room for a picture or a clip of it. `what` are their kinds.
        public static func leftOut(_ what: [String], at utc: UTCTime) -> Reason {
            Reason(
                condition: leftOutText,
                values: what.map { Value(name: "left_out", value: $0) } + [Value(name: "at", value: utc.rfc3339)])
        }

        /// True for a reason that says what is missing: no rule's condition reads like that.
        public var isLeftOut: Bool { condition == Self.leftOutText }

        private static let budgetText = "over the rule's budget of the day"

        /// The rule said more than it may in a day: a person looks first, whatever the release policy says.
        public static func overBudget(perDay: Int) -> Reason {
            Reason(condition: budgetText, values: [Value(name: "per_day", value: String(perDay))])
        }

        public var isOverBudget: Bool { condition == Self.budgetText }

        private static let floorText = "under the rule's floor of precision"

        /// Too few of the rule's findings were real: a person looks first, whatever the release policy says.
        public static func underFloor(upheld: Int, of judged: Int, least: String) -> Reason {
            Reason(
                condition: floorText,
                values: [
                    Value(name: "upheld", value: String(upheld)), Value(name: "judged", value: String(judged)),
                    Value(name: "least", value: least),
                ])
        }

        public var isUnderFloor: Bool { condition == Self.floorText }
    }

    /// Marks kept among the reasons of a finding, the newest.
    public static let markLimit = 16

    public var rule: String
    public var ruleVersion: String
    public var sceneType: SceneType
    public var severity: Severity
    /// 0…1.
    public var confidence: Double
    public var reasons: [Reason]
    /// Nil for a rule about the whole frame.
    public var object: FrameObject?
    /// Nil when no position could be had, for `refusal`.
    public var geotag: Geotag?
    public var refusal: PlacementRefusal?
    public var frame: Frame
    public var utc: UTCTime
    public var provenance: UTCProvenance
    /// Pose at the frame; nil when none was near enough.
    public var telemetry: TelemetrySample?

    public init(
        rule: String, ruleVersion: String, sceneType: SceneType, severity: Severity, confidence: Double,
        reasons: [Reason], object: FrameObject?, geotag: Geotag?, refusal: PlacementRefusal?, frame: Frame,
        utc: UTCTime, provenance: UTCProvenance
    ) {
        self.rule = rule
        self.ruleVersion = ruleVersion
        self.sceneType = sceneType
        self.severity = severity
        self.confidence = confidence
        self.reasons = reasons
        self.object = object
        self.geotag = geotag
        self.refusal = refusal
        self.frame = frame
        self.utc = utc
        self.provenance = provenance
    }
}

/// Turns frame metadata into detections. Implemented by `Rules`. One classifier serves one source: windows remember.
public protocol Classifier {
    mutating func classify(_ frame: FrameMetadata, placement: any Placement) -> [Detection]
}
