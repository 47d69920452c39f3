/// What stands for the `?` of a statement, in their order. All texts and bytes lie in one buffer, from which SQLite reads them:
/// however many there are, there is one thing to make, hand on and free.
public struct BoundValues: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case null
        case integer(Int64)
        case real(Double)
        /// Places in the buffer.
        case text(from: Int, to: Int)
        case blob(from: Int, to: Int)
    }

    private(set) var values: [Value] = []
    /// Texts and blobs, one behind the other.
    public private(set) var bytes: [UInt8] = []

    public init(values count: Int = 8, bytes: Int = 64) {
        values.reserveCapacity(count)
        self.bytes.reserveCapacity(bytes)
    }

    public var count: Int { values.count }

    /// Keeps its memory.
    public mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    public mutating func addNull() { values.append(.null) }
    public mutating func add(_ number: Int64) { values.append(.integer(number)) }
    public mutating func add(_ number: Int) { values.append(.integer(Int64(number))) }

    public mutating func add(_ number: Double?) { values.append(number.map { .real($0) } ?? .null) }

    public mutating func add(_ text: String?) {
        guard let text else { return addNull() }
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        values.append(.text(from: start, to: bytes.count))
    }

    /// Written by `write` at the end of the buffer.
    public mutating func addBlob(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        values.append(.blob(from: min(start, bytes.count), to: bytes.count))
    }

    public mutating func add(_ blob: [UInt8]) { addBlob { $0 += blob } }

    /// A blob of sixteen bytes, most significant first.
    public mutating func add(high: UInt64, low: UInt64) {
        addBlob { bytes in
            for half in [high, low] {
                for shift in stride(from: UInt64(56), through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: half >> shift))
                }
            }
        }
    }
}
