import API
import Delivery
import Inspection
import Logging
import Rules
import ServiceLifecycle
import Settings
import Store
import Synchronization

/// The time of cases, counted beside everything else by the calendar of the jurisdiction in use.
struct CaseTimes: Service {
    let watch: CaseWatch
    private let terms: HeldTerms
    private let logger: Logger
    let desk: CaseDesk

    /// `told` gets every revision that says that a case is late.
    init(
        _ settings: GatewaySettings, database: FindingDatabase, jurisdiction: HeldJurisdiction,
        clock: any Inspection.Clock, logger: Logger, told: @escaping @Sendable (FindingRecord) -> Void
    ) {
        self.logger = logger
        let terms = HeldTerms(settings, jurisdiction)
        self.terms = terms
        let platforms = settings.destinations.filter { $0.isEnabled && $0.kind.keepsCases }.map(\.name)
        watch = CaseWatch(
            cases: database, store: database, platforms: platforms, clock: clock, terms: { terms.current },
            told: { record in
                if let overdue = record.overdue { Self.say(overdue, of: record, logger) }
                told(record)
            })
        desk = CaseDesk(store: database) { clock, now in terms.current?.used(of: clock, now: now) }
    }

    /// A case may have changed, or the jurisdiction.
    func notify() { watch.notify() }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            group.addTask { await report() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    var counters: [String: Int64] {
        get async {
            let counters = await watch.counters
            return ["case_clocks_reckoned": counters.reckoned, "case_clock_errors": counters.errors]
        }
    }

    private func report() async {
        var troubles = DeliveryTroubles()
        while !Task.isCancelled {
            switch troubles.news(of: "the time of cases", await watch.lastFailure) {
            case .failing(let reason): logger.warning("the time of cases: \(reason)")
            case .over: logger.notice("the time of cases: well again")
            case nil: break
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }

    private static func say(_ overdue: CaseOverdue, of record: FindingRecord, _ logger: Logger) {
        var metadata: Logger.Metadata = [
            "finding": "\(record.finding.id)", "scene": "\(record.finding.sceneType)", "case": "\(overdue.number)",
            "platform": "\(overdue.platform)", "step": "\(overdue.step.rawValue)", "limit": "\(overdue.limit)",
            "due": "\(overdue.due.rfc3339)",
        ]
        if let rung = overdue.rung { metadata["rung"] = "\(rung.id)" }
        logger.notice(overdue.isSoon ? "case due soon" : "case overdue", metadata: metadata)
    }
}

/// The terms that the settings and the jurisdiction in use give, made once of each jurisdiction.
private final class HeldTerms: Sendable {
    private struct Made: Sendable {
        var jurisdiction: Jurisdiction
        var terms: CaseTerms
    }

    private let settings: CaseSettings
    private let told: Set<Name>
    private let jurisdiction: HeldJurisdiction
    private let made = Mutex<Made?>(nil)

    init(_ settings: GatewaySettings, _ jurisdiction: HeldJurisdiction) {
        self.settings = settings.cases
        told = Set(settings.destinations.filter { $0.isEnabled && $0.isToldOfOverdue }.map(\.name))
        self.jurisdiction = jurisdiction
    }

    /// Nil where no time is counted.
    var current: CaseTerms? {
        guard settings.isEnabled, let jurisdiction = jurisdiction.current else { return nil }
        return made.withLock { made in
            if let made, made.jurisdiction == jurisdiction { return made.terms }
            let terms = terms(jurisdiction)
            made = Made(jurisdiction: jurisdiction, terms: terms)
            return terms
        }
    }

    private func terms(_ jurisdiction: Jurisdiction) -> CaseTerms {
        var terms = CaseTerms(time: jurisdiction.calendar.workingTime)
        terms.scenes = settings.scenes
        terms.severities = settings.severities
        terms.extending = settings.extending
        terms.soon = settings.soon
        terms.destinations = told
        terms.tellsSoon = true
        terms.jurisdiction = jurisdiction.entries.mapValues { entry in
            Dictionary(
                entry.limits.compactMap { step, limit in CaseClock.Step(rawValue: step).map { ($0, limit) } },
                uniquingKeysWith: { first, _ in first })
        }
        terms.ladder = settings.ladder.map { rung in
            CaseTerms.Rung(
                CaseOverdue.Rung(id: rung.id.text, title: rung.title, role: rung.role), after: rung.after,
                destinations: Set(rung.destinations))
        }
        return terms
    }
}
