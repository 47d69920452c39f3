import Foundation
import Synchronization

/// Which connections are in use.
final class CurrentLife: Sendable {
    private struct State {
        var life: StoreLife
        var isEnded = false
    }

    private let held: Mutex<State>

    init(_ life: StoreLife) { held = Mutex(State(life: life)) }

    var life: StoreLife { held.withLock { $0.life } }

    func replace(with life: StoreLife) { held.withLock { $0.life = life } }

    /// None follows.
    func end() { held.withLock { $0.isEnded = true } }

    /// Waits on the caller's own thread for the life after `life`; nil when none came in time.
    func next(after life: StoreLife, until end: ContinuousClock.Instant) -> StoreLife? {
        while true {
            let (next, isEnded) = held.withLock { ($0.life, $0.isEnded) }
            if next !== life { return next }
            guard !isEnded, ContinuousClock.now < end else { return nil }
            Thread.sleep(forTimeInterval: 0.005)
        }
    }
}
