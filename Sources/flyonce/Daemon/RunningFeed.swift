import API
import Foundation
import Ingest
import Inspection
import Logging
import Synchronization
import Telemetry

/// A feed of metadata and the thread it is read on. What comes goes to its journey's inbox.
final class RunningFeed: Sendable {
    /// Seconds without a packet after which a feed is silent.
    private static let silence = 10.0

    private struct State {
        var lastPacketAt: Int64?
        var failure: SourceError?
        var saidTrouble: String?
    }

    /// Address without any password.
    let name: String
    /// Among the feeds of its source.
    let index: Int
    private let feed: any MetadataFeed
    private let inbox: FeedInbox
    private let clock: any Inspection.Clock
    private let state = Mutex(State())

    init(_ feed: any MetadataFeed, name: String, index: Int, inbox: FeedInbox, clock: any Inspection.Clock) {
        self.feed = feed
        self.name = name
        self.index = index
        self.inbox = inbox
        self.clock = clock
    }

    func start(logger: Logger, source: Name) {
        let thread = Thread { [self] in
            do throws(SourceError) {
                try feed.run { [self] packet in
                    state.withLock { $0.lastPacketAt = clock.monotonicNanoseconds }
                    inbox.put(packet, feed: index)
                }
            } catch {
                state.withLock { $0.failure = error }
                logger.error(
                    "telemetry cannot be read: \(error.description)",
                    metadata: ["source": "\(source)", "feed": "\(name)", "hint": "\(error.hint)"])
            }
        }
        thread.name = "feed \(index) \(source)"
        thread.start()
    }

    func stop() { feed.stop() }

    /// A trouble that was not said yet; said once until it is over.
    func newTrouble() -> SourceError? {
        let trouble = feed.trouble
        return state.withLock { state in
            defer { state.saidTrouble = trouble?.description }
            return trouble?.description == state.saidTrouble ? nil : trouble
        }
    }

    func status(_ report: FeedReport?, at now: Int64) -> GatewayStatus.FeedStatus {
        let known = state.withLock { $0 }
        let trouble = known.failure ?? feed.trouble
        let age = known.lastPacketAt.map { Double(now &- $0) / 1e9 }
        let isHeard = age.map { $0 < Self.silence } ?? false
        // A broker may refuse one topic of several: what comes by the others is alive.
        let condition: GatewayStatus.FeedStatus.State =
            if known.failure != nil { .failed } else if let trouble, trouble.kind != .noPermission || !isHeard {
                .backingOff
            } else if isHeard { .live } else { .silent }
        var counters = feed.counters
        counters["dropped_packets", default: 0] += inbox.dropped(of: index)
        return GatewayStatus.FeedStatus(
            report, name: name, state: condition, age: age, counters: counters,
            lastError: trouble?.description ?? report?.wholeRefusal)
    }
}

extension GatewayStatus.FeedStatus {
    init(
        _ report: FeedReport?, name: String, state: State, age: Double?, counters: [String: Int64], lastError: String?
    ) {
        var counters = counters
        if let report {
            counters["poses"] = report.poses
            counters["object_reports"] = report.objects
            counters["late"] = report.late
        }
        self.init(name: name, state: state, age: age, counters: counters, lastError: lastError)
        lag = report?.lag
        clockDifference = report?.clockDifference
        givesPoses = report?.givesPoses ?? false
    }
}
