import Inspection
import Synchronization

/// Pictures of places at which nothing was seen so far, the best of each, until the flight decides. Bounded in bytes: over it
/// a place goes without.
final class AfterPictures: Sendable {
    struct Picture: Sendable {
        var capture: Capture
        var takenAt: UTCTime
        /// Where in it the place is, as shares.
        var box: FrameObject.Box?
        /// What of it is hidden in what leaves; nil when nothing of it may.
        var hidden: HiddenParts?

        var bytes: Int { capture.bytes.count + (capture.thumbnail?.count ?? 0) }
    }

    private struct State {
        var pictures: [FindingID: Picture] = [:]
        var bytes = 0
    }

    private static let limit = 64 << 20
    private let state = Mutex(State())

    /// In place of the one before. False when there is no room.
    func put(_ picture: Picture, of finding: FindingID) -> Bool {
        state.withLock { state in
            let bytes = state.bytes - (state.pictures[finding]?.bytes ?? 0) + picture.bytes
            guard bytes <= Self.limit else { return false }
            state.pictures[finding] = picture
            state.bytes = bytes
            return true
        }
    }

    func take(_ finding: FindingID) -> Picture? {
        state.withLock { state in
            guard let picture = state.pictures.removeValue(forKey: finding) else { return nil }
            state.bytes -= picture.bytes
            return picture
        }
    }

    func removeAll() { state.withLock { $0 = State() } }
}
