import API
import Inspection
import Rules
import Synchronization

/// Where the gateway's port hands over persons' marks, by the names of their sources.
final class MarkDesk: Sendable {
    private let inboxes: [Name: MarkInbox]
    private let catalogue: Mutex<Catalogue>
    private let clock: any Inspection.Clock

    init(_ journeys: [RunningJourney], catalogue: Catalogue, clock: any Inspection.Clock) {
        inboxes = Dictionary(journeys.map { ($0.name, $0.marks) }) { first, _ in first }
        self.catalogue = Mutex(catalogue)
        self.clock = clock
    }

    /// Scene types that were read again.
    func replace(_ catalogue: Catalogue) { self.catalogue.withLock { $0 = catalogue } }

    /// Answers when the mark is on disk, or cannot be.
    func take(_ mark: Mark, of source: Name) async -> MarkAnswer {
        guard let inbox = inboxes[source] else { return .unknownSource }
        guard let sceneType = catalogue.withLock({ $0[mark.sceneType] }) else { return .unknownSceneType }
        return await inbox.take(mark, of: sceneType, clock: clock)
    }
}
