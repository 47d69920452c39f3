/// The views of one matter for the estimate of a time offset: neighbouring sightings err alike, and at one slope tell nothing
/// of the offset, so those of one pass are one view. Bounded: of too many views the two most alike become one.
struct TimedMatter: Sendable {
    /// What the sightings of one pass, or of part of a turn, say together.
    struct View: Sendable {
        /// Metres north and east.
        var place: SIMD2<Double>
        /// Metres a second.
        var slope: SIMD2<Double>
        var weight: Double
    }

    /// Sums over the sightings of the view that still goes on.
    private struct Pass: Sendable {
        var place: SIMD2<Double>
        var slope: SIMD2<Double>
        var count: Double
        var began: Double
        var last: Double
    }

    let sceneType: String
    private(set) var lastSeen: Double
    private var finished: [View] = []
    private var pass: Pass?

    private static let limit = 8
    /// Seconds without a sighting that end a pass, and that one lasts at most.
    private static let gap = 2.0
    private static let longest = 5.0
    /// Share of the slope by which a sighting differs that begins another view.
    private static let turned = 0.3
    /// Sightings at which half of a view's variance is their own, which averages down, and half is the pass's.
    private static let evenSightings = 4.0

    init(sceneType: String, now: Double) {
        self.sceneType = sceneType
        lastSeen = now
    }

    mutating func add(_ place: SIMD2<Double>, slope: SIMD2<Double>, now: Double) {
        lastSeen = max(lastSeen, now)
        if var going = pass {
            let mean = going.slope / going.count
            let isOne =
                abs(now - going.last) <= Self.gap && now - going.began <= Self.longest
                && (slope - mean).magnitude <= Self.turned * max(slope.magnitude, mean.magnitude)
            if isOne {
                going.place += place
                going.slope += slope
                going.count += 1
                going.last = max(going.last, now)
                pass = going
                return
            }
            finish(going)
        }
        pass = Pass(place: place, slope: slope, count: 1, began: now, last: now)
    }

    var views: [View] { finished + (pass.map { [Self.view($0)] } ?? []) }

    private static func view(_ pass: Pass) -> View {
        View(
            place: pass.place / pass.count, slope: pass.slope / pass.count,
            weight: pass.count / (pass.count + evenSightings))
    }

    private mutating func finish(_ pass: Pass) {
        finished.append(Self.view(pass))
        guard finished.count >= Self.limit else { return }
        var alike = (first: 0, second: 1, distance: Double.infinity)
        for second in finished.indices {
            for first in 0..<second {
                let distance = (finished[first].slope - finished[second].slope).magnitude
                if distance < alike.distance { alike = (first, second, distance) }
            }
        }
        let (a, b) = (finished[alike.first], finished.remove(at: alike.second))
        let weight = a.weight + b.weight
        finished[alike.first] = View(
            place: (a.weight * a.place + b.weight * b.place) / weight,
            slope: (a.weight * a.slope + b.weight * b.slope) / weight, weight: weight)
    }
}

extension SIMD2<Double> {
    var magnitude: Double { (self * self).sum().squareRoot() }

    func dot(_ other: Self) -> Double { (self * other).sum() }
}
