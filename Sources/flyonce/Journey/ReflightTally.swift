import Findings
import Inspection

/// What a flight said of the findings of earlier ones, counted for the journal and the status.
struct ReflightTally {
    private var decisions: [ReflightEntry.Decision: Int] = [:]
    private var doubts: [ReflightOutcome.Doubt: Int] = [:]
    /// Metres of ground a pixel, of those that were seen too coarsely: at best, and at most for a look to count.
    private var had: [Double] = []
    private var needed: [Double] = []

    /// Of what the flight found itself nothing is decided.
    mutating func add(_ outcome: ReflightOutcome, _ entry: ReflightEntry) {
        guard entry.doubt != ReflightEntry.firstFlight else { return }
        decisions[entry.decision, default: 0] += 1
        guard entry.decision == .undecided, case .undecided(let doubt) = outcome.decision else { return }
        doubts[doubt, default: 0] += 1
        guard doubt == .tooCoarse, let best = outcome.best, best.gsd.isFinite, outcome.gsdNeeded.isFinite else {
            return
        }
        had.append(best.gsd)
        needed.append(outcome.gsdNeeded)
    }

    /// As many as there are decisions and doubts, at most.
    var counters: [(name: String, amount: Int64)] {
        decisions.map { ("reflights_" + $0.key.rawValue, Int64($0.value)) }
            + doubts.map { ("reflights_undecided_" + $0.key.rawValue, Int64($0.value)) }
    }

    /// Nil where nothing was looked at.
    var text: String? {
        guard !decisions.isEmpty else { return nil }
        let counts = ReflightEntry.Decision.allCases.compactMap { decision in
            decisions[decision].map { "\(decision.rawValue) \($0)" }
        }
        var text = "re-flight check: " + counts.joined(separator: ", ")
        guard !doubts.isEmpty else { return text }
        let ordered = doubts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        text += ": " + ordered.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")
        guard !had.isEmpty else { return text }
        return text
            + "; too_coarse: \(Self.span(had, decimals: 3)) m a pixel at best, \(Self.span(needed.map(Self.roundedDown), decimals: 4)) needed (as it was found, or size_m / pixels): fly lower, or say in the settings that smaller things do not matter"
    }

    /// Who keeps to what is written has looks that count.
    private static func roundedDown(_ gsd: Double) -> Double { (gsd * 10_000 + 1e-6).rounded(.down) / 10_000 }

    private static func span(_ values: [Double], decimals: Int) -> String {
        let (low, high) = ((values.min() ?? 0).fixed(decimals), (values.max() ?? 0).fixed(decimals))
        return low == high ? low : "\(low)–\(high)"
    }
}
