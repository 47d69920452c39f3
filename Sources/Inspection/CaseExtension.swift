/// What a platform states of an extension (延期): until when, or by how much.
public enum CaseExtension: Sendable, Hashable {
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case workingHours = "wh"
        case workingDays = "wd"
        /// Of the calendar, worked or not.
        case days = "d"

        /// The greatest number that is believed: about a year.
        var limit: Int {
            switch self {
            case .workingHours: 3000
            case .workingDays, .days: 366
            }
        }
    }

    case until(UTCTime)
    /// From the end that was; at least 1. Made by ``init(count:_:)``, which checks it.
    case by(Int, Unit)

    /// Longest time from the change that states an end to that end, in microseconds: two years.
    private static let farthest: Int64 = 731 * 86_400_000_000

    /// Nil for none, and for more than about a year.
    public init?(count: Int, _ unit: Unit) {
        guard count >= 1, count <= unit.limit else { return nil }
        self = .by(count, unit)
    }

    /// `2wd`, `16wh`, `3d`, or an instant as of RFC 3339; nil for anything else, and beyond the bounds.
    public init?(_ text: String) {
        if let time = UTCTime(rfc3339: text) {
            self = .until(time)
            return
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...4).contains(digits.utf8.count), let count = Int(digits),
            let unit = Unit(rawValue: String(text.dropFirst(digits.count)))
        else { return nil }
        self.init(count: count, unit)
    }

    public var text: String {
        switch self {
        case .until(let time): time.rfc3339
        case .by(let count, let unit): "\(count)\(unit.rawValue)"
        }
    }

    /// Whether it can be meant by who states it at `time`: an end lies after that, and no more than two years.
    public func isSensible(at time: UTCTime) -> Bool {
        switch self {
        case .until(let end): end > time && end <= time.advanced(byMicroseconds: Self.farthest)
        case .by(let count, let unit): count >= 1 && count <= unit.limit
        }
    }
}
