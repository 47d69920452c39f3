/// Changes made to a transport stream that a multiplexer wrote.
enum StreamEdit {
    /// Rewrites every presentation and decoding time with `change(ticks, index of the PES packet)`; nil takes them out.
    static func times(_ bytes: [UInt8], _ change: (Int64, Int) -> Int64?) -> [UInt8] {
        var out = bytes
        var index = 0
        for at in stride(from: 0, to: bytes.count - 187, by: 188) where bytes[at + 1] & 0x40 != 0 {
            let pes = at + 4 + (bytes[at + 3] & 0x20 == 0 ? 0 : 1 + Int(bytes[at + 4]))
            guard pes + 19 < at + 188, Array(bytes[pes..<pes + 3]) == [0, 0, 1], bytes[pes + 7] & 0x80 != 0 else {
                continue
            }
            let places = bytes[pes + 7] & 0x40 != 0 ? [pes + 9, pes + 14] : [pes + 9]
            for place in places {
                guard let ticks = change(read(bytes, place), index) else {
                    out[pes + 7] &= 0x3F
                    for byte in place..<place + 5 { out[byte] = 0xFF }
                    continue
                }
                write(&out, place, ticks & 0x1_FFFF_FFFF)
            }
            index += 1
        }
        return out
    }

    /// Packets with bytes before and behind each: 4 before is M2TS, 16 behind is parity.
    static func padded(_ bytes: [UInt8], before: Int, behind: Int) -> [UInt8] {
        var out: [UInt8] = []
        for at in stride(from: 0, to: bytes.count - 187, by: 188) {
            out += [UInt8](repeating: 0x11, count: before)
            out += bytes[at..<at + 188]
            out += [UInt8](repeating: 0x22, count: behind)
        }
        return out
    }

    /// Without the parameter sets of H.264: their NAL units are given a type that nobody reads.
    static func withoutParameterSets(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        for at in 0..<bytes.count - 4 where bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1 {
            if [7, 8].contains(bytes[at + 3] & 0x1F), bytes[at + 3] & 0x80 == 0 { out[at + 3] = 0x18 }
        }
        return out
    }

    private static func read(_ bytes: [UInt8], _ at: Int) -> Int64 {
        let high = Int64(bytes[at] >> 1 & 7) << 30 | Int64(bytes[at + 1]) << 22
        let low = Int64(bytes[at + 2] >> 1) << 15 | Int64(bytes[at + 3]) << 7 | Int64(bytes[at + 4] >> 1)
        return high | low
    }

    private static func write(_ bytes: inout [UInt8], _ at: Int, _ ticks: Int64) {
        bytes[at] = bytes[at] & 0xF0 | UInt8(ticks >> 30 & 7) << 1 | 1
        bytes[at + 1] = UInt8(ticks >> 22 & 255)
        bytes[at + 2] = UInt8(ticks >> 15 & 127) << 1 | 1
        bytes[at + 3] = UInt8(ticks >> 7 & 255)
        bytes[at + 4] = UInt8(ticks & 127) << 1 | 1
    }
}
