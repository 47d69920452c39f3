public import Inspection

/// Asks a case flow for the cases whose stage has changed, and writes them down.
///
/// The cursor is kept by whoever makes the poll; without one it begins at the first case, which changes nothing that is
/// known already.
public actor CaseStagePoll {
    public struct Options: Sendable, Hashable {
        public var interval: Duration = .seconds(15)
        /// After errors the interval doubles up to this.
        public var longestInterval: Duration = .seconds(300)
        public var pageSize = 200
        /// Pages read in a row before the next pause.
        public var maximumPages = 50

        public init() {}
    }

    public struct Counters: Sendable, Hashable {
        public var polls: Int64 = 0
        public var errors: Int64 = 0
        /// Stages written as new revisions.
        public var recorded: Int64 = 0
        /// Entries of other gateways, or of findings no longer kept.
        public var unknown: Int64 = 0
        public var unusable: Int64 = 0

        public init() {}
    }

    public nonisolated let destination: Name
    private let source: any CaseStageSource
    private let store: any FindingStore
    private let options: Options
    private let saveCursor: @Sendable (String) async -> Void
    private nonisolated let signal = WakeSignal()
    private var random: any RandomNumberGenerator & Sendable

    public private(set) var cursor: String?
    public private(set) var counters = Counters()
    /// Nil after a poll that went well.
    public private(set) var lastFailure: String?

    public init(
        source: any CaseStageSource, store: any FindingStore, options: Options = Options(), cursor: String? = nil,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        saveCursor: @escaping @Sendable (String) async -> Void = { _ in }
    ) {
        destination = source.destination
        self.source = source
        self.store = store
        self.options = options
        self.cursor = cursor
        self.random = random
        self.saveCursor = saveCursor
    }

    /// Polls now instead of at the end of the interval.
    public nonisolated func notify() { signal.notify() }

    /// Runs until the task is cancelled.
    public func run() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await poll()
                failures = 0
                lastFailure = nil
            } catch {
                if Task.isCancelled { break }
                failures = min(failures + 1, 62)
                counters.errors += 1
                lastFailure = "\(error)"
            }
            let longest = DeliveryPolicy.doubled(
                options.interval, failures, upTo: max(options.longestInterval, options.interval))
            let pause = failures == 0 ? options.interval : DeliveryPolicy.halfToWhole(of: longest, &random)
            await signal.wait(atMost: max(pause, .milliseconds(10)))
        }
    }

    /// Reads pages until there are no more. The cursor moves past a page only when all of it has been written.
    public func poll() async throws {
        counters.polls += 1
        for _ in 0..<max(options.maximumPages, 1) {
            let page = try await source.stageChanges(after: cursor, limit: options.pageSize)
            counters.unusable += Int64(page.unusable)
            for change in page.changes { try await write(change) }
            if page.cursor != cursor {
                cursor = page.cursor
                await saveCursor(page.cursor)
            } else if page.more {
                throw DeliveryError(
                    kind: .unusableAnswer,
                    description: "\(source.destination): more is promised, but the cursor stands still")
            }
            guard page.more else { return }
        }
    }

    private func write(_ change: CaseStagePage.Change) async throws(StoreError) {
        do {
            if try await store.record(change.record, of: change.finding) != nil { counters.recorded += 1 }
        } catch {
            guard error.kind == .notFound else { throw error }
            counters.unknown += 1
        }
    }
}
