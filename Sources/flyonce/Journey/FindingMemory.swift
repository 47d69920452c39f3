import Inspection
import Logging

/// Asks the store what earlier flights know of a place. Called on the source's own thread, once for each thing that is about
/// to become a finding.
struct FindingMemory: Sendable {
    let store: any FindingStore
    let progress: JourneyProgress
    let logger: Logger

    var recalling: @Sendable (KnownFindings.Query) -> KnownFindings { { query in recall(query) } }

    /// Where the store cannot be asked, a thing is taken for new: a finding twice is better than none.
    func recall(_ query: KnownFindings.Query) -> KnownFindings {
        do {
            return try store.known(query)
        } catch {
            progress.count("recalls_failed")
            logger.error("could not look up what is known of a place: \(error)")
            return KnownFindings()
        }
    }
}
