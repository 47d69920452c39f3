/// How the samples of a TIFF block are packed. Source: TIFF 6.0; Adobe's technical note of 2002 for deflate.
enum TIFFCompression: Sendable, Hashable {
    case none, lzw, deflate, packBits

    enum Failure: Error { case damaged }

    init?(tag: Int) {
        switch tag {
        case 1: self = .none
        case 5: self = .lzw
        case 8, 32_946: self = .deflate
        case 32_773: self = .packBits
        default: return nil
        }
    }

    /// Exactly `count` bytes.
    func unpack(_ bytes: [UInt8], count: Int) throws(Failure) -> [UInt8] {
        let output: [UInt8]
        switch self {
        case .none: output = bytes.count > count ? Array(bytes[..<count]) : bytes
        case .lzw: output = try Self.lzw(bytes, count: count)
        case .packBits: output = try Self.packBits(bytes, count: count)
        case .deflate:
            do { output = try Inflate.zlib(bytes, count: count) } catch { throw .damaged }
        }
        guard output.count == count else { throw .damaged }
        return output
    }

    private static func packBits(_ bytes: [UInt8], count: Int) throws(Failure) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(count)
        var place = 0
        while output.count < count {
            guard place < bytes.count else { throw .damaged }
            let head = Int(Int8(bitPattern: bytes[place]))
            place += 1
            if head == -128 { continue }
            if head >= 0 {
                guard head + 1 <= bytes.count - place, head + 1 <= count - output.count else { throw .damaged }
                output.append(contentsOf: bytes[place..<place + head + 1])
                place += head + 1
            } else {
                guard place < bytes.count, 1 - head <= count - output.count else { throw .damaged }
                output.append(contentsOf: repeatElement(bytes[place], count: 1 - head))
                place += 1
            }
        }
        return output
    }

    /// Codes of 9 to 12 bits, the highest bit first, the width growing one code early. A string is where it last stood in
    /// the output, and how long it was there.
    private static func lzw(_ bytes: [UInt8], count: Int) throws(Failure) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(count)
        var starts = [Int](repeating: 0, count: 4096)
        var lengths = [Int](repeating: 0, count: 4096)
        var (next, width, place, hold, held) = (258, 9, 0, 0, 0)
        var previous: (start: Int, length: Int)?
        while output.count < count {
            while held < width {
                guard place < bytes.count else { throw .damaged }
                hold = (hold & 0xFFFF) << 8 | Int(bytes[place])
                place += 1
                held += 8
            }
            held -= width
            let code = (hold >> held) & ((1 << width) - 1)
            if code == 257 { break }
            if code == 256 {
                (next, width, previous) = (258, 9, nil)
                continue
            }
            let start = output.count
            if code < 256 {
                output.append(UInt8(truncatingIfNeeded: code))
            } else {
                guard let previous, code < next || (code == next && next < 4096) else { throw .damaged }
                // The string being defined by this very code is the previous one and its own first byte.
                let from = code == next ? previous.start : starts[code]
                let length = code == next ? previous.length + 1 : lengths[code]
                guard length <= count - output.count else { throw .damaged }
                for index in 0..<length { output.append(output[from + index]) }
            }
            if let previous, next < 4096 {
                starts[next] = previous.start
                lengths[next] = previous.length + 1
                next += 1
            }
            previous = (start, output.count - start)
            if next >= (1 << width) - 1, width < 12 { width += 1 }
        }
        return output
    }
}
