import Geodesy
import Inspection

/// What one track was in the frames that are past. Bounded: a few numbers, and some places for its speed.
struct TrackHistory: Sendable {
    /// Where it was on the ground, by one footing.
    struct Path: Sendable {
        private struct Step: Sendable {
            var seconds: Double
            var point: GeodeticPoint
        }

        private var first: GeodeticPoint?
        /// The oldest first.
        private var steps: [Step] = []

        /// Seconds over which speed is measured, and from which on it is.
        static let span = 4.0
        static let shortest = 1.0
        private static let spacing = 0.5

        mutating func note(_ point: GeodeticPoint, seconds: Double) {
            if first == nil { first = point }
            if let last = steps.last, seconds - last.seconds < Self.spacing { return }
            steps.removeAll { seconds - $0.seconds > Self.span }
            steps.append(Step(seconds: seconds, point: point))
        }

        /// Metres over the ground from where it was first.
        func moved(to point: GeodeticPoint) -> Double? { first.map { $0.flatDistance(to: point) } }

        /// Metres a second over the ground since the oldest place that is not older than ``span``.
        func speed(to point: GeodeticPoint, seconds: Double) -> Double? {
            guard let step = steps.first(where: { seconds - $0.seconds <= Self.span }) else { return nil }
            let elapsed = seconds - step.seconds
            return elapsed >= Self.shortest ? step.point.flatDistance(to: point) / elapsed : nil
        }
    }

    /// Frames in which it was seen.
    private(set) var frames = 0
    private(set) var firstSeconds = 0.0
    private(set) var lastSeconds = 0.0
    private(set) var maximumConfidence: Double?
    /// The middle of its box when it was first seen.
    private(set) var firstCenter: SIMD2<Double>?
    private(set) var flat = Path()
    private(set) var standing = Path()
    /// The last frame that it was seen in.
    private var lastFrame = Int.min

    /// Two objects of one frame that say the same track are seen once.
    mutating func note(_ object: FrameObject, frame: Int, seconds: Double) -> Bool {
        guard frame != lastFrame else { return false }
        lastFrame = frame
        if frames == 0 { firstSeconds = seconds }
        lastSeconds = seconds
        frames &+= 1
        if firstCenter == nil { firstCenter = object.box.flatMap { Self.center($0) } }
        if let confidence = object.confidence, confidence.isFinite {
            maximumConfidence = max(maximumConfidence ?? confidence, confidence)
        }
        return true
    }

    mutating func note(_ point: GeodeticPoint, footing: Footing, seconds: Double) {
        switch footing {
        case .flat: flat.note(point, seconds: seconds)
        case .standing: standing.note(point, seconds: seconds)
        }
    }

    func path(_ footing: Footing) -> Path { footing == .flat ? flat : standing }

    static func center(_ box: FrameObject.Box) -> SIMD2<Double>? {
        let center = SIMD2((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        return center.x.isFinite && center.y.isFinite ? center : nil
    }
}
