import Foundation
public import Inspection
import Synchronization

/// The logs of frame metadata, one file a flight, bounded in all: the flight that was written to longest ago goes first, one
/// that is being written never.
public final class MetadataFolder: Sendable {
    public struct Limits: Sendable, Hashable {
        /// Of one flight: frames beyond are not logged.
        public var bytesPerFlight: Int
        /// Of all together.
        public var bytes: Int

        public init(bytesPerFlight: Int, bytes: Int) {
            self.bytesPerFlight = bytesPerFlight
            self.bytes = bytes
        }
    }

    private struct Entry {
        var bytes: Int
        /// Grows with every write.
        var turn: Int
        var isOpen = false
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var total = 0
        var turn = 0
        var removed: Int64 = 0
    }

    /// Of the files.
    public static let suffix = ".metadata"

    public let path: String
    public let limits: Limits
    private let state: Mutex<State>

    /// Makes the folder when it is missing, for the owner alone, and takes stock of it.
    public init(path: String, limits: Limits) throws(StoreError) {
        self.path = path
        self.limits = limits
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError("make the folder of metadata logs", path, error)
        }
        var state = State()
        for file in Self.files(in: path) {
            state.entries[file.name] = Entry(bytes: file.bytes, turn: state.turn)
            state.turn += 1
            state.total += file.bytes
        }
        self.state = Mutex(state)
        makeRoom(for: 0)
    }

    public static func name(of flight: FlightID) -> String { flight.description + suffix }

    public func path(of flight: FlightID) -> String { path + "/" + Self.name(of: flight) }

    /// Flights whose logs went for want of room.
    public var removed: Int64 { state.withLock { $0.removed } }

    public var bytes: Int { state.withLock { $0.total } }

    /// The oldest first.
    private static func files(in path: String) -> [(name: String, bytes: Int, modified: Date)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name -> (name: String, bytes: Int, modified: Date)? in
            guard name.hasSuffix(suffix), FlightID(name.dropLast(suffix.count)) != nil,
                let facts = try? FileManager.default.attributesOfItem(atPath: path + "/" + name),
                facts[.type] as? FileAttributeType == .typeRegular
            else { return nil }
            let bytes = (facts[.size] as? NSNumber)?.intValue ?? 0
            return (name, bytes, facts[.modificationDate] as? Date ?? .distantPast)
        }.sorted { ($0.modified, $0.name) < ($1.modified, $1.name) }
    }

    /// From now on this file stays. It holds so many bytes.
    func hold(_ name: String, bytes: Int) {
        state.withLock { state in
            state.total += bytes - (state.entries[name]?.bytes ?? 0)
            state.turn += 1
            state.entries[name] = Entry(bytes: bytes, turn: state.turn, isOpen: true)
        }
    }

    func letGo(_ name: String) { state.withLock { $0.entries[name]?.isOpen = false } }

    /// Counts bytes that are about to be written; false when there is no room for them that could be made.
    func grow(_ name: String, by bytes: Int) -> Bool {
        guard makeRoom(for: bytes) else { return false }
        state.withLock { state in
            state.total += bytes
            state.turn += 1
            state.entries[name]?.bytes += bytes
            state.entries[name]?.turn = state.turn
        }
        return true
    }

    @discardableResult private func makeRoom(for bytes: Int) -> Bool {
        state.withLock { state in
            while state.total + bytes > limits.bytes {
                let closed = state.entries.filter { !$0.value.isOpen }
                guard let oldest = closed.min(by: { $0.value.turn < $1.value.turn }) else { return false }
                state.entries[oldest.key] = nil
                state.total -= oldest.value.bytes
                // One that cannot be removed is not counted any more, so that the search ends.
                guard (try? FileManager.default.removeItem(atPath: path + "/" + oldest.key)) != nil else { continue }
                state.removed += 1
            }
            return true
        }
    }
}
