/// Reads `count` bytes of a file from `offset`: fewer where it ends, nil where it cannot be read.
public typealias ByteRangeReader = @Sendable (_ offset: Int, _ count: Int) -> [UInt8]?

/// Unsigned numbers out of bytes in either order. Places are checked: what lies outside is nil.
struct ByteOrder: Sendable, Hashable {
    var isLittle: Bool

    func unsigned(_ bytes: [UInt8], _ place: Int, _ width: Int) -> UInt64? {
        guard place >= 0, width >= 0, width <= 8, place <= bytes.count - width else { return nil }
        var value: UInt64 = 0
        for index in 0..<width {
            value = value << 8 | UInt64(bytes[isLittle ? place + width - 1 - index : place + index])
        }
        return value
    }

    func int(_ bytes: [UInt8], _ place: Int, _ width: Int) -> Int? {
        unsigned(bytes, place, width).flatMap { Int(exactly: $0) }
    }
}
