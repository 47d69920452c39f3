public import Inspection
import Synchronization

/// Metadata that others push to the gateway's own port. Whoever takes it there hands it on with ``push(_:)``, which says no
/// when the source has no room: it never drops what came before.
public final class PushFeed: MetadataFeed {
    public enum Outcome: Sendable, Hashable {
        case taken
        /// There is no room now.
        case full
        /// The source is not running.
        case stopped
    }

    private struct State {
        var deliver: (@Sendable (MetadataPacket) -> Void)?
        var isStopped = false
    }

    private let dialect: MetadataPacket.Dialect
    private let clock: any Clock
    private let hasRoom: @Sendable () -> Bool
    private let counts = Counters()
    private let signal = StopSignal()
    private let state = Mutex(State())

    /// `hasRoom` is asked before each packet, from any thread.
    public init(
        dialect: MetadataPacket.Dialect, clock: any Clock, hasRoom: @escaping @Sendable () -> Bool = { true }
    ) {
        self.dialect = dialect
        self.clock = clock
        self.hasRoom = hasRoom
    }

    /// `packets`, `bytes`, `packets_without_room`.
    public var counters: [String: Int64] { counts.all }

    /// Callable from any thread; never waits.
    public func push(_ message: [UInt8]) -> Outcome {
        let packet = MetadataPacket(
            dialect: dialect, bytes: message, time: nil, ptsMicroseconds: nil, pid: nil, arrival: clock.utc)
        let outcome: Outcome = state.withLock { state in
            guard let deliver = state.deliver else { return .stopped }
            guard hasRoom() else { return .full }
            deliver(packet)
            return .taken
        }
        switch outcome {
        case .taken:
            counts.add("packets")
            counts.add("bytes", Int64(message.count))
        case .full: counts.add("packets_without_room")
        case .stopped: break
        }
        return outcome
    }

    public func run(_ deliver: @escaping @Sendable (MetadataPacket) -> Void) throws(SourceError) {
        state.withLock { $0.deliver = $0.isStopped ? nil : deliver }
        while !signal.wait(seconds: 3600) {}
        state.withLock { $0.deliver = nil }
    }

    public func stop() {
        state.withLock { state in
            state.isStopped = true
            state.deliver = nil
        }
        signal.set()
    }
}
