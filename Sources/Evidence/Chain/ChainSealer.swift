import Crypto
import Dispatch
public import Inspection
import Synchronization

/// Seals what the store keeps: follows its revisions and missions, and writes a signed line for each that adds to or changes
/// what is proved. Never in the way of a finding: it only reads, and what it could not seal today it seals later.
public final class ChainSealer: RemovalRecord {
    public struct Options: Sendable, Hashable {
        /// `flyonce 0.1.0`, said in every manifest.
        public var software = "flyonce"
        /// Lines made durable together.
        public var groupLines = 1000
        /// Waited for more to come before a group is written.
        public var gather: Duration = .milliseconds(100)
        /// Looked for news without being told of any.
        public var idle: Duration = .seconds(60)
        public var retryInitial: Duration = .seconds(1)
        public var retryMaximum: Duration = .seconds(60)
        /// Findings whose last sealed content is remembered, so that a revision that proves nothing new makes no line. Beyond
        /// it all are forgotten, which costs a line for each and loses none.
        public var remembered = 65_536
        public var segmentBytes = 16 << 20

        public init() {}
    }

    /// The key of a chain that began in this life.
    public enum BeganWith: Sendable, Hashable {
        /// Made for it: none was there.
        case newKey
        case keyAtHand
    }

    /// What the sealing says of itself.
    public struct Status: Sendable, Hashable {
        /// Lines of the chain; 0 before it was opened.
        public var lines: Int64 = 0
        /// SHA-256 of the last line.
        public var head = ""
        /// Of the key that signs, 64 digits.
        public var fingerprint = ""
        public var sealed: LastSealed?
        /// Of a chain that did not begin with its store.
        public var beginning: ChainBeginning?
        /// Where it began so in this life.
        public var beganWith: BeganWith?
        /// Lines written since the start.
        public var written: Int64 = 0
        /// Revisions that added nothing to what is proved.
        public var unchanged: Int64 = 0
        /// Bytes of half-written lines cut off.
        public var tornBytes: Int64 = 0
        public var damagedLines: Int64 = 0
        public var lostLines: Int64 = 0
        public var errors: Int64 = 0
        /// Nil while all is well.
        public var lastError: String?

        public init() {}
    }

    private struct Book: Sendable {
        var writer: ChainWriter?
        /// Nil before the store was asked.
        var position: LastSealed?
        var missions: Int64 = 0
        var proved: [FindingID: Fold] = [:]
        var status = Status()
    }

    fileprivate struct Fold: Sendable, Hashable {
        var high: UInt64
        var low: UInt64
    }

    private let stateDirectory: String
    private let gateway: Name
    private let keys: @Sendable () throws(StoreError) -> SealingKeys
    private let feed: any SealingFeed
    private let clock: any Clock
    private let options: Options
    /// Held while a group is written.
    private let book = Mutex(Book())
    /// What whoever asks is told at once.
    private let said = Mutex(Status())
    private let queue = DispatchQueue(label: "chain")
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// Nothing is opened yet. `keys` is asked when the chain is opened, and again after an error.
    public init(
        in stateDirectory: String, gateway: Name, feed: any SealingFeed, clock: any Clock, options: Options = Options(),
        keys: @escaping @Sendable () throws(StoreError) -> SealingKeys
    ) {
        self.stateDirectory = stateDirectory
        self.gateway = gateway
        self.keys = keys
        self.feed = feed
        self.clock = clock
        self.options = options
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Something new was kept. Never waits.
    public func notify() { wake.yield() }

    public var status: Status { said.withLock { $0 } }

    /// Seals until cancelled. An error is waited out; nothing else ends it.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [wake, options] in
                while !Task.isCancelled {
                    wake.yield()
                    try? await Task.sleep(for: options.idle)
                }
                wake.finish()
            }
            group.addTask { [self] in
                for await _ in wakes {
                    try? await Task.sleep(for: options.gather)
                    await drain()
                }
            }
        }
    }

    private func drain() async {
        var pause = options.retryInitial
        while !Task.isCancelled {
            do throws(StoreError) {
                try await sealAll()
                return
            } catch {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, options.retryMaximum)
            }
        }
    }

    /// Seals everything that is kept by now, on disk when it returns; ends between two groups when it is cancelled.
    public func sealAll() async throws(StoreError) {
        do throws(StoreError) {
            try await openIfNeeded()
            follow(feed.epoch)
            while !Task.isCancelled, try await sealMissions() {}
            while !Task.isCancelled, try await sealRevisions() {}
            said.withLock { $0.lastError = nil }
        } catch {
            said.withLock { said in
                said.errors += 1
                said.lastError = error.description + (error.hint.isEmpty ? "" : " (\(error.hint))")
            }
            throw error
        }
    }

    public func record(removed files: [RemovedEvidence]) async throws(StoreError) {
        try await openIfNeeded()
        try await write { writer, book throws(StoreError) in
            for file in files {
                try writer.append(.removed, sealed: writer.tail.sealed, missions: book.missions) { json in
                    json.member("sha256", file.sha256)
                    json.member("evidence_kind", file.kind.rawValue)
                    json.member("bytes", file.bytes)
                    json.member("reason", file.reason)
                }
            }
        }
    }

    private func openIfNeeded() async throws(StoreError) {
        guard book.withLock({ $0.writer == nil }) else { return }
        // A store that lost its end gives its numbers anew: they are sealed anew.
        let newest = try await feed.newestSequence()
        let epoch = feed.epoch
        let options = options
        try await perform { [stateDirectory, gateway, clock, keys] book throws(StoreError) in
            guard book.writer == nil else { return }
            let isNew = ChainTail(of: ChainFiles(folder: stateDirectory)).number == 0
            let keys = try keys()
            let writer = try ChainWriter(
                in: stateDirectory, gateway: gateway, keys: keys, clock: clock,
                options: ChainWriter.Options(segmentBytes: options.segmentBytes, storeSequence: newest))
            keys.forgetFormer(in: stateDirectory)
            book.status.beginning = ChainFiles(folder: stateDirectory).beginning
            book.status.beganWith = isNew && book.status.beginning != nil ? (keys.wasMade ? .newKey : .keyAtHand) : nil
            book.status.tornBytes += Int64(writer.tail.torn)
            book.status.damagedLines += Int64(writer.tail.damaged)
            book.status.lostLines += writer.tail.lost
            let last = writer.tail.sealed
            book.position =
                last?.epoch == epoch
                ? LastSealed(epoch: epoch, sequence: min(last?.sequence ?? 0, newest))
                : LastSealed(epoch: epoch, sequence: 0)
            book.missions = last == nil || last?.epoch == epoch ? writer.tail.missions : 0
            book.proved = [:]
            book.writer = writer
            book.status.show(writer)
        }
    }

    /// A store that begins a new epoch is followed from its beginning.
    private func follow(_ epoch: String) {
        book.withLock { book in
            guard let position = book.position, position.epoch != epoch else { return }
            book.position = LastSealed(epoch: epoch, sequence: 0)
            book.missions = 0
        }
    }

    /// True when there may be more.
    private func sealRevisions() async throws(StoreError) -> Bool {
        guard let position = book.withLock({ $0.position }) else { return false }
        let page = try await feed.revisions(after: position.sequence, limit: options.groupLines)
        guard let through = page.through, feed.epoch == position.epoch else { return false }
        let facts = try await facts(of: page.features)
        try await write { [options] writer, book throws(StoreError) in
            for feature in page.features {
                guard let sealed = SealedFeature(feature.feature[...]), !feature.feature.contains(10) else { continue }
                let fold = Fold(sealed.proved)
                guard book.proved[feature.id] != fold else {
                    book.status.unchanged += 1
                    continue
                }
                if book.proved.count >= options.remembered { book.proved = [:] }
                book.proved[feature.id] = fold
                let manifest = Manifest(
                    feature, facts: sealed.flight.flatMap { facts[$0] } ?? .init(), software: options.software)
                try writer.append(
                    .finding, sealed: LastSealed(epoch: position.epoch, sequence: feature.sequence),
                    missions: book.missions
                ) { manifest.write(to: &$0) }
            }
            book.position?.move(to: through)
        }
        return true
    }

    /// Of each mission that changed: the findings of its flight anew, then the mission itself, which marks it as done.
    private func sealMissions() async throws(StoreError) -> Bool {
        let (position, done) = book.withLock { ($0.position, $0.missions) }
        guard let position, let stored = try await feed.missions(after: done, limit: 1).first else { return false }
        let flight = try await feed.flight(stored.mission.flight)
        var after: Int64 = 0
        while true {
            let page = try await feed.newestRevisions(
                of: stored.mission.flight, after: after, limit: options.groupLines)
            guard let through = page.through else { break }
            after = through
            let facts = Manifest.FlightFacts(flight: flight, mission: stored.mission)
            try await write { [options] writer, book throws(StoreError) in
                for feature in page.features where feature.sequence <= position.sequence {
                    guard SealedFeature(feature.feature[...])?.flight == stored.mission.flight else { continue }
                    let manifest = Manifest(feature, facts: facts, software: options.software)
                    try writer.append(.finding, sealed: writer.tail.sealed, missions: book.missions) {
                        manifest.write(to: &$0)
                    }
                }
            }
        }
        try await write { writer, book throws(StoreError) in
            book.missions = stored.change
            try writer.append(.mission, sealed: writer.tail.sealed, missions: stored.change) { json in
                json.member("mission") { $0.object { stored.mission.write(to: &$0) } }
            }
        }
        return true
    }

    /// What is known of the flights that these findings were first seen in.
    private func facts(
        of features: [StoredFeature]
    ) async throws(StoreError) -> [FlightID: Manifest.FlightFacts] {
        var facts: [FlightID: Manifest.FlightFacts] = [:]
        for feature in features {
            guard let id = SealedFeature(feature.feature[...])?.flight, facts[id] == nil else { continue }
            facts[id] = Manifest.FlightFacts(
                flight: try await feed.flight(id), mission: try await feed.mission(of: id)?.mission)
        }
        return facts
    }

    /// Appends and makes durable. After an error the chain is read anew from the disk.
    private func write(
        _ body: @escaping @Sendable (inout ChainWriter, inout Book) throws(StoreError) -> Void
    ) async throws(StoreError) {
        try await perform { book throws(StoreError) in
            guard var writer = book.writer else { return }
            book.writer = nil
            do throws(StoreError) {
                try body(&writer, &book)
                book.status.written += Int64(writer.unsynced)
                try writer.sync()
                book.writer = writer
                book.status.show(writer)
            } catch {
                writer.abandon()
                throw error
            }
        }
    }

    private func say(_ status: Status) {
        said.withLock { said in
            let (errors, error) = (said.errors, said.lastError)
            said = status
            said.errors = errors
            said.lastError = error
        }
    }

    private func perform(
        _ work: @escaping @Sendable (inout Book) throws(StoreError) -> Void
    ) async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            queue.async { [self] in
                let result: Result<Void, StoreError> = book.withLock { book in
                    do throws(StoreError) {
                        try work(&book)
                    } catch {
                        return .failure(error)
                    }
                    say(book.status)
                    return .success(())
                }
                continuation.resume(returning: result)
            }
        }
        try result.get()
    }
}

extension ChainSealer.Fold {
    fileprivate init(_ bytes: [UInt8]) {
        let digest = Array(SHA256.hash(data: bytes))
        high = digest[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension ChainSealer.Status {
    fileprivate mutating func show(_ writer: ChainWriter) {
        lines = writer.tail.number
        head = writer.tail.hash
        fingerprint = writer.publicKey.fingerprint
        sealed = writer.tail.sealed
    }
}

extension LastSealed {
    fileprivate mutating func move(to sequence: Int64) { self = LastSealed(epoch: epoch, sequence: sequence) }
}
