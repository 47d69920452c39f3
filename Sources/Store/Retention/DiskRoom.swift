import Foundation
public import Inspection
import Synchronization

/// The room on the file system of the state directory, as everybody asks it who is about to write: a ``DiskLadder`` over what
/// the file system says and over the writes that failed.
///
/// Something is kept back (`reserve`), which the last step gives free: so that answers of deliveries, verdicts, and the lines
/// that say what retention takes away can still be written.
public final class DiskRoom: Sendable {
    /// What somebody wants to write.
    public enum Wish: Sendable, Hashable {
        case clip, picture, finding

        /// The first level at which it is not written.
        var last: DiskLadder.Level {
            switch self {
            case .clip: .withoutClips
            case .picture: .withoutPictures
            case .finding: .refusing
            }
        }
    }

    public struct Figures: Sendable, Hashable {
        public var level: DiskLadder.Level
        /// Bytes that this user may still write, and all of the file system; nil where it does not say.
        public var free: Int64?
        public var total: Int64?
        /// Bytes kept back.
        public var reserve: Int64
    }

    private struct State {
        var ladder: DiskLadder
        var free: Int64?
        var total: Int64?
        var reserve: Int64
    }

    /// Bytes of a write on trial.
    static let trialBytes = 1 << 20

    private let folder: String
    private let clock: any Clock
    private let wantedReserve: Int64
    private let state: Mutex<State>
    /// Of one trial and one change of the reserve at a time.
    private let files = Mutex(())
    private let tell: @Sendable (DiskLadder.Change) -> Void

    /// `tell` is given each change of the level, for the journal.
    public init(
        folder: String, options: DiskLadder.Options = .init(), reserve: Int64 = 16 << 20, clock: any Clock,
        tell: @escaping @Sendable (DiskLadder.Change) -> Void = { _ in }
    ) {
        self.folder = folder
        self.clock = clock
        self.tell = tell
        let (free, total) = Self.facts(folder)
        // A small file system spares a hundredth.
        wantedReserve = min(max(reserve, 0), total.map { $0 / 100 } ?? .max)
        let kept = (try? FileManager.default.attributesOfItem(atPath: folder + "/reserve")[.size] as? NSNumber)?
            .int64Value
        state = Mutex(
            State(ladder: DiskLadder(options.fitted(to: total)), free: free, total: total, reserve: kept ?? 0))
    }

    public var figures: Figures {
        state.withLock { Figures(level: $0.ladder.level, free: $0.free, total: $0.total, reserve: $0.reserve) }
    }

    public var level: DiskLadder.Level { figures.level }

    /// Bytes free now.
    public func measure() -> Int64? {
        let (free, total) = Self.facts(folder)
        state.withLock { ($0.free, $0.total) = (free, total) }
        return free
    }

    public func takes(_ wish: Wish) -> Bool { level < wish.last }

    /// Whether the bytes that are free are too few for it, and not only a write failed.
    public func isShort(of wish: Wish) -> Bool { state.withLock { $0.ladder.forced >= wish.last } }

    /// A write failed; anything but a full disk changes nothing.
    public func failed(_ wish: Wish, _ error: StoreError) {
        guard error.kind == .full else { return }
        let now = clock.monotonicNanoseconds
        moved(state.withLock { $0.ladder.failed(wish.last, at: now) })
    }

    /// Looks at the file system, and tries a write where that is wanted. Blocks its thread; called every few seconds.
    public func look() {
        let (free, total) = Self.facts(folder)
        let now = clock.monotonicNanoseconds
        let (change, wantsTrial) = state.withLock { state in
            (state.free, state.total) = (free, total)
            return (state.ladder.observe(free: free, at: now), state.ladder.wantsTrial(free: free, at: now))
        }
        moved(change)
        if wantsTrial {
            let succeeded = write("trial", bytes: Self.trialBytes)
            remove("trial")
            moved(state.withLock { $0.ladder.tried(succeeded, free: free, at: now) })
        }
        keepReserve()
    }

    private func moved(_ change: DiskLadder.Change?) {
        guard let change else { return }
        if change.to == .refusing { release() }
        tell(change)
    }

    /// Kept back again once all is well, and never where that would lead down the ladder.
    private func keepReserve() {
        let wanted = wantedReserve
        let (level, reserve, free) = state.withLock { ($0.ladder.level, $0.reserve, $0.free) }
        guard level == .normal, reserve < wanted, wanted > 0, free.map({ $0 / 4 > wanted }) ?? true else { return }
        let succeeded = write("reserve", bytes: Int(clamping: wanted))
        if !succeeded { remove("reserve") }
        state.withLock { $0.reserve = succeeded ? wanted : 0 }
    }

    private func release() {
        remove("reserve")
        state.withLock { $0.reserve = 0 }
    }

    private func remove(_ name: String) {
        files.withLock { _ in try? FileManager.default.removeItem(atPath: folder + "/" + name) }
    }

    /// Bytes that no file system makes smaller or shares.
    private func write(_ name: String, bytes: Int) -> Bool {
        files.withLock { _ in
            let path = folder + "/" + name
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
                let file = FileHandle(forWritingAtPath: path)
            else { return false }
            defer { try? file.close() }
            var random = SystemRandomNumberGenerator()
            var left = bytes
            do {
                while left > 0 {
                    let part = min(left, 1 << 20)
                    var data = Data(capacity: part)
                    let block = pattern(random.next())
                    while data.count < part { data.append(contentsOf: block) }
                    try file.write(contentsOf: data.prefix(part))
                    left -= part
                }
                try file.synchronize()
                return true
            } catch { return false }
        }
    }

    /// One number as 4 KiB that differ from block to block.
    private func pattern(_ seed: UInt64) -> [UInt8] {
        var value = seed | 1
        return (0..<4096).map { _ in
            value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: value >> 33)
        }
    }

    /// Nothing is free where there are no inodes left.
    private static func facts(_ folder: String) -> (free: Int64?, total: Int64?) {
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        let nodes = (facts?[.systemFreeNodes] as? NSNumber)?.int64Value
        let allNodes = (facts?[.systemNodes] as? NSNumber)?.int64Value ?? 0
        let free = (facts?[.systemFreeSize] as? NSNumber)?.int64Value
        let total = (facts?[.systemSize] as? NSNumber)?.int64Value
        return (nodes == 0 && allNodes > 0 ? 0 : free, total)
    }
}
