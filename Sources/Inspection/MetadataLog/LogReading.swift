/// A record that does not hold what its kind says.
struct LogDamage: Error {}

/// Bytes of one record as they are read. Nothing that they hold can lead beyond them.
struct LogReading {
    private let bytes: ArraySlice<UInt8>
    private var offset: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    var left: Int { bytes.endIndex - offset }

    mutating func byte() throws(LogDamage) -> UInt8 {
        guard offset < bytes.endIndex else { throw LogDamage() }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func varint() throws(LogDamage) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
        }
        throw LogDamage()
    }

    mutating func signed() throws(LogDamage) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number of things each of which takes `size` bytes at least.
    mutating func count(ofSize size: Int = 1) throws(LogDamage) -> Int {
        guard let count = Int(exactly: try varint()), count <= left / max(size, 1) else { throw LogDamage() }
        return count
    }

    mutating func text() throws(LogDamage) -> String {
        let count = try count()
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    mutating func wholeNumber() throws(LogDamage) -> Int {
        guard let value = Int(exactly: try signed()) else { throw LogDamage() }
        return value
    }

    private mutating func littleEndian(bytes count: Int) throws(LogDamage) -> UInt64 {
        guard count <= left else { throw LogDamage() }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
        offset += count
        return value
    }

    /// True, and past it, when what comes next says that there is no number.
    mutating func skipsNone() -> Bool {
        guard offset < bytes.endIndex, bytes[offset] == NumberForm.none else { return false }
        offset += 1
        return true
    }

    mutating func number(after predicted: Double = 0) throws(LogDamage) -> Double {
        let form = try byte()
        switch form {
        case NumberForm.same: return predicted
        case 1...8: return Double(bitPattern: predicted.bitPattern ^ (try littleEndian(bytes: Int(form))))
        case NumberForm.single:
            return Double(Float(bitPattern: UInt32(truncatingIfNeeded: try littleEndian(bytes: 4))))
        case NumberForm.decimal..<NumberForm.decimal + UInt8(NumberForm.powers.count):
            return Double(try signed()) / NumberForm.powers[Int(form - NumberForm.decimal)]
        default: throw LogDamage()
        }
    }
}
