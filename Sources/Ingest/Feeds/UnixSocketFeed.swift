import GStreamer
public import Inspection
import Synchronization

/// JSON messages of analysers that connect to a Unix socket of the gateway's, or send datagrams to it. Several may at once,
/// each message whole. It only listens.
public final class UnixSocketFeed: MetadataFeed {
    public enum Kind: String, Sendable, Hashable, CaseIterable { case stream, datagram }

    /// How long it waits when nobody speaks, seconds; a stop wakes it.
    private static let pollSeconds = 60.0

    private let path: String
    private let kind: Kind
    private let dialect: MetadataPacket.Dialect
    private let clock: any Clock
    private let counts = Counters()
    private let wake = WakeSignal()
    private let signal = StopSignal()
    private let fault = Mutex<SourceError?>(nil)

    public init(path: String, kind: Kind = .stream, dialect: MetadataPacket.Dialect, clock: any Clock) {
        self.path = path
        self.kind = kind
        self.dialect = dialect
        self.clock = clock
    }

    /// `packets`, `bytes`, `connections`, `connections_displaced`, `connections_refused`, `messages_too_long`, …
    public var counters: [String: Int64] { counts.all }
    public var trouble: SourceError? { fault.withLock { $0 } }

    public func stop() {
        signal.set()
        wake.raise()
    }

    public func run(_ deliver: @escaping @Sendable (MetadataPacket) -> Void) throws(SourceError) {
        var backoff = Backoff()
        while !signal.isSet {
            let listener: UnixListener
            do throws(UnixListener.Failure) {
                listener = try UnixListener(path: path, kind: kind == .stream ? .stream : .datagram)
            } catch {
                let problem = SourceError(
                    kind: .connection, description: "listening at \(path): \(error.text)",
                    hint:
                        "the folder must be there and writable by the gateway's user, and no other program listen there"
                )
                guard error.code != nil else { throw problem }
                fault.withLock { $0 = problem }
                counts.add("restarts")
                if signal.wait(seconds: backoff.next(fraction: Double.random(in: 0...1))) { return }
                continue
            }
            backoff.reset()
            fault.withLock { $0 = nil }
            listen(listener, deliver)
        }
    }

    private func listen(_ listener: UnixListener, _ deliver: (MetadataPacket) -> Void) {
        var streams: [Int: JSONMessages] = [:]
        defer { counts.settle() }
        while !signal.isSet {
            for event in listener.wait(for: wake, atMost: Self.pollSeconds) {
                switch event {
                case .bytes(let bytes, let id):
                    counts.add("bytes", Int64(bytes.count))
                    if streams[id] == nil { counts.add("connections") }
                    var messages = streams.removeValue(forKey: id) ?? JSONMessages()
                    let before = messages.tooLong
                    messages.read(bytes) { give($0, from: id, deliver) }
                    // Of a datagram nothing can follow.
                    if kind == .datagram { messages.finish { give($0, from: id, deliver) } }
                    counts.add("messages_too_long", Int64(messages.tooLong - before))
                    streams[id] = messages
                case .closed(let id):
                    streams.removeValue(forKey: id)?.finished { give($0, from: id, deliver) }
                }
            }
            counts.update([
                "connections_displaced": Int64(listener.displaced), "connections_refused": Int64(listener.refused),
            ])
        }
    }

    private func give(_ message: ArraySlice<UInt8>, from connection: Int, _ deliver: (MetadataPacket) -> Void) {
        counts.add("packets")
        var packet = MetadataPacket(
            dialect: dialect, bytes: Array(message), time: nil, ptsMicroseconds: nil, pid: nil, arrival: clock.utc)
        // Who sends datagrams cannot be told.
        if kind == .stream { packet.channel = String(connection) }
        deliver(packet)
    }
}

extension JSONMessages {
    /// What was not ended.
    consuming func finished(_ message: (ArraySlice<UInt8>) -> Void) {
        var messages = self
        messages.finish(message)
    }
}
