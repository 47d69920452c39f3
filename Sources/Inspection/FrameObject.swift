public import Geodesy

/// What an analyser says it sees in a frame.
public struct FrameObject: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Seen by software.
        case detected
        /// Drawn by a person on the live picture.
        case mark
    }

    /// A rectangle in full-resolution pixels; (0, 0) is the outer top-left corner of the picture, x to the right, y down.
    public struct Box: Sendable, Hashable {
        public var left: Double
        public var top: Double
        public var right: Double
        public var bottom: Double

        public init(left: Double, top: Double, right: Double, bottom: Double) {
            self.left = left
            self.top = top
            self.right = right
            self.bottom = bottom
        }

        /// This box as shares of a picture's width and height, cut to the picture; nil when nothing of it is inside.
        public func shares(ofWidth width: Int, height: Int) -> Box? {
            guard width > 0, height > 0 else { return nil }
            func share(_ value: Double, _ whole: Int) -> Double { min(max(value / Double(whole), 0), 1) }
            let cut = Box(
                left: share(left, width), top: share(top, height), right: share(right, width),
                bottom: share(bottom, height))
            return cut.right > cut.left && cut.bottom > cut.top ? cut : nil
        }

        public var width: Double { right - left }
        public var height: Double { bottom - top }
    }

    public enum Attribute: Sendable, Hashable {
        case string(String)
        case number(Double)
        case bool(Bool)
    }

    /// A position that the analyser itself states, with its own one-sigma errors where it gives them.
    public struct StatedPosition: Sendable, Hashable {
        /// Height is above the ellipsoid.
        public var point: GeodeticPoint
        /// East, north, up, metres.
        public var sigma: SIMD3<Double>?

        public init(point: GeodeticPoint, sigma: SIMD3<Double>?) {
            self.point = point
            self.sigma = sigma
        }
    }

    public var kind: Kind
    /// The analyser's own class name, as it came ("" when it gives none).
    public var label: String
    /// 0…1; nil when the analyser gives none.
    public var confidence: Double?
    public var box: Box?
    /// The same thing over frames, by its analyser; nil when it tracks nothing.
    public var track: String?
    public var attributes: [String: Attribute]
    public var statedPosition: StatedPosition?

    public init(
        kind: Kind = .detected, label: String, confidence: Double?, box: Box?, track: String? = nil,
        attributes: [String: Attribute] = [:], statedPosition: StatedPosition? = nil
    ) {
        self.kind = kind
        self.label = label
        self.confidence = confidence
        self.box = box
        self.track = track
        self.attributes = attributes
        self.statedPosition = statedPosition
    }
}
