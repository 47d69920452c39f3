/// Turns PES payloads of one KLV stream into units of KLV: the cells of the synchronous carriage are opened and their
/// fragments joined, and keys that lost their first five bytes on the way are restored.
struct MetadataUnits: Sendable {
    /// 06 0E 2B 34.
    private static let prefix: [UInt8] = [0x06, 0x0E, 0x2B, 0x34]
    /// What remains of the ST 0601 key when a multiplexer took its first five bytes for a cell header.
    private static let beheaded: [UInt8] = [0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01]

    let limit: Int
    /// Fragments of a metadata access unit whose last is still to come.
    private var fragments: PESAssembler.Unit?

    init(limit: Int) { self.limit = limit }

    /// True when a payload of unannounced private data is KLV.
    static func isKLV(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: prefix) || bytes.starts(with: beheaded)
            || (bytes.count > 9 && bytes[2] & 0x0F == 0x0F && bytes[5...].starts(with: prefix))
    }

    /// Units go to `emit`; the number of malformed cells is returned.
    mutating func read(
        _ unit: PESAssembler.Unit, _ carriage: StreamKind.Carriage, _ emit: (PESAssembler.Unit) -> Void
    ) -> Int64 {
        let bytes = unit.bytes
        if bytes.starts(with: Self.prefix) {
            emit(unit)
            return 0
        }
        if bytes.starts(with: Self.beheaded) {
            var whole = unit
            whole.bytes = Self.prefix + [0x02] + bytes
            emit(whole)
            return 0
        }
        let hasCells = carriage == .synchronous || Self.isKLV(bytes)
        guard hasCells else {
            emit(unit)
            return 0
        }
        return openCells(unit, emit)
    }

    /// The stream or its map ended: an unfinished access unit is lost.
    mutating func end() -> Int64 {
        defer { fragments = nil }
        return fragments == nil ? 0 : 1
    }

    private mutating func openCells(_ unit: PESAssembler.Unit, _ emit: (PESAssembler.Unit) -> Void) -> Int64 {
        let bytes = unit.bytes
        var malformed: Int64 = 0
        var position = 0
        while bytes.count - position >= 5 {
            let length = Int(bytes[position + 3]) << 8 | Int(bytes[position + 4])
            let start = position + 5
            let end = min(start + length, bytes.count)
            var cell = unit
            cell.bytes = Array(bytes[start..<end])
            if end - start < length {
                malformed += 1
                cell.isDamaged = true
            }
            malformed += join(cell, fragmentation: bytes[position + 2] >> 6, emit)
            position = end
        }
        return malformed
    }

    /// `fragmentation` 3 is a whole access unit, 2 its first part, 0 a middle one, 1 its last.
    private mutating func join(
        _ cell: PESAssembler.Unit, fragmentation: UInt8, _ emit: (PESAssembler.Unit) -> Void
    ) -> Int64 {
        switch fragmentation {
        case 3:
            let lost = end()
            emit(cell)
            return lost
        case 2:
            let lost = end()
            fragments = cell
            return lost
        default:
            guard var joined = fragments, joined.bytes.count + cell.bytes.count <= limit else {
                fragments = nil
                return 1
            }
            joined.bytes += cell.bytes
            joined.isDamaged = joined.isDamaged || cell.isDamaged
            fragments = fragmentation == 1 ? nil : joined
            if fragmentation == 1 { emit(joined) }
            return 0
        }
    }
}
