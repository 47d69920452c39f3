import Inspection

/// The views of one matter for the estimate of what is wrong with all poses of a flight: neighbouring sightings, as a mean of
/// everything that the estimate is linear in, so that nothing is lost but how they differ. Bounded.
struct ErringMatter: Sendable {
    struct View: Sendable {
        /// Metres north and east.
        var place: SIMD2<Double>
        /// Metres a second, of the pose's time.
        var slope: SIMD2<Double>
        /// Metres, of one sigma of each common error.
        var common: [SIMD2<Double>]
        /// Square metres along one axis, of a single sighting without what is common.
        var variance: Double
        var count: Double

        /// Square metres: what is left of the mean. Neighbouring sightings err alike, and a box's middle is not quite the
        /// thing's from every side.
        var error: Double { variance / count + ErringMatter.floor }

        func off(by sigmas: [Double]) -> SIMD2<Double> {
            zip(common, sigmas).reduce(SIMD2(0, 0)) { $0 + $1.1 * $1.0 }
        }

        mutating func add(_ other: View) {
            let whole = count + other.count
            let (mine, theirs) = (count / whole, other.count / whole)
            place = mine * place + theirs * other.place
            slope = mine * slope + theirs * other.slope
            for index in common.indices { common[index] = mine * common[index] + theirs * other.common[index] }
            variance = mine * variance + theirs * other.variance
            count = whole
        }
    }

    let sceneType: SceneType
    private(set) var lastSeen: Double
    /// Of the newest frame that showed it.
    private(set) var seen: UTCTime
    private(set) var views: [View] = []
    /// When the newest view began.
    private var began: Double

    /// Square metres, of a view however many sightings it is of.
    static let floor = 0.5
    private static let limit = 24
    /// Seconds without a sighting that end a view, and that one lasts at most.
    private static let gap = 2.0
    private static let longest = 2.0

    init(_ sceneType: SceneType, seen: UTCTime, now: Double) {
        self.sceneType = sceneType
        self.seen = seen
        lastSeen = now
        began = now
    }

    mutating func add(_ view: View, seen: UTCTime, now: Double) {
        let isOne = !views.isEmpty && abs(now - lastSeen) <= Self.gap && abs(now - began) <= Self.longest
        self.seen = max(seen, self.seen)
        lastSeen = max(lastSeen, now)
        if isOne, views[views.count - 1].common.count == view.common.count {
            views[views.count - 1].add(view)
            return
        }
        views.append(view)
        began = now
        if views.count > Self.limit { thin() }
    }

    /// The two most alike of those that follow each other become one.
    private mutating func thin() {
        func difference(_ index: Int) -> Double {
            zip(views[index].common, views[index + 1].common).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
        }
        let pairs = views.indices.dropLast().map { (difference: difference($0), index: $0) }
        guard let (_, index) = pairs.min(by: { ($0.difference, $0.index) < ($1.difference, $1.index) }) else { return }
        views[index].add(views.remove(at: index + 1))
    }
}
