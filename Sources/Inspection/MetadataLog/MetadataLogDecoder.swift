/// Reads a log of frame metadata, of which pieces may come one after the other, from any bytes. What is damaged is counted
/// and passed over.
public struct MetadataLogDecoder: Sendable {
    public enum Entry: Sendable {
        case header(MetadataLogHeader)
        case frame(FrameMetadata)
    }

    /// Why nothing more can be read.
    public enum Fault: Sendable, Hashable {
        case notALog
        /// Written by a later version of the format, this one.
        case newerFormat(UInt8)
        /// What stands at this byte is no record: a cut, or damage from here on.
        case noRecord(at: Int)
    }

    public private(set) var fault: Fault?
    /// Bytes up to the end of the last record that could be read: what may stay when the log is gone on with.
    public private(set) var soundBytes = 0
    /// Records that were not what their checksum says.
    public private(set) var damagedRecords = 0
    /// Frames that could not be read for want of one that was damaged.
    public private(set) var lostFrames = 0
    private var buffer: [UInt8] = []
    private var offset = 0
    /// Of the buffer's first byte, in the log.
    private var base = 0
    private var reading = MetadataLogFrame()
    private var needsKey = true

    private let trustsChecksums: Bool

    /// Without checksums it reads whatever stands in a record: for those who try it with damaged ones.
    public init(trustsChecksums: Bool = true) { self.trustsChecksums = trustsChecksums }

    public mutating func add(_ bytes: [UInt8]) {
        guard fault == nil else { return }
        buffer.removeFirst(offset)
        base += offset
        offset = 0
        buffer.append(contentsOf: bytes)
    }

    /// Bytes that were given and belong to no record yet: after the last piece, a cut record.
    public var waitingBytes: Int { buffer.count - offset }

    /// The next that can be read; nil when more bytes are needed, or nothing more can be read.
    public mutating func next() -> Entry? {
        while fault == nil {
            if base + offset == 0 {
                guard begin() else { return nil }
                continue
            }
            guard buffer.count - offset >= MetadataLogFormat.prefix else { return nil }
            let length = Int(word(at: offset))
            guard length > 0, length <= MetadataLogFormat.bodyLimit else {
                fault = .noRecord(at: base + offset)
                return nil
            }
            guard buffer.count - offset - MetadataLogFormat.prefix >= length else { return nil }
            let start = offset + MetadataLogFormat.prefix
            let checksum = word(at: offset + 4)
            offset = start + length
            if let entry = entry(buffer[start..<start + length], checksum) {
                soundBytes = base + offset
                return entry
            }
        }
        return nil
    }

    /// The bytes before the first record. False when they are not all there, or not of a log.
    private mutating func begin() -> Bool {
        let magic = MetadataLogFormat.magic
        guard buffer.prefix(magic.count).elementsEqual(magic.prefix(buffer.count)) else {
            fault = .notALog
            return false
        }
        guard buffer.count > magic.count else { return false }
        let version = buffer[magic.count]
        guard version == MetadataLogFormat.version else {
            fault = version > MetadataLogFormat.version ? .newerFormat(version) : .notALog
            return false
        }
        offset = magic.count + 1
        soundBytes = offset
        return true
    }

    private func word(at index: Int) -> UInt32 {
        buffer[index..<index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func entry(_ body: ArraySlice<UInt8>, _ checksum: UInt32) -> Entry? {
        guard !trustsChecksums || LogChecksum.of(body) == checksum else {
            damage()
            return nil
        }
        var record = LogReading(body.dropFirst())
        do throws(LogDamage) {
            switch body.first.flatMap({ MetadataLogFormat.Kind(rawValue: $0) }) {
            case .header: return .header(try MetadataLogFrame.header(&record))
            case .frame where needsKey:
                lostFrames += 1
                return nil
            case .frame: return .frame(try reading.frame(&record, isKey: false))
            case .keyFrame:
                needsKey = false
                return .frame(try reading.frame(&record, isKey: true))
            case nil: throw LogDamage()
            }
        } catch {
            damage()
            return nil
        }
    }

    private mutating func damage() {
        damagedRecords += 1
        needsKey = true
    }
}
