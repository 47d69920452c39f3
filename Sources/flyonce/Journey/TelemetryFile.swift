import Foundation
import Ingest
import Inspection
import Telemetry

/// A file of metadata that belongs to a recording: packets in the order they stand in it.
struct TelemetryFile {
    private static let chunkBytes = 16 << 10

    let path: String
    private let dialect: MetadataPacket.Dialect
    private let handle: FileHandle
    private let clock: any Inspection.Clock
    /// Of JSON: messages that were read and not given yet.
    private var messages: JSONMessages?
    private var waiting: [[UInt8]] = []
    private var isAtEnd = false

    /// Each packet is one message.
    var isOfMessages: Bool { messages != nil }

    /// Nil when it cannot be read, or is of no dialect that a file beside a recording may have.
    init?(path: String, clock: any Inspection.Clock) {
        guard let handle = FileHandle(forReadingAtPath: path), let head = try? handle.read(upToCount: 4096),
            let dialect = TelemetryForm.dialect(of: [UInt8](head)), (try? handle.seek(toOffset: 0)) != nil
        else { return nil }
        self.path = path
        self.handle = handle
        self.clock = clock
        self.dialect = dialect
        messages = dialect == .analysisAuto ? JSONMessages() : nil
    }

    /// Nil at the end of the file.
    mutating func next() -> MetadataPacket? {
        guard messages != nil else { return chunk().map { packet($0, dialect) } }
        while waiting.isEmpty, !isAtEnd { fill() }
        guard !waiting.isEmpty else { return nil }
        return TelemetryForm.packet(ofMessage: waiting.removeFirst()[...], arrival: clock.utc)
    }

    private mutating func fill() {
        var found: [[UInt8]] = []
        if let bytes = chunk() {
            messages?.read(bytes) { found.append(Array($0)) }
        } else {
            messages?.finish { found.append(Array($0)) }
        }
        waiting = found
    }

    private mutating func chunk() -> [UInt8]? {
        guard !isAtEnd, let bytes = try? handle.read(upToCount: Self.chunkBytes), !bytes.isEmpty else {
            isAtEnd = true
            return nil
        }
        return [UInt8](bytes)
    }

    private func packet(_ bytes: [UInt8], _ dialect: MetadataPacket.Dialect) -> MetadataPacket {
        MetadataPacket(
            dialect: dialect, bytes: bytes, time: nil, ptsMicroseconds: nil, pid: nil, arrival: clock.utc)
    }
}
