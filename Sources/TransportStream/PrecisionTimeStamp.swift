/// The time that a coded picture carries within itself (MISB ST 0604): a user data message before its first slice.
public struct PrecisionTimeStamp: Sendable, Hashable {
    /// Since 1970; whether leap seconds are in it is the sender's choice, as of ST 0601 item 2.
    public var microseconds: Int64
    /// The sender's clock holds to an absolute reference.
    public var isLocked: Bool
    /// The clock jumped since the picture before.
    public var isDiscontinuous: Bool

    /// Bytes of a picture that are looked at: headers come first.
    public static let headerLimit = 4096

    /// Of one access unit in Annex B form (of MPEG-2: its video sequence); nil when it has none.
    public init?(_ picture: [UInt8], _ kind: StreamKind) {
        let bytes = picture.prefix(Self.headerLimit)
        var start = Self.afterStartCode(bytes, from: 0)
        while let unit = start {
            let next = Self.afterStartCode(bytes, from: unit)
            let end = next.map { $0 - 3 } ?? bytes.count
            switch Self.part(bytes[unit..<max(end, unit)], kind) {
            case .message(let message):
                if let stamp = Self(message: message, kind) {
                    self = stamp
                    return
                }
            case .slice: return nil
            case .other: break
            }
            start = next
        }
        return nil
    }

    private enum Part {
        /// What may hold user data, without its header.
        case message([UInt8])
        case slice
        case other
    }

    private static func part(_ unit: ArraySlice<UInt8>, _ kind: StreamKind) -> Part {
        guard let first = unit.first else { return .other }
        switch kind {
        case .h264:
            switch first & 0x1F {
            case 1...5: return .slice
            case 6: return .message(withoutEmulation(unit.dropFirst()))
            default: return .other
            }
        case .h265:
            switch first >> 1 & 0x3F {
            case 0...31: return .slice
            case 39: return .message(withoutEmulation(unit.dropFirst(2)))
            default: return .other
            }
        case .mpeg2:
            if first == 0xB2 { return .message(Array(unit.dropFirst())) }
            return (0x01...0xAF).contains(first) ? .slice : .other
        case .klv, .other:
            return .slice
        }
    }

    private init?(message: [UInt8], _ kind: StreamKind) {
        if kind == .mpeg2 {
            self.init(userData: message[...], kind)
            return
        }
        // SEI: type and size as runs of 255, then the payload; 0x80 ends it.
        var position = 0
        while message.count - position > 2, let type = Self.number(message, &position),
            let size = Self.number(message, &position), size <= message.count - position
        {
            if type == 5, let stamp = Self(userData: message[position..<position + size], kind) {
                self = stamp
                return
            }
            position += size
        }
        return nil
    }

    /// An id of 16 bytes, the state of the clock, and eight bytes of time with 0xFF after the second, fourth and sixth.
    private init?(userData: ArraySlice<UInt8>, _ kind: StreamKind) {
        let data = Array(userData.prefix(28))
        guard data.count == 28, let isNano = Self.isNanoseconds(data, kind), data[19] == 0xFF, data[22] == 0xFF,
            data[25] == 0xFF
        else { return nil }
        var time: UInt64 = 0
        for index in [17, 18, 20, 21, 23, 24, 26, 27] { time = time << 8 | UInt64(data[index]) }
        guard let exact = Int64(exactly: isNano ? time / 1000 : time) else { return nil }
        microseconds = exact
        isLocked = data[16] & 0x80 == 0
        isDiscontinuous = data[16] & 0x40 != 0
    }

    /// Nil when the id is not of such a message.
    private static func isNanoseconds(_ data: [UInt8], _ kind: StreamKind) -> Bool? {
        if data.starts(with: "MISPmicrosectime".utf8) { return false }
        guard kind == .h265 else { return nil }
        if data.starts(with: micro) { return false }
        return data.starts(with: nano) ? true : nil
    }

    private static let micro: [UInt8] = [
        0xA8, 0x68, 0x7D, 0xD4, 0xD7, 0x59, 0x37, 0x58, 0xA5, 0xCE, 0xF0, 0x33, 0x8B, 0x65, 0x45, 0xF1,
    ]
    private static let nano: [UInt8] = [
        0xCF, 0x84, 0x82, 0x78, 0xEE, 0x23, 0x30, 0x6C, 0x92, 0x65, 0xE8, 0xFE, 0xF2, 0x2F, 0xB8, 0xB8,
    ]

    private static func number(_ bytes: [UInt8], _ position: inout Int) -> Int? {
        var value = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            value += Int(byte)
            if byte != 0xFF { return value }
        }
        return nil
    }

    /// Index after the next 00 00 01.
    private static func afterStartCode(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        var zeros = 0
        for index in max(start, bytes.startIndex)..<max(bytes.endIndex, start) {
            if bytes[index] == 1, zeros >= 2 { return index + 1 }
            zeros = bytes[index] == 0 ? zeros + 1 : 0
        }
        return nil
    }

    /// 00 00 03 stands for 00 00.
    private static func withoutEmulation(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var zeros = 0
        for byte in bytes {
            if byte == 3, zeros >= 2 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            plain.append(byte)
        }
        return plain
    }
}
