extension FindingJoiner {
    public struct Options: Sendable, Hashable {
        /// Frames in which a thing must be seen before it is a finding: one wrong label opens nothing.
        public var openAfterSightings = 3
        /// Seconds from the first of them to the last.
        public var openAfterSeconds = 0.2
        /// Seconds without a sighting after which a thing not yet opened is forgotten.
        public var forgetAfterSeconds = 5.0
        /// Seconds without a sighting after which an open finding is out of view. It stays known for the whole flight.
        public var lostAfterSeconds = 30.0
        /// Metres within which two sightings of a scene type are one thing, however good the positions.
        public var joinRadius = 6.0
        /// Metres to which poor positions may widen that.
        public var maximumJoinRadius = 9.0
        /// Share of a position's one-sigma error that changes from frame to frame. The rest (yaw, height of the ground,
        /// the fix) is common to a flight: it moves all things together, so it neither parts two sightings of one thing
        /// nor averages down.
        public var randomShare = 0.5
        /// Random sigmas that widen the join radius.
        public var gateSigmas = 2.5
        /// Metres a second that a standing thing (a person, a machine) may move.
        public var maximumSpeed = 3.0
        /// Seconds over which a box is compared with the last box of a thing.
        public var boxMemory = 1.0
        /// Intersection over union from which two boxes of consecutive frames are one thing.
        public var boxOverlap = 0.3
        /// How much better than the last reported view a new one must score to be reported.
        public var improvementFactor = 1.5
        public var maximumImprovements = 2
        /// Seconds between reported views.
        public var improvementSeconds = 2.0
        /// Seconds after its last sighting within which a thing that stays (a heap, a roof) is still the same matter when a
        /// later flight sees one at its place; of a scene type that does not say so itself.
        public var lastingSeconds = 365 * 86_400.0
        /// The same of a thing that stands, and may have gone.
        public var passingSeconds = 3600.0
        /// Seconds from a dismissal within which what is seen of the finding is only counted.
        public var dismissedForSeconds = 90 * 86_400.0
        /// Seconds after a finding was closed from which a sighting reopens it. A cleared one is reopened by any later one.
        public var recursAfterSeconds = 3600.0
        /// Detections looked at in one frame; the best of them when there are more (``Counters/overflowed``).
        public var maximumPerFrame = 512
        /// Things known at once. Over it the longest unseen is retired, those not yet opened first
        /// (``Counters/retired``).
        public var maximumTracked = 4096

        public init() {}
    }

    /// Since the start.
    public struct Counters: Sendable, Hashable {
        public var detections = 0
        /// Of persons; among the detections too.
        public var marks = 0
        /// Over ``Options/maximumPerFrame``, not looked at.
        public var overflowed = 0
        /// Of a thing that a better detection of the same frame already tells of.
        public var duplicates = 0
        public var opened = 0
        /// Opened, and found to be a finding of another flight; these of them were dismissed, those were over.
        public var recognized = 0
        public var suppressed = 0
        public var recurred = 0
        /// Frames in which a thing was seen long enough to open, but its object is mostly called something else.
        public var outvoted = 0
        /// Seen too little to open, and forgotten.
        public var forgotten = 0
        /// Seen long enough to open, but found to be an open finding.
        public var absorbed = 0
        /// Retired over ``Options/maximumTracked``.
        public var retired = 0
        /// Track ids not believed, for their positions lie too far apart.
        public var trackDisagreements = 0
        public var withoutLocation = 0

        public init() {}
    }
}
