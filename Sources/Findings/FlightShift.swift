/// How far a flight's positions lie off those known before, as its matches tell: what is common to a flight (the fix, the
/// yaw) moves all its things together. Believed from three matches on, by their median, so that one wrong match moves nothing.
struct FlightShift: Sendable {
    private var differences: [Place] = []
    /// Metres.
    private(set) var north = 0.0
    private(set) var east = 0.0

    private static let minimum = 3
    /// The newest are kept.
    private static let limit = 31
    /// Metres: more is no shift but a fault.
    static let maximum = 6.0

    mutating func add(_ seen: Place, known: Place) {
        differences.append(Place(north: seen.north - known.north, east: seen.east - known.east))
        if differences.count > Self.limit { differences.removeFirst() }
        guard differences.count >= Self.minimum else { return }
        let middle = Place(north: Self.median(differences.map(\.north)), east: Self.median(differences.map(\.east)))
        let length = (middle.north * middle.north + middle.east * middle.east).squareRoot()
        let share = length > Self.maximum ? Self.maximum / length : 1
        (north, east) = (middle.north * share, middle.east * share)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
