import Foundation
public import Inspection

/// The log of one flight as it is written. Every call may block its thread for the disk.
public struct MetadataLogFile: Sendable {
    /// Bytes that are gathered before they are written.
    static let bufferLimit = 64 << 10

    private let folder: MetadataFolder
    private let name: String
    private let handle: FileHandle
    private var encoder = MetadataLogEncoder()
    private var buffer: [UInt8] = []
    private var bufferedFrames = 0
    private var written: Int
    private var isSynced = true
    /// No more is written: the flight has its bytes, or the disk failed.
    public private(set) var isClosed = false
    /// Frames that are not in the log: beyond the bounds, too large, or refused by the disk.
    public private(set) var dropped: Int64 = 0

    /// Opens the log of a flight, behind the last record that can be read where it `goesOn`, else anew.
    public init(_ header: MetadataLogHeader, goesOn: Bool, in folder: MetadataFolder) throws(StoreError) {
        self.folder = folder
        name = MetadataFolder.name(of: header.flight)
        let path = folder.path(of: header.flight)
        let sound = goesOn ? try Self.soundBytes(path) : 0
        do {
            if !FileManager.default.fileExists(atPath: path),
                !FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            {
                throw CocoaError(.fileWriteUnknown)
            }
            handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.truncate(atOffset: UInt64(sound))
            try handle.seek(toOffset: UInt64(sound))
        } catch {
            throw StoreError("open the metadata log", path, error)
        }
        written = sound
        folder.hold(name, bytes: sound)
        if sound == 0 { buffer = MetadataLogEncoder.start }
        encoder.append(header, to: &buffer)
    }

    /// How much of the file may stay. A file that is no log is begun anew; one of a later version is left alone.
    private static func soundBytes(_ path: String) throws(StoreError) -> Int {
        guard let handle = FileHandle(forReadingAtPath: path) else { return 0 }
        defer { try? handle.close() }
        var decoder = MetadataLogDecoder()
        while let piece = try? handle.read(upToCount: 1 << 20), !piece.isEmpty, decoder.fault == nil {
            decoder.add(Array(piece))
            while decoder.next() != nil {}
        }
        if case .newerFormat(let version) = decoder.fault {
            throw StoreError(
                kind: .newerFormat, description: "\(path) is of format \(version), written by a later version",
                hint: "move it away")
        }
        return decoder.soundBytes
    }

    /// Says again whose frames these are, with other rules.
    public mutating func append(_ header: MetadataLogHeader) {
        guard !isClosed else { return }
        encoder.append(header, to: &buffer)
    }

    public mutating func append(_ frame: FrameMetadata) throws(StoreError) {
        guard !isClosed else {
            dropped += 1
            return
        }
        let before = buffer.count
        guard encoder.append(frame, to: &buffer) else {
            dropped += 1
            return
        }
        guard written + buffer.count <= folder.limits.bytesPerFlight else {
            buffer.removeLast(buffer.count - before)
            dropped += 1
            try flush()
            isClosed = true
            return
        }
        bufferedFrames += 1
        if buffer.count >= Self.bufferLimit { try flush() }
    }

    /// Hands what was gathered to the system.
    public mutating func flush() throws(StoreError) {
        guard !isClosed, !buffer.isEmpty else { return }
        defer {
            buffer.removeAll(keepingCapacity: true)
            bufferedFrames = 0
        }
        guard folder.grow(name, by: buffer.count) else {
            close(losing: bufferedFrames)
            return
        }
        do {
            try handle.write(contentsOf: Data(buffer))
        } catch {
            // Whatever of it was written is cut off again.
            try? handle.truncate(atOffset: UInt64(written))
            folder.hold(name, bytes: written)
            close(losing: bufferedFrames)
            throw StoreError("write the metadata log", folder.path + "/" + name, error)
        }
        written += buffer.count
        isSynced = false
    }

    private mutating func close(losing frames: Int) {
        dropped += Int64(frames)
        isClosed = true
    }

    /// Everything that was flushed survives a power cut.
    public mutating func sync() {
        guard !isSynced else { return }
        try? handle.synchronize()
        isSynced = true
    }

    /// The flight ended.
    public mutating func finish() throws(StoreError) {
        defer {
            sync()
            try? handle.close()
            folder.letGo(name)
            isClosed = true
        }
        try flush()
    }
}
