import API
import Findings
import Geodesy
import Inspection
import Rules
import Settings
import Synchronization

/// Findings that want a look: by what the store knows of each, and by what the catalogue in force says of its scene type.
final class WantedLooks: Sendable {
    private let settings: GatewaySettings
    private let records: any ReflightRecords
    private let clock: any Inspection.Clock
    /// By scene type.
    private let terms: Mutex<[String: ReflightTerms]>

    init(
        _ settings: GatewaySettings, catalogue: Catalogue, records: any ReflightRecords, clock: any Inspection.Clock
    ) {
        self.settings = settings
        self.records = records
        self.clock = clock
        terms = Mutex(settings.reflightTerms(of: catalogue))
    }

    func replace(_ catalogue: Catalogue) { terms.withLock { $0 = settings.reflightTerms(of: catalogue) } }

    /// All findings pass through; as many as are asked for stay.
    func wishes(_ query: ReflightDesk.Query) async throws(StoreError) -> [ReflightWish] {
        var options = settings.reflightPlan(maximum: query.limit)
        options.reasons = query.reasons
        let draft = Draft(ReflightPlan(now: clock.utc, options: options))
        let terms = terms.withLock { $0 }
        let wanted: @Sendable (KnownFinding.Glance) -> Bool = { glance in
            terms[glance.sceneType].map { draft.mayWant(glance, terms: $0) } ?? false
        }
        try await records.eachKnown(in: [.open, .closed], within: query.box, where: wanted) { known, lastLook in
            guard let terms = terms[known.sceneType] else { return }
            draft.add(known, lastLook: lastLook, terms: terms)
        }
        return draft.wishes
    }

    private final class Draft: Sendable {
        private let plan: Mutex<ReflightPlan>

        init(_ plan: ReflightPlan) { self.plan = Mutex(plan) }

        var wishes: [ReflightWish] { plan.withLock { $0.wishes } }

        func mayWant(_ glance: KnownFinding.Glance, terms: ReflightTerms) -> Bool {
            plan.withLock { $0.mayWant(glance, terms: terms) }
        }

        func add(_ known: KnownFinding, lastLook: UTCTime?, terms: ReflightTerms) {
            plan.withLock { $0.add(known, lastLook: lastLook, terms: terms) }
        }
    }
}
