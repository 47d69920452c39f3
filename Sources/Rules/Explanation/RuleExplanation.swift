public import Inspection

/// What one rule made of one object of a frame, or of the frame as a whole, condition by condition.
public struct RuleExplanation: Sendable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case fired
        /// A condition did not hold, or an exception did; or what is to be absent was seen, or could not have been.
        case notMet = "not_met"
        /// It could not be decided, mostly for want of a value.
        case undecided
        /// It speaks of the picture, and the frame's was not decoded.
        case noPicture = "no_picture"
        /// It was met, but had not been met often or long enough, or had fired just before.
        case withheldByWindow = "withheld_by_window"
        /// It fired where nothing is to be alerted.
        case withheldByArea = "withheld_by_area"
        /// Outside of its hours, or not enabled here.
        case notInForce = "not_in_force"
        /// Nobody looked who can see what is to be absent.
        case undeclared
        /// The frame had too many detections already.
        case dropped
        /// The object's label is none that it looks at.
        case otherLabel = "other_label"
    }

    public struct Condition: Sendable, Hashable {
        public enum Part: String, Sendable {
            case when, unless, hold
            /// Nothing of what is to be absent is seen on the object.
            case absence
            /// There is another object that may stand in the relation.
            case other
            /// It was met often and long enough, and has not fired just before.
            case window
            /// The wall clock is within its hours.
            case hours
            /// No override takes it out of force.
            case enabled
        }

        public enum Result: Sendable, Hashable {
            case holds
            case fails
            /// It has no value, for this reason.
            case error(String)
            /// It cannot be told of what is seen, for this reason.
            case unknown(String)
        }

        public var part: Part
        /// Place in its part, from 0.
        public var index: Int
        /// Its text; of a conjunction each member by itself.
        public var text: String
        public var result: Result
        /// Everything it looked at that has a value.
        public var values: [Detection.Reason.Value]

        /// Why it neither holds nor fails; nil where it does.
        public var want: String? {
            switch result {
            case .holds, .fails: nil
            case .error(let why), .unknown(let why): why
            }
        }

        /// It does not stand in the way of the rule.
        public var isMet: Bool { part == .unless ? result == .fails : result == .holds }
    }

    public var rule: String
    public var version: String
    public var pack: String
    public var sceneType: String
    public var outcome: Outcome
    /// Index in the frame; nil for a rule about the whole frame.
    public var object: Int?
    /// The other object of a pair: that of the detection, else the one that came nearest.
    public var other: Int?
    /// In the order of the pack, whatever decides first. Empty where the rule was not asked.
    public var conditions: [Condition]
    /// What kept it from being decided.
    public var error: String?
    /// Where the object, or the middle of the picture, is.
    public var place: Result<Geotag, PlacementRefusal>?
    /// Where the override stands that gave it its parameters, such as `p.yaml:12:9: rules[0].overrides[1]`; nil where they are
    /// its own.
    public var override: String?
    /// Labels that it looks at, normalized, where the object has none of them.
    public var labels: [String] = []
}
