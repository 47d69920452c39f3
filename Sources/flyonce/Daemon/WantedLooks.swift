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
    private typealias Answer = Task<Result<[ReflightWish], StoreError>, Never>

    private struct Line {
        /// Ends when those who asked before have their answer.
        var last: Task<Void, Never>?
        /// Answers that were not begun yet.
        var waiting: [ReflightDesk.Query: Answer] = [:]
    }

    private let line = Mutex(Line())

    init(
        _ settings: GatewaySettings, catalogue: Catalogue, records: any ReflightRecords, clock: any Inspection.Clock
    ) {
        self.settings = settings
        self.records = records
        self.clock = clock
        terms = Mutex(settings.reflightTerms(of: catalogue))
    }

    func replace(_ catalogue: Catalogue) { terms.withLock { $0 = settings.reflightTerms(of: catalogue) } }

    /// One after the other, since of a large store each keeps a processor busy for seconds. Those who wait for the same share
    /// one answer, however many they are: every officer's page asks again and again.
    func wishes(_ query: ReflightDesk.Query) async throws(StoreError) -> [ReflightWish] {
        let answer = line.withLock { line in
            if let waiting = line.waiting[query] { return waiting }
            let before = line.last
            let answer = Answer {
                await before?.value
                self.line.withLock { $0.waiting[query] = nil }
                do throws(StoreError) {
                    return .success(try await self.look(for: query))
                } catch {
                    return .failure(error)
                }
            }
            line.waiting[query] = answer
            line.last = Task { _ = await answer.value }
            return answer
        }
        return try await answer.value.get()
    }

    /// All findings pass through; as many as are asked for stay.
    private func look(for query: ReflightDesk.Query) async throws(StoreError) -> [ReflightWish] {
        var options = settings.reflightPlan(maximum: query.limit)
        options.reasons = query.reasons
        let draft = Draft(ReflightPlan(now: clock.utc, options: options))
        let terms = terms.withLock { $0 }
        try await records.eachKnown(in: [.open, .closed]) { known, lastLook in
            guard let terms = terms[known.sceneType], query.box?.contains(known.point) ?? true else { return }
            draft.add(known, lastLook: lastLook, terms: terms)
        }
        return draft.wishes
    }

    private final class Draft: Sendable {
        private let plan: Mutex<ReflightPlan>

        init(_ plan: ReflightPlan) { self.plan = Mutex(plan) }

        var wishes: [ReflightWish] { plan.withLock { $0.wishes } }

        func add(_ known: KnownFinding, lastLook: UTCTime?, terms: ReflightTerms) {
            plan.withLock { $0.add(known, lastLook: lastLook, terms: terms) }
        }
    }
}
