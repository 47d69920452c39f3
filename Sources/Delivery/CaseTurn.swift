import Inspection

/// Where a poll that asks for each case by its number stands: the open cases round after round, and now and then those that
/// ended not long ago, for they may be opened again. Written as the poll's cursor.
struct CaseTurn: Sendable, Hashable {
    /// How long cases that ended are asked for, and how often.
    struct Ended: Sendable, Hashable {
        var within: Duration = .seconds(30 * 86_400)
        var every: Duration = .seconds(86_400)
    }

    /// The last number asked for; empty at the beginning of a round.
    var open = ""
    /// The same of cases that ended; nil between two rounds of them.
    var ended: String?
    /// When their last round began, in seconds since 1970.
    var endedBegan: Int64 = 0

    /// Cursors of earlier versions are the number alone.
    init(_ cursor: String?) {
        let lines = (cursor ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        open = lines.first.map(String.init) ?? ""
        guard lines.count == 3, let began = Int64(lines[1]) else { return }
        endedBegan = began
        ended = lines[2].first == "=" ? String(lines[2].dropFirst()) : nil
    }

    var cursor: String {
        endedBegan == 0 ? open : "\(open)\n\(endedBegan)\n\(ended.map { "=" + $0 } ?? "")"
    }

    /// Begins a round of those that ended when it is time; after a clock that was put back too.
    mutating func begin(_ terms: Ended, now: UTCTime) {
        let seconds = now.microseconds / 1_000_000
        let every = max(terms.every.components.seconds, 1)
        guard terms.within > .zero, ended == nil, seconds > 0, !(endedBegan..<(endedBegan &+ every)).contains(seconds)
        else { return }
        endedBegan = seconds
        ended = ""
    }
}
