import Synchronization

/// Decoded blocks, those asked for longest ago forgotten first. Safe to use from any thread.
final class BlockCache: Sendable {
    struct Key: Hashable, Sendable {
        var tile: Int
        var block: Int
    }

    private struct Held {
        /// Nil for a block that cannot be had.
        var block: ElevationBlock?
        var used: UInt64
    }

    private struct State {
        var held: [Key: Held] = [:]
        var bytes = 0
        var turn: UInt64 = 0
    }

    private let state = Mutex(State())
    /// Bytes at most.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var bytes: Int { state.withLock { $0.bytes } }

    /// The block, made where it is not held. Two threads may make one at the same time; both get the same.
    func block(_ key: Key, make: () -> ElevationBlock?) -> ElevationBlock? {
        let found = state.withLock { state -> Held? in
            state.turn += 1
            state.held[key]?.used = state.turn
            return state.held[key]
        }
        if let found { return found.block }
        let made = make()
        return state.withLock { state in
            if let other = state.held[key] { return other.block }
            state.bytes += Self.size(made)
            state.held[key] = Held(block: made, used: state.turn)
            if state.bytes > limit { Self.forget(&state, downTo: limit / 4 * 3, keeping: key) }
            return made
        }
    }

    private static func size(_ block: ElevationBlock?) -> Int { 64 + (block?.size ?? 0) }

    private static func forget(_ state: inout State, downTo goal: Int, keeping kept: Key) {
        for (key, held) in state.held.sorted(by: { $0.value.used < $1.value.used }) where key != kept {
            guard state.bytes > goal else { return }
            state.bytes -= size(held.block)
            state.held[key] = nil
        }
    }
}
