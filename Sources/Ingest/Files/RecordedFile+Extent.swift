import Foundation

extension RecordedFile {
    /// Boxes or elements looked at.
    private static let extentLimit = 100_000

    /// True when the container says that there was more than the file holds: its last box (ISO/IEC 14496-12, 4.2) or element
    /// (RFC 8794, 6) goes on beyond the end. Only their heads are read. A transport stream cannot tell.
    var isCut: Bool {
        defer { try? handle.seek(toOffset: 0) }
        return switch container {
        case .transportStream: false
        case .mp4: hasCutBox
        case .matroska: hasCutElement
        }
    }

    private func head(at offset: UInt64, _ count: Int) -> [UInt8] {
        guard offset < size, (try? handle.seek(toOffset: offset)) != nil else { return [] }
        return [UInt8]((try? handle.read(upToCount: count)) ?? Data())
    }

    private var hasCutBox: Bool {
        var offset: UInt64 = 0
        for _ in 0..<Self.extentLimit {
            let head = head(at: offset, 16)
            // What is no box behind the last one was put there by others.
            guard head.count >= 8, head[4..<8].allSatisfy({ $0 >= 32 && $0 < 127 }) else { return false }
            var length = Self.number(head[..<4])
            if length == 1 {
                guard head.count == 16 else { return true }
                length = Self.number(head[8...])
            }
            // Nought: up to the end, wherever that is.
            guard length >= 8 else { return false }
            let (end, isOver) = offset.addingReportingOverflow(length)
            if isOver || end > size { return true }
            offset = end
        }
        return false
    }

    private var hasCutElement: Bool {
        var offset: UInt64 = 0
        for _ in 0..<Self.extentLimit {
            let head = head(at: offset, 12)
            guard let first = head.first, first >= 0x10 else { return false }
            let idLength = first.leadingZeroBitCount + 1
            guard head.count > idLength, head[idLength] > 0 else { return false }
            let sizeLength = head[idLength].leadingZeroBitCount + 1
            guard head.count >= idLength + sizeLength else { return true }
            let id = Self.number(head[..<idLength])
            let coded = head[idLength..<(idLength + sizeLength)]
            let mask = (UInt64(1) << UInt64(7 * sizeLength)) &- 1
            let length = Self.number(coded) & mask
            let body = offset + UInt64(idLength + sizeLength)
            let isUnknown = length == mask
            if !isUnknown {
                let (end, isOver) = body.addingReportingOverflow(length)
                if isOver || end > size { return true }
                offset = end
            } else if id == 0x1853_8067 {
                // A segment of unknown length: its elements have theirs.
                offset = body
            } else {
                return false
            }
        }
        return false
    }

    /// Big-endian, of eight bytes at most.
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
