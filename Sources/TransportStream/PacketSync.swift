/// Finds the 188-byte packets in a run of bytes: one after another, with a time stamp of 4 bytes before each (M2TS, 192),
/// or with 16 bytes of parity behind each (204).
struct PacketSync: Sendable {
    static let size = 188
    private static let strides = [188, 192, 204]

    /// Distance between packets; nil while out of sync.
    private(set) var stride: Int?

    enum Search: Sendable, Hashable {
        /// A packet begins here.
        case found(Int)
        /// Nothing before this index begins a packet; from it on more bytes are needed.
        case undecided(Int)
    }

    mutating func lose() { stride = nil }

    /// Looks for three packets in a row from `start`. `isFinal`: no more bytes will come, fewer are enough.
    mutating func search(_ bytes: [UInt8], from start: Int, isFinal: Bool) -> Search {
        var index = start
        while index < bytes.count {
            guard let candidate = bytes[index...].firstIndex(of: 0x47) else { return .undecided(bytes.count) }
            for stride in Self.strides {
                let last = candidate + 2 * stride
                if last < bytes.count {
                    guard bytes[candidate + stride] == 0x47, bytes[last] == 0x47 else { continue }
                } else {
                    guard isFinal else { return .undecided(candidate) }
                    guard candidate + Self.size <= bytes.count,
                        candidate + stride >= bytes.count || bytes[candidate + stride] == 0x47
                    else { continue }
                }
                self.stride = stride
                return .found(candidate)
            }
            index = candidate + 1
        }
        return .undecided(bytes.count)
    }
}
