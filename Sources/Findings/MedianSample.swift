/// About the median of numbers that come one after another: of all while they are few, else of every second one, every
/// fourth, and so on. Bounded.
struct MedianSample: Sendable {
    private var values: [Double] = []
    private var stride = 1
    private var skipped = 0

    private static let limit = 32

    /// Nil of none.
    var median: Double? {
        guard !values.isEmpty else { return nil }
        return values.sorted()[values.count / 2]
    }

    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        if skipped + 1 < stride {
            skipped += 1
            return
        }
        skipped = 0
        values.append(value)
        if values.count >= Self.limit { thin() }
    }

    /// Each value of both stands for as many.
    mutating func add(_ other: MedianSample) {
        var other = other
        while other.stride < stride { other.thin() }
        while stride < other.stride { thin() }
        values += other.values
        while values.count >= Self.limit { thin() }
    }

    private mutating func thin() {
        values = values.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
        stride *= 2
    }
}
