/// Attachments of which only the beginning has arrived, in memory: a restart begins them anew.
struct PartialAttachments: Sendable {
    struct Part: Sendable {
        var bytes: [UInt8] = []
        /// Of the whole file.
        var total: Int
        var touched: Int
    }

    /// Begun at one time; beyond, the one that nobody has added to for longest is forgotten.
    static let limit = 16

    private var parts: [String: Part] = [:]
    private var moves = 0

    /// Bytes that are there.
    func offset(_ sha256: String) -> Int { parts[sha256]?.bytes.count ?? 0 }

    /// Adds what follows `offset`; false when that is not where the part ends, or the whole has another length.
    mutating func append(_ bytes: [UInt8], to sha256: String, at offset: Int, of total: Int) -> Bool {
        var part = parts[sha256] ?? Part(total: total, touched: 0)
        guard part.bytes.count == offset, part.total == total, offset + bytes.count <= total else { return false }
        moves += 1
        part.bytes += bytes
        part.touched = moves
        parts[sha256] = part
        if parts.count > Self.limit, let oldest = parts.min(by: { $0.value.touched < $1.value.touched })?.key {
            parts[oldest] = nil
        }
        return true
    }

    /// The file when all of it is there; it is kept no longer.
    mutating func takeWhole(_ sha256: String) -> [UInt8]? {
        guard let part = parts[sha256], part.bytes.count == part.total else { return nil }
        parts[sha256] = nil
        return part.bytes
    }
}
