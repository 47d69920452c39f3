/// How far a database is on its way from an older format.
struct SchemaProgress: Sendable, CustomStringConvertible {
    let from: Int64
    let to: Int64
    /// Findings that have their place by now, of how many; nil before there are any.
    var placed: (done: Int, all: Int)?
    /// Seconds that it took; nil until then.
    var ended: Double?

    init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }

    var isEnded: Bool { ended != nil }

    var description: String {
        if let ended { return "the store has format \(to) now, after \(Int(min(max(ended, 0), 1e9))) s" }
        let way = "the store goes from format \(from) to \(to)"
        guard let placed else { return way + ": of a million findings that takes a minute, and nobody is answered" }
        return way + ": \(placed.done) of \(placed.all) findings have their place"
    }
}
