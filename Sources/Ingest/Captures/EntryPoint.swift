/// How well decoding may begin at a key picture.
enum EntryPoint: Int, Sendable, Hashable, Comparable {
    /// Coded without others, but pictures behind it may still refer to what was before it.
    case intra
    /// An H.264 recovery point: what is shown from here on is exact. `avdec_h264` of GStreamer 1.22 nevertheless loses the
    /// first pictures, with "Couldn't get codec frame": the decoder behind it wants buffers for the frame numbers left out.
    case recoveryPoint
    /// Nothing before it is referred to: an H.264 IDR picture, any H.265 random access point, an MPEG-2 intra picture.
    case refresh

    static func < (a: EntryPoint, b: EntryPoint) -> Bool { a.rawValue < b.rawValue }

    /// Of an H.264 access unit in Annex B, by its NAL unit types and its supplemental enhancement information.
    /// Source: ITU-T H.264, table 7-1 and section D.2.8.
    static func h264(_ unit: [UInt8]) -> EntryPoint {
        var found = EntryPoint.intra
        var at = 0
        while at + 3 < unit.count {
            guard unit[at] == 0, unit[at + 1] == 0, unit[at + 2] == 1 else {
                at += 1
                continue
            }
            at += 3
            switch unit[at] & 0x1F {
            case 5: return .refresh
            // The first slice: what matters stands in front of it.
            case 1...4: return found
            case 6 where isRecoveryPoint(unit[(at + 1)...].prefix(256)): found = .recoveryPoint
            default: break
            }
        }
        return found
    }

    /// A recovery point message (type 6) that says "at once": its first bit is the code number 0.
    private static func isRecoveryPoint(_ messages: ArraySlice<UInt8>) -> Bool {
        var rest = messages
        func number() -> Int? {
            var value = 0
            while let byte = rest.popFirst() {
                value += Int(byte)
                if byte != 0xFF { return value }
            }
            return nil
        }
        while rest.count > 2, let type = number(), let size = number(), size <= rest.count, size > 0 {
            if type == 6 { return (rest.first ?? 0) & 0x80 != 0 }
            rest = rest.dropFirst(size)
        }
        return false
    }
}
