import API
import Inspection
import Logging
import Rules
import Synchronization

/// The rules' floors of precision for every journey, followed as judgements come into the store, and what the journal says
/// of them.
final class HeldFloors: Sendable {
    private let floors: Mutex<PrecisionFloors>
    private let records: any RuleRecords
    private let logger: Logger

    init(_ rules: RuleSet, records: any RuleRecords, logger: Logger) {
        floors = Mutex(PrecisionFloors(rules))
        self.records = records
        self.logger = logger
    }

    /// Why what this rule finds waits for a person now; nil when it does not.
    func reason(of rule: String) -> Detection.Reason? {
        floors.withLock { floors in floors[rule].flatMap { $0.isUnder ? $0.reason : nil } }
    }

    /// Asks the store what was said of the findings of `rule`; of all that have a floor when nil.
    func refresh(_ rule: String? = nil) async {
        let asked = floors.withLock { floors in
            rule.map { floors[$0].map { [$0] } ?? [] } ?? floors.standings
        }
        for standing in asked {
            do throws(StoreError) {
                let judgements = try await records.judgements(of: standing.rule, newest: standing.of)
                if let notice = floors.withLock({ $0.take(judgements, of: standing.rule) }) {
                    if case .recovered = notice { logger.notice("\(notice)") } else { logger.warning("\(notice)") }
                }
            } catch {
                // What was known of it stays in force.
                logger.error("could not read what was said of the rule \(standing.rule): \(error.description)")
            }
        }
    }

    /// Other rules; those of the same names go on where they stand.
    func replace(_ rules: RuleSet) {
        floors.withLock { $0 = PrecisionFloors(rules, after: $0) }
        Task { await refresh() }
    }

    var status: [GatewayStatus.RuleStatus] {
        floors.withLock(\.standings).map {
            GatewayStatus.RuleStatus(
                rule: $0.rule, precisionFloor: $0.least, upheld: $0.judgements.upheld,
                dismissed: $0.judgements.dismissed, isUnderFloor: $0.isUnder)
        }
    }
}
