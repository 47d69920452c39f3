public import Inspection
import Synchronization

/// Where the threads of feeds leave packets for the one journey that takes them. When it is full the oldest give way: of a
/// pose the newest counts.
public final class FeedInbox: Sendable {
    public struct Entry: Sendable {
        /// Place of the feed among those of its source.
        public var feed: Int
        public var packet: MetadataPacket
    }

    private struct State {
        var entries: [Entry] = []
        /// Those before it have given way.
        var start = 0
        var bytes = 0
        var dropped: [Int: Int64] = [:]
    }

    private let limit: Int
    private let byteLimit: Int
    private let state = Mutex(State())

    public init(limit: Int = 4096, byteLimit: Int = 8 << 20) {
        self.limit = max(limit, 1)
        self.byteLimit = byteLimit
    }

    /// Never waits. Callable from any thread.
    public func put(_ packet: MetadataPacket, feed: Int) {
        state.withLock { state in
            state.entries.append(Entry(feed: feed, packet: packet))
            state.bytes += packet.bytes.count
            while state.entries.count - state.start > 1,
                state.entries.count - state.start > limit || state.bytes > byteLimit
            {
                let old = state.entries[state.start]
                state.bytes -= old.packet.bytes.count
                state.dropped[old.feed, default: 0] += 1
                state.entries[state.start].packet.bytes = []
                state.start += 1
            }
            guard state.start > limit else { return }
            state.entries.removeFirst(state.start)
            state.start = 0
        }
    }

    /// All that wait, in the order they came.
    public func take() -> [Entry] {
        state.withLock { state in
            guard !state.entries.isEmpty else { return [] }
            let taken = Array(state.entries[state.start...])
            state.entries = []
            state.start = 0
            state.bytes = 0
            return taken
        }
    }

    /// True while another packet would make none give way.
    public var hasRoom: Bool {
        state.withLock { $0.entries.count - $0.start < limit && $0.bytes < byteLimit }
    }

    /// Packets of a feed that gave way.
    public func dropped(of feed: Int) -> Int64 { state.withLock { $0.dropped[feed] ?? 0 } }
}
