/// Decompresses zlib streams (RFC 1950, RFC 1951) of which the length is known.
enum Inflate {
    enum Failure: Error { case damaged }

    /// Exactly `count` bytes, the checksum looked at; throws for streams that give fewer or more.
    static func zlib(_ bytes: [UInt8], count: Int) throws(Failure) -> [UInt8] {
        guard bytes.count >= 6, bytes[0] & 0x0F == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0,
            bytes[1] & 0x20 == 0, count >= 0
        else { throw .damaged }
        var stream = Stream(input: bytes, place: 2, limit: count)
        try stream.run()
        guard stream.output.count == count, adler32(stream.output) == stream.trailer() else { throw .damaged }
        return stream.output
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (a, b) = (UInt32(1), UInt32(0))
        var pending = 0
        for byte in bytes {
            a &+= UInt32(byte)
            b &+= a
            pending += 1
            // The longest run that cannot overflow 32 bits.
            if pending == 5552 {
                a %= 65_521
                b %= 65_521
                pending = 0
            }
        }
        return (b % 65_521) << 16 | (a % 65_521)
    }

    /// Codes by their next bits: symbol << 4 | length in each slot, 0 where no code begins so.
    private struct Table {
        var slots: [UInt16]
        var bits: Int

        init(lengths: ArraySlice<UInt8>) throws(Failure) {
            var counts = [Int](repeating: 0, count: 16)
            for length in lengths { counts[Int(length & 15)] += 1 }
            counts[0] = 0
            bits = max(counts.lastIndex { $0 > 0 } ?? 0, 1)
            var next = [Int](repeating: 0, count: 17)
            var code = 0
            for length in 1...15 {
                next[length] = code
                code = (code + counts[length]) << 1
                // More codes than there are bit patterns.
                if code > 2 << length { throw .damaged }
            }
            slots = [UInt16](repeating: 0, count: 1 << bits)
            for (symbol, length) in lengths.enumerated() where length > 0 {
                let width = Int(length)
                var reversed = 0
                for bit in 0..<width where next[width] & (1 << bit) != 0 { reversed |= 1 << (width - 1 - bit) }
                next[width] += 1
                var slot = reversed
                while slot < slots.count {
                    slots[slot] = UInt16(truncatingIfNeeded: symbol << 4 | width)
                    slot += 1 << width
                }
            }
        }
    }

    private struct Stream {
        let input: [UInt8]
        var place: Int
        let limit: Int
        var output: [UInt8] = []
        private var hold: UInt64 = 0
        private var held = 0

        init(input: [UInt8], place: Int, limit: Int) {
            self.input = input
            self.place = place
            self.limit = limit
            output.reserveCapacity(limit)
        }

        private mutating func fill() {
            while held <= 48, place < input.count {
                hold |= UInt64(input[place]) << UInt64(held)
                place += 1
                held += 8
            }
        }

        private mutating func take(_ count: Int) throws(Failure) -> Int {
            if count == 0 { return 0 }
            if held < count { fill() }
            guard held >= count else { throw .damaged }
            let value = Int(truncatingIfNeeded: hold & (1 << UInt64(count) - 1))
            hold >>= UInt64(count)
            held -= count
            return value
        }

        private mutating func symbol(_ table: Table) throws(Failure) -> Int {
            if held < 15 { fill() }
            let slot = Int(table.slots[Int(truncatingIfNeeded: hold) & (table.slots.count - 1)])
            let length = slot & 15
            guard length > 0, length <= held else { throw .damaged }
            hold >>= UInt64(length)
            held -= length
            return slot >> 4
        }

        mutating func run() throws(Failure) {
            var isLast = false
            while !isLast {
                isLast = try take(1) == 1
                switch try take(2) {
                case 0: try stored()
                case 1: try coded(Inflate.fixedLengths, Inflate.fixedDistances)
                case 2:
                    let lengths = try dynamicLengths()
                    try coded(lengths.symbols, lengths.distances)
                default: throw .damaged
                }
            }
        }

        /// The checksum after the last block, big-endian; nil when cut.
        mutating func trailer() -> UInt32? {
            hold >>= UInt64(held & 7)
            held -= held & 7
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let byte = try? take(8) else { return nil }
                value = value << 8 | UInt32(byte)
            }
            return value
        }

        private mutating func stored() throws(Failure) {
            _ = try take(held & 7)
            let length = try take(16)
            guard try take(16) == ~length & 0xFFFF, length <= limit - output.count else { throw .damaged }
            for _ in 0..<length { output.append(UInt8(truncatingIfNeeded: try take(8))) }
        }

        private mutating func dynamicLengths() throws(Failure) -> (symbols: [UInt8], distances: [UInt8]) {
            let symbols = try take(5) + 257
            let distances = try take(5) + 1
            let count = try take(4) + 4
            guard symbols <= 286, distances <= 30 else { throw .damaged }
            var order = [UInt8](repeating: 0, count: 19)
            for index in 0..<count { order[Inflate.lengthOrder[index]] = UInt8(truncatingIfNeeded: try take(3)) }
            let table = try Table(lengths: order[...])
            var lengths: [UInt8] = []
            while lengths.count < symbols + distances {
                let code = try symbol(table)
                if code < 16 {
                    lengths.append(UInt8(truncatingIfNeeded: code))
                    continue
                }
                var value: UInt8 = 0
                let times: Int
                switch code {
                case 16:
                    guard let last = lengths.last else { throw .damaged }
                    value = last
                    times = try take(2) + 3
                case 17: times = try take(3) + 3
                default: times = try take(7) + 11
                }
                guard lengths.count + times <= symbols + distances else { throw .damaged }
                for _ in 0..<times { lengths.append(value) }
            }
            return (Array(lengths[..<symbols]), Array(lengths[symbols...]))
        }

        private mutating func coded(_ symbols: [UInt8], _ distances: [UInt8]) throws(Failure) {
            let table = try Table(lengths: symbols[...])
            let farTable = try Table(lengths: distances[...])
            while true {
                let code = try symbol(table)
                if code < 256 {
                    guard output.count < limit else { throw .damaged }
                    output.append(UInt8(truncatingIfNeeded: code))
                    continue
                }
                if code == 256 { return }
                guard code <= 285 else { throw .damaged }
                let length = Inflate.lengthBase[code - 257] + (try take(Inflate.lengthExtra[code - 257]))
                let far = try symbol(farTable)
                guard far < 30 else { throw .damaged }
                let distance = Inflate.distanceBase[far] + (try take(Inflate.distanceExtra[far]))
                guard distance <= output.count, length <= limit - output.count else { throw .damaged }
                var from = output.count - distance
                for _ in 0..<length {
                    output.append(output[from])
                    from += 1
                }
            }
        }
    }

    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBase = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthExtra = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBase = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12_289, 16_385, 24_577,
    ]
    private static let distanceExtra = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let fixedLengths: [UInt8] =
        .init(repeating: 8, count: 144) + .init(repeating: 9, count: 112) + .init(repeating: 7, count: 24)
        + .init(repeating: 8, count: 8)
    private static let fixedDistances = [UInt8](repeating: 5, count: 30)
}
