import API
import Ingest
import Inspection
import Synchronization
import Telemetry

/// Where the gateway's port finds the feeds that take pushed metadata, by the names of their sources.
final class PushDesk: Sendable {
    private struct Entry {
        var feed: PushFeed
        var options: AnalysisOptions
    }

    private let entries = Mutex<[Name: Entry]>([:])

    func add(_ feed: PushFeed, _ options: AnalysisOptions, for source: Name) {
        entries.withLock { $0[source] = Entry(feed: feed, options: options) }
    }

    /// Nil for a source that takes none.
    func intake(of source: Name) -> MetadataIntake? {
        guard let entry = entries.withLock({ $0[source] }) else { return nil }
        return MetadataIntake { message in
            var reader = AnalysisReader(options: entry.options)
            if let fault = reader.fault(of: message[...]) {
                return .refused(reason: fault.reason.rawValue, words: fault.description)
            }
            return switch entry.feed.push(message) {
            case .taken: .accepted
            case .full: .full
            case .stopped: .stopped
            }
        }
    }
}
