/// Joins the PSI sections of one PID. Sections of the PAT and of maps are at most 1024 bytes.
struct SectionAssembler: Sendable {
    static let limit = 1024

    private var buffer: [UInt8] = []
    private var isStarted = false

    /// Takes the payload of one packet, `range` of `bytes`. Whole sections with a good CRC go to `section`; the number of
    /// bad ones is returned.
    mutating func read(
        _ bytes: [UInt8], _ range: Range<Int>, startsUnit: Bool, _ section: ([UInt8]) -> Void
    ) -> Int64 {
        var bad: Int64 = 0
        var position = range.lowerBound
        if startsUnit {
            guard position < range.upperBound else { return 0 }
            let pointer = Int(bytes[position])
            position += 1
            guard pointer <= range.upperBound - position else {
                reset()
                return 1
            }
            if isStarted, pointer > 0 {
                buffer.append(contentsOf: bytes[position..<position + pointer])
                bad += take(section)
                if !buffer.isEmpty { bad += 1 }
            }
            position += pointer
            reset()
            isStarted = true
        }
        guard isStarted, position < range.upperBound else { return bad }
        buffer.append(contentsOf: bytes[position..<range.upperBound])
        return bad + take(section)
    }

    mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        isStarted = false
    }

    private mutating func take(_ section: ([UInt8]) -> Void) -> Int64 {
        var bad: Int64 = 0
        while buffer.count >= 3 {
            guard buffer[0] != 0xFF else {
                reset()
                return bad
            }
            let length = 3 + (Int(buffer[1] & 0x0F) << 8 | Int(buffer[2]))
            guard length <= Self.limit else {
                reset()
                return bad + 1
            }
            guard buffer.count >= length else { return bad }
            let whole = Array(buffer[..<length])
            buffer.removeFirst(length)
            if whole[1] & 0x80 != 0, length >= 12, CRC32.of(whole) == 0 {
                section(whole)
            } else if whole[0] == 0x00 || whole[0] == 0x02 {
                bad += 1
            }
        }
        if buffer.first == 0xFF { reset() }
        return bad
    }
}
