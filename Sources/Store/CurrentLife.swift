import Synchronization

/// Which connections are in use.
final class CurrentLife: Sendable {
    private let held: Mutex<StoreLife>

    init(_ life: StoreLife) { held = Mutex(life) }

    var life: StoreLife { held.withLock { $0 } }

    func replace(with life: StoreLife) { held.withLock { $0 = life } }
}
