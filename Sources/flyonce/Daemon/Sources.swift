import Foundation
import Inspection
import Logging
import ServiceLifecycle
import Synchronization

/// The journeys, each on a thread of its own.
final class Sources: Service {
    let journeys: [RunningJourney]
    private let logger: Logger

    init(_ journeys: [RunningJourney], logger: Logger) {
        self.journeys = journeys
        self.logger = logger
    }

    /// Runs until told to stop; then waits for what was seen to be stored. Throws when no source can ever run.
    func run() async throws {
        if journeys.isEmpty { return try await gracefulShutdown() }
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        for journey in journeys { journey.start(logger: logger) { continuation.yield() } }
        let journeys = journeys
        await withGracefulShutdownHandler {
            var left = journeys.count
            for await _ in ends {
                left -= 1
                if left == 0 { break }
            }
        } onGracefulShutdown: {
            for journey in journeys { journey.stop() }
        }
        let failures = journeys.compactMap(\.failure)
        if !failures.isEmpty, failures.count == journeys.count {
            throw Failure(
                .badInput,
                failures.map { $0.hint.isEmpty ? $0.description : "\($0.description) (\($0.hint))" }
                    .joined(separator: "; "))
        }
        // Files that were read to their end leave the daemon up: it still delivers and answers.
        try await gracefulShutdown()
    }
}

/// A journey and the thread it runs on.
final class RunningJourney: Sendable {
    let name: Name
    let location: String
    let progress: JourneyProgress
    let counters: @Sendable () -> [String: Int64]
    let files: @Sendable () -> FileProgress?
    let feeds: [RunningFeed]
    let marks: MarkInbox
    let replaceClassifier: @Sendable (@escaping @Sendable () -> any Classifier) -> Void
    private let stopSource: @Sendable () -> Void
    private let journey: Mutex<Journey?>
    private let failed = Mutex<SourceError?>(nil)

    init(_ journey: sending Journey, location: String) {
        name = journey.name
        self.location = location
        progress = journey.progress
        let source = journey.source
        let stopping = journey.stopping
        let pending = journey.pendingClassifier
        let analysis = journey.analysis?.processCounters
        counters = {
            var counters = source.counters
            if let analysis { counters.merge(analysis()) { $0 + $1 } }
            return counters
        }
        files = { source.files }
        feeds = journey.feeds?.live ?? []
        marks = journey.marks.inbox
        stopSource = {
            stopping.raise()
            source.stop()
        }
        replaceClassifier = { pending.put($0) }
        self.journey = Mutex(journey)
    }

    /// The error as a sentence that names what it is about.
    private func named(_ error: SourceError) -> SourceError {
        var error = error
        if !error.description.contains(location) { error.description = "\(location): \(error.description)" }
        return error
    }

    var failure: SourceError? { failed.withLock { $0 } }

    func stop() { stopSource() }

    /// `logger` is told when the source cannot run; without one the caller looks at ``failure``.
    func start(logger: Logger?, ended: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            let error: SourceError? = journey.withLock { journey in
                do throws(SourceError) {
                    try journey?.run()
                    return nil
                } catch { return named(error) }
            }
            if let error {
                failed.withLock { $0 = error }
                logger?.error(
                    "source cannot run: \(error.description)",
                    metadata: ["source": "\(name)", "hint": "\(error.hint)"])
            }
            ended()
        }
        thread.name = "source \(name)"
        thread.stackSize = 4 << 20
        thread.start()
    }
}

/// A flag that one thread raises for another.
final class OneWayFlag: Sendable {
    private let value = Atomic(false)
    func raise() { value.store(true, ordering: .releasing) }
    var isRaised: Bool { value.load(ordering: .acquiring) }
}

/// Something left for another thread to pick up; the newest wins.
final class Pickup<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let isFull = Atomic(false)

    func put(_ new: Value) {
        value.withLock { $0 = new }
        isFull.store(true, ordering: .releasing)
    }

    /// Cheap when there is nothing.
    func take() -> Value? {
        guard isFull.load(ordering: .acquiring) else { return nil }
        isFull.store(false, ordering: .relaxed)
        return value.withLock { held in
            defer { held = nil }
            return held
        }
    }
}
