import Inspection
import Logging
import Rules

/// Keeps what the rules of one source spent of their budgets of the day, over restarts.
struct JourneySpending {
    /// Between two writes, nanoseconds: what is lost at most when the machine is.
    private static let interval: Int64 = 1_000_000_000

    let records: any RuleRecords
    /// Admissions that are written down.
    private var kept: Int64 = 0
    private var keptAt = Int64.min

    init(_ records: any RuleRecords) { self.records = records }

    /// What was spent before a restart. A store that cannot be read costs that alone.
    func stored(of source: Name, logger: Logger) -> [RuleSpending] {
        let records = records
        do {
            return try block { try await records.spending(of: source) }
        } catch {
            logger.error("budgets of the day begin anew: \(error)", metadata: ["source": "\(source)"])
            return []
        }
    }

    /// What is to be written down now; nil for nothing. `isEnd` when no more may come for long.
    mutating func due(_ classifier: any Classifier, at monotonic: Int64, isEnd: Bool) -> [RuleSpending]? {
        guard let rules = classifier as? RuleClassifier, rules.admissions != kept,
            isEnd || keptAt == .min || monotonic - keptAt >= Self.interval
        else { return nil }
        kept = rules.admissions
        keptAt = monotonic
        return rules.spending
    }
}

extension Journey.Stages {
    /// Goes over to other rules; of the same rules, what was spent stays spent.
    mutating func takeOver(_ new: any Classifier) {
        if var rules = new as? RuleClassifier, let old = classifier as? RuleClassifier {
            rules.resumeBudgets(of: old)
            classifier = rules
        } else {
            classifier = new
        }
    }

    /// Goes on with what was spent before a restart.
    mutating func resume(_ spending: [RuleSpending]) {
        guard !spending.isEmpty, var rules = classifier as? RuleClassifier else { return }
        rules.resume(spending)
        classifier = rules
    }
}

extension Journey {
    func resumeSpending() {
        if let spending { stages.resume(spending.stored(of: name, logger: logger)) }
    }

    /// Of a live stream while it goes on, of a file when it was read to its end: one that was not is read again from its
    /// start, and spends then.
    func keepSpending(isEnd: Bool = false) {
        guard isLive || isEnd,
            let due = spending?.due(stages.classifier, at: clock.monotonicNanoseconds, isEnd: isEnd),
            let records = spending?.records
        else { return }
        let keeper = keeper
        line.submit { await keeper.save(due, in: records) }
    }
}
