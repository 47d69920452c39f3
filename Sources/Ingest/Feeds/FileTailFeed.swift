import Foundation
public import Inspection
import Synchronization

/// JSON messages that an analyser appends to a file, as they are written. What was in the file before is left alone, but for
/// the last message that `lasts`: what an analyser says of itself counts for all that it writes after it. A file that is
/// rotated away is read to its end, and the new one from its start; one that is cut is read from its start.
public final class FileTailFeed: MetadataFeed {
    /// How often the file is looked at, seconds.
    private static let pollSeconds = 0.2
    private static let chunk = 64 << 10
    /// Of what was in the file before, so much is looked through for what lasts.
    private static let recall: UInt64 = 8 << 20

    private let path: String
    private let dialect: MetadataPacket.Dialect
    private let clock: any Clock
    private let lasts: (@Sendable (ArraySlice<UInt8>) -> Bool)?
    private let counts = Counters()
    private let signal = StopSignal()
    private let fault = Mutex<SourceError?>(nil)

    public init(
        path: String, dialect: MetadataPacket.Dialect, clock: any Clock,
        lasts: (@Sendable (ArraySlice<UInt8>) -> Bool)? = nil
    ) {
        self.path = path
        self.dialect = dialect
        self.clock = clock
        self.lasts = lasts
    }

    /// `packets`, `bytes`, `rotations`, `truncations`, `messages_too_long`, …
    public var counters: [String: Int64] { counts.all }
    public var trouble: SourceError? { fault.withLock { $0 } }

    public func stop() { signal.set() }

    public func run(_ deliver: @escaping @Sendable (MetadataPacket) -> Void) throws(SourceError) {
        var tail = open(atEnd: true)
        if let tail, let message = lasting(before: tail) { give(message[...], deliver) }
        var wait = 0.0
        while !signal.wait(seconds: wait), !signal.isSet {
            wait = Self.pollSeconds
            if tail == nil { tail = open(atEnd: false) }
            guard let open = tail else {
                fail("is not there", "it is read from its start once the analyser makes it")
                continue
            }
            fault.withLock { $0 = nil }
            // Asked before reading: what is written to the old file before it is rotated is read first.
            let facts = Facts(path)
            read(open, deliver)
            if facts?.number == open.number { continue }
            // Not there for a moment: the rest may still be written to the old file.
            guard facts != nil else { continue }
            read(open, deliver)
            open.messages.finish { give($0, deliver) }
            counts.add("rotations")
            tail = nil
            wait = 0
        }
    }

    /// What tells one file from another.
    private struct Facts {
        var number: UInt64
        var size: UInt64

        init?(_ path: String) {
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let number = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value,
                let size = (attributes[.size] as? NSNumber)?.uint64Value
            else { return nil }
            self.number = number
            self.size = size
        }
    }

    private final class Tail {
        let handle: FileHandle
        let number: UInt64
        var offset: UInt64
        var messages = JSONMessages()

        init(_ handle: FileHandle, _ number: UInt64, at offset: UInt64) {
            self.handle = handle
            self.number = number
            self.offset = offset
        }
    }

    /// Nil too while the file is being rotated: the number must be that of the very file that was opened.
    private func open(atEnd: Bool) -> Tail? {
        guard let facts = Facts(path), let handle = FileHandle(forReadingAtPath: path),
            Facts(path)?.number == facts.number
        else { return nil }
        guard atEnd, let end = try? handle.seekToEnd() else { return Tail(handle, facts.number, at: 0) }
        return Tail(handle, facts.number, at: end)
    }

    private func fail(_ what: String, _ hint: String) {
        fault.withLock { $0 = SourceError(kind: .notFound, description: "\(path) \(what)", hint: hint) }
    }

    /// The newest message that lasts, of those before where the file is followed from.
    private func lasting(before tail: Tail) -> [UInt8]? {
        guard let lasts else { return nil }
        let start = tail.offset > Self.recall ? tail.offset - Self.recall : 0
        guard (try? tail.handle.seek(toOffset: start)) != nil else { return nil }
        var messages = JSONMessages()
        var found: [UInt8]?
        var left = Int(tail.offset - start)
        while left > 0, !signal.isSet, let bytes = try? tail.handle.read(upToCount: min(left, Self.chunk)),
            !bytes.isEmpty
        {
            left -= bytes.count
            messages.read(bytes) { if lasts($0) { found = Array($0) } }
        }
        return found
    }

    /// To the file's end.
    private func read(_ tail: Tail, _ deliver: (MetadataPacket) -> Void) {
        if let end = try? tail.handle.seekToEnd(), end < tail.offset {
            counts.add("truncations")
            tail.offset = 0
            tail.messages.finish { give($0, deliver) }
        }
        do {
            try tail.handle.seek(toOffset: tail.offset)
            while !signal.isSet, let bytes = try tail.handle.read(upToCount: Self.chunk), !bytes.isEmpty {
                tail.offset += UInt64(bytes.count)
                counts.add("bytes", Int64(bytes.count))
                let before = tail.messages.tooLong
                tail.messages.read(bytes) { give($0, deliver) }
                counts.add("messages_too_long", Int64(tail.messages.tooLong - before))
            }
        } catch {
            fail("cannot be read", "check its disk and permissions")
        }
    }

    private func give(_ message: ArraySlice<UInt8>, _ deliver: (MetadataPacket) -> Void) {
        counts.add("packets")
        deliver(
            MetadataPacket(
                dialect: dialect, bytes: Array(message), time: nil, ptsMicroseconds: nil, pid: nil, arrival: clock.utc))
    }
}
