import Hummingbird
import Inspection

extension GatewayAPI {
    /// Refuses the name of a source that is not configured and of which nothing is known.
    func requireKnown(_ source: Name) async throws {
        if await status().sources.contains(where: { $0.name == source }) { return }
        if try await store.latestFlight(of: source) != nil { return }
        if let coverage, try await !coverage.store.coverages(day: nil, source: source, limit: 1).isEmpty { return }
        throw Problem(
            .notFound, "no_source", "There is no source \(source), and none of this name ever flew: see /v1/sources.")
    }
}
