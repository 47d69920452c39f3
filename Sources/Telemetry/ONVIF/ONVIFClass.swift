/// What an object may be, by its sender: `tt:Class`.
struct ONVIFClass: Sendable, Hashable {
    /// Where a type stood. Better ones last: ONVIF keeps the first two for old devices only.
    enum Origin: Int, Sendable, Hashable, Comparable {
        /// `ClassCandidate/Type`: one of five, or `Other`.
        case candidate
        /// `Extension/OtherTypes/Type`.
        case other
        /// `Type` itself.
        case type

        static func < (a: Origin, b: Origin) -> Bool { a.rawValue < b.rawValue }
    }

    struct Entry: Sendable, Hashable {
        var origin: Origin
        /// As it came.
        var type: String
        /// 0…1; nil when the sender gives none, or one that is none.
        var likelihood: Double?
    }

    static let limit = 32

    private(set) var entries: [Entry] = []

    mutating func add(_ entry: Entry) {
        if entries.count < Self.limit, !entry.type.isEmpty { entries.append(entry) }
    }

    /// The surest first; in the sender's order where one of them has no likelihood to go by, since it may be the surest. Where
    /// a sender says its classes in more than one way, the newest way is taken.
    var ranked: [Entry] {
        var kept = entries
        if kept.contains(where: { $0.origin == .type }) {
            kept = kept.filter { $0.origin == .type }
        } else if kept.contains(where: { $0.origin == .other }) {
            kept = kept.filter { $0.origin == .other || $0.type != "Other" }
        }
        guard kept.allSatisfy({ $0.likelihood != nil }) else { return kept }
        return kept.enumerated().sorted { a, b in
            let (first, second) = (a.element.likelihood ?? 0, b.element.likelihood ?? 0)
            return first == second ? a.offset < b.offset : first > second
        }.map(\.element)
    }
}
