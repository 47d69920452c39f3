import API
import Evidence
import Foundation
import Inspection
import Logging
import ServiceLifecycle
import Settings
import Store
import Synchronization

/// Watches the room on the disk, and takes away what must go, beside everything else.
struct Retention: Service {
    /// Between two looks at the file system.
    static let look: Duration = .seconds(2)
    /// Between two pieces of work, while there is more; a share of the disk's time and no more.
    static let breath: Duration = .milliseconds(20)

    let room: DiskRoom
    let work: RetentionWork
    private let policy: RetentionPolicy
    private let database: FindingDatabase
    private let logger: Logger
    /// Given after each look whether new findings are refused, and the bytes free.
    private let observed: @Sendable (Bool, Int64?) async -> Void

    static func room(
        _ settings: GatewaySettings, in stateDirectory: String, clock: any Inspection.Clock, logger: Logger
    )
        -> DiskRoom
    {
        let kept = settings.retention
        var options = DiskLadder.Options()
        options.clips = Int64(kept.withoutClips)
        options.pictures = Int64(kept.withoutPictures)
        options.findings = Int64(kept.refuse)
        return DiskRoom(
            folder: stateDirectory, options: options, reserve: Int64(kept.reserve), clock: clock,
            tell: { logger.tell($0) })
    }

    init(
        _ settings: RetentionSettings, room: DiskRoom, database: FindingDatabase, evidence: EvidenceFolder,
        chain: any RemovalRecord, clock: any Inspection.Clock, logger: Logger,
        observed: @escaping @Sendable (Bool, Int64?) async -> Void = { _, _ in }
    ) {
        self.observed = observed
        self.room = room
        self.database = database
        self.logger = logger
        var options = RetentionWork.Options()
        options.policy.limits = [
            .clips: Self.limit(settings.clips), .pictures: Self.limit(settings.pictures),
            .metadata: Self.limit(settings.metadata),
        ]
        // Of a small file system 15 %, as the steps of the ladder.
        options.policy.room = min(Int64(settings.room), room.figures.total.map { $0 / 20 * 3 } ?? .max)
        options.rowsAge = settings.rowsAge
        policy = options.policy
        work = RetentionWork(
            database, files: evidence, chain: chain, clock: clock, options: options,
            free: { room.measure() })
    }

    private static func limit(_ quota: RetentionSettings.Quota) -> RetentionPolicy.Limit {
        RetentionPolicy.Limit(bytes: quota.bytes.map { Int64($0) }, age: quota.age)
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(priority: .background) { await keep() }
            group.addTask { await watch() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    private func watch() async {
        while !Task.isCancelled {
            await Self.aside { room.look() }
            let figures = room.figures
            await observed(figures.level == .refusing, figures.free)
            try? await Task.sleep(for: Self.look)
        }
    }

    /// Blocking work, off the threads that everything else runs on.
    private static func aside(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            DispatchQueue.global(qos: .utility).async {
                body()
                done.resume()
            }
        }
    }

    private func keep() async {
        var troubles = DeliveryTroubles()
        var missing: Int64 = 0
        while !Task.isCancelled {
            var pause = Self.look
            var failure: String?
            do throws(StoreError) {
                if try await work.step() == .more { pause = Self.breath }
            } catch {
                failure = error.description
                pause = .seconds(10)
            }
            switch troubles.news(of: "retention", failure) {
            case .failing(let reason): logger.warning("retention: \(reason)")
            case .over: logger.notice("retention: well again")
            case nil: break
            }
            let now = await work.status.missing
            if now > 0, missing == 0 {
                logger.warning(
                    "\(now) bytes of evidence are over the quotas and must stay: they are owed or held",
                    metadata: ["hint": "see what is owed with flyonce status, what is held with flyonce hold list"])
            }
            missing = now
            try? await Task.sleep(for: pause)
        }
    }

    var status: RetentionStatus {
        get async {
            let figures = room.figures
            let status = await work.status
            let holds = (try? await database.holdCount()) ?? 0
            return RetentionStatus(
                level: figures.level.rawValue, levelName: figures.level.name, free: figures.free, total: figures.total,
                reserve: figures.reserve,
                kept: EvidenceClass.allCases.map {
                    .init(name: $0.rawValue, bytes: status.bytes?[$0], quota: policy.limits[$0]?.bytes)
                }, missing: status.missing, holds: holds, orphans: status.orphans, lost: status.lost,
                lastError: status.lastError)
        }
    }
}

extension Logger {
    /// A step of the ladder: the way down is an alarm at its last step.
    func tell(_ change: DiskLadder.Change) {
        let free = change.free.map { "\($0 >> 20) MiB free" } ?? "a write failed for want of room"
        let what =
            switch change.to {
            case .normal: "there is room on the disk again: everything is kept"
            case .withoutClips: "no clips are kept"
            case .withoutPictures: "no clips and no pictures are kept"
            case .refusing: "new findings are refused; verdicts and deliveries go on"
            }
        let level: Logger.Level = change.to == .refusing ? .critical : change.to > change.from ? .error : .notice
        log(
            level: level, "disk: \(what) (\(free))",
            metadata: change.to > change.from
                ? ["hint": "make room on the file system of the state directory; FlyOnce goes on by itself"] : [:])
    }
}
