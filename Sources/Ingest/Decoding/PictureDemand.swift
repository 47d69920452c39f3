import Synchronization

/// Whether anybody wants pictures measured just now: said by one thread, asked by another.
public final class PictureDemand: Sendable, Hashable {
    private let wanted = Atomic<Bool>(false)

    public init() {}

    public var isWanted: Bool {
        get { wanted.load(ordering: .relaxed) }
        set { wanted.store(newValue, ordering: .relaxed) }
    }

    public static func == (a: PictureDemand, b: PictureDemand) -> Bool { a === b }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
