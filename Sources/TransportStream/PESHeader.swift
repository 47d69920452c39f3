/// The header of a PES packet.
struct PESHeader: Sendable {
    /// Bytes of the payload; nil when the packet says no length (video).
    var payloadLength: Int?
    /// Raw 33-bit times.
    var pts: Int64?
    var dts: Int64?

    /// How many bytes of `bytes` must be known before ``init(_:)`` can tell: nil when they are not a PES header.
    static func needed(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 6 else {
            return zip(bytes, [0, 0, 1]).allSatisfy { $0 == $1 } ? 6 : nil
        }
        guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 1 else { return nil }
        guard hasOptionalHeader(bytes[3]) else { return 6 }
        guard bytes.count >= 9 else { return 9 }
        return 9 + Int(bytes[8])
    }

    /// Nil when the header contradicts itself. `bytes` holds at least ``needed(_:)`` bytes.
    init?(_ bytes: [UInt8]) {
        guard let size = Self.needed(bytes), bytes.count >= size else { return nil }
        let stated = Int(bytes[4]) << 8 | Int(bytes[5])
        guard Self.hasOptionalHeader(bytes[3]) else {
            payloadLength = stated
            return
        }
        guard bytes[6] & 0xC0 == 0x80 else { return nil }
        if stated > 0 {
            guard 6 + stated >= size else { return nil }
            payloadLength = 6 + stated - size
        }
        let flags = bytes[7] >> 6
        if flags >= 2, size >= 14 { pts = Self.time(bytes, 9) }
        if flags == 3, size >= 19 { dts = Self.time(bytes, 14) }
    }

    /// Nil when a marker bit is missing: the five bytes are no time.
    private static func time(_ bytes: [UInt8], _ at: Int) -> Int64? {
        guard bytes[at] & 1 == 1, bytes[at + 2] & 1 == 1, bytes[at + 4] & 1 == 1 else { return nil }
        return Int64(bytes[at] >> 1 & 7) << 30 | Int64(bytes[at + 1]) << 22 | Int64(bytes[at + 2] >> 1) << 15
            | Int64(bytes[at + 3]) << 7 | Int64(bytes[at + 4] >> 1)
    }

    /// False of program stream maps, padding, private stream 2, ECM, EMM, DSM-CC, H.222.1 E and directories.
    private static func hasOptionalHeader(_ streamID: UInt8) -> Bool {
        switch streamID {
        case 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF: false
        default: true
        }
    }
}
