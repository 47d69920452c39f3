import Dispatch
import Foundation
import Inspection
import Logging
import Settings
import Store
import Synchronization

/// Writes the frame metadata of one source to the log of its flight, on a queue of its own: the stream's thread only hands
/// frames over. When the disk is slower than a live stream, frames are left out of the log and counted; a file waits.
final class MetadataRecorder: Sendable {
    private enum Order: Sendable {
        case begin(MetadataLogHeader, goesOn: Bool)
        case frame(FrameMetadata)
        case rules(MetadataLogHeader)
        case end
    }

    private struct Inbox: Sendable {
        var orders: [Order] = []
        var isDraining = false
        var header: MetadataLogHeader?
    }

    private struct Log: Sendable {
        var file: MetadataLogFile?
        /// Of the file, those that were told already.
        var counted: Int64 = 0
        var isWatched = false
        var syncedAt: Int64 = 0
        var hasComplained = false
    }

    /// Orders that wait at most: half a minute of frames.
    static let limit = 1024
    /// Between two writes of a log that grows slowly, and between two syncs.
    static let flushInterval = DispatchTimeInterval.seconds(1)
    static let syncNanoseconds: Int64 = 5_000_000_000

    private let folder: MetadataFolder
    private let placement: MetadataLogHeader.PlacementInputs
    private let isLive: Bool
    private let clock: any Inspection.Clock
    private let progress: JourneyProgress
    private let logger: Logger
    private let queue: DispatchQueue
    private let inbox = Mutex(Inbox())
    private let log = Mutex(Log())

    init(
        source: Name, folder: MetadataFolder, placement: MetadataLogHeader.PlacementInputs, isLive: Bool,
        clock: any Inspection.Clock,
        progress: JourneyProgress, logger: Logger
    ) {
        self.folder = folder
        self.placement = placement
        self.isLive = isLive
        self.clock = clock
        self.progress = progress
        self.logger = logger
        queue = DispatchQueue(label: "metadata log of \(source)", qos: .utility)
    }

    /// A flight begins; a live one may go on after a restart.
    func begin(
        _ flight: Flight, gateway: Name, joining: MetadataLogHeader.JoiningInputs, rules: [MetadataLogHeader.Pack]
    ) {
        var header = MetadataLogHeader(
            gateway: gateway, source: flight.source, flight: flight.id, content: flight.content, writtenAt: clock.utc)
        header.rules = rules
        header.placement = placement
        header.joining = joining
        inbox.withLock { [header] in $0.header = header }
        add(.begin(header, goesOn: isLive))
    }

    /// From the next frame on these rules are in force.
    func take(_ rules: [MetadataLogHeader.Pack]) {
        let header = inbox.withLock { inbox in
            inbox.header?.rules = rules
            inbox.header?.writtenAt = clock.utc
            return inbox.header
        }
        if let header { add(.rules(header)) }
    }

    func record(_ frame: FrameMetadata) { add(.frame(frame)) }

    /// The flight ended, or what is seen of it before a stop. Blocks until all is on disk.
    func end() {
        inbox.withLock { $0.header = nil }
        add(.end)
        queue.sync {}
    }

    private func add(_ order: Order) {
        var (isFull, isFirst) = place(order)
        if isFull, !isLive {
            queue.sync {}
            (isFull, isFirst) = place(order)
        }
        if isFull { progress.count("metadata_log_frames_dropped") }
        if isFirst { queue.async { [self] in drain() } }
    }

    /// What is no frame always has a place: there are few of them.
    private func place(_ order: Order) -> (isFull: Bool, isFirst: Bool) {
        inbox.withLock { inbox in
            if case .frame = order, inbox.orders.count >= Self.limit { return (true, false) }
            inbox.orders.append(order)
            defer { inbox.isDraining = true }
            return (false, !inbox.isDraining)
        }
    }

    private func drain() {
        while true {
            let orders = inbox.withLock { inbox in
                inbox.isDraining = !inbox.orders.isEmpty
                defer { inbox.orders = [] }
                return inbox.orders
            }
            guard !orders.isEmpty else { break }
            log.withLock { log in
                for order in orders {
                    do throws(StoreError) {
                        try obey(order, &log)
                    } catch { complain(error, &log) }
                }
                count(&log)
            }
        }
        watch()
    }

    private func obey(_ order: Order, _ log: inout Log) throws(StoreError) {
        switch order {
        case .begin(let header, let goesOn):
            try log.file?.finish()
            count(&log)
            log.file = nil
            log.counted = 0
            log.file = try MetadataLogFile(header, goesOn: goesOn, in: folder)
        case .rules(let header): log.file?.append(header)
        case .frame(let frame):
            if log.file == nil { progress.count("metadata_log_frames_dropped") }
            try log.file?.append(frame)
        case .end:
            defer { log.file = nil }
            try log.file?.finish()
            count(&log)
            log.counted = 0
        }
    }

    private func count(_ log: inout Log) {
        guard let dropped = log.file?.dropped, dropped > log.counted else { return }
        progress.count("metadata_log_frames_dropped", by: dropped - log.counted)
        log.counted = dropped
    }

    /// Said once: the journey goes on without its log.
    private func complain(_ error: StoreError, _ log: inout Log) {
        progress.count("metadata_log_errors")
        guard !log.hasComplained else { return }
        log.hasComplained = true
        logger.warning("metadata log: \(error.description)", metadata: ["hint": "\(error.hint)"])
    }

    /// Sees to it that what was gathered is written soon, also when no further frame comes.
    private func watch() {
        let isNew = log.withLock { log in
            guard log.file != nil, !log.isWatched else { return false }
            log.isWatched = true
            return true
        }
        if isNew { queue.asyncAfter(deadline: .now() + Self.flushInterval) { [self] in settle() } }
    }

    private func settle() {
        let now = clock.monotonicNanoseconds
        let isSettled = log.withLock { log in
            log.isWatched = false
            do throws(StoreError) {
                try log.file?.flush()
            } catch { complain(error, &log) }
            guard now - log.syncedAt >= Self.syncNanoseconds else { return log.file == nil }
            log.syncedAt = now
            log.file?.sync()
            return true
        }
        // What was written since the last sync still waits for one.
        if !isSettled { watch() }
    }
}

extension MetadataLogSettings {
    /// Beneath a state directory.
    static func path(in stateDirectory: String) -> String { stateDirectory + "/metadata" }

    /// Nil when none is kept. A folder that cannot be made costs the log and nothing else.
    func folder(in stateDirectory: String, logger: Logger) -> MetadataFolder? {
        guard isEnabled else { return nil }
        do throws(StoreError) {
            return try MetadataFolder(
                path: Self.path(in: stateDirectory), limits: .init(bytesPerFlight: bytesPerFlight, bytes: bytes))
        } catch {
            logger.warning("no metadata log: \(error.description)", metadata: ["hint": "\(error.hint)"])
            return nil
        }
    }
}
