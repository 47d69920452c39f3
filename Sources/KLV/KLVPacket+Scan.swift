/// What ``KLVPacket/scan(_:)`` met beside the items.
public struct ScanSummary: Sendable, Hashable {
    /// False when the items break off before the end of the packet.
    public var isComplete = true
    /// Items with something wrong, by reason.
    public var wrongLengths = 0
    public var badTexts = 0
    public var unknownTags = 0

    public init() {}
}

extension KLVPacket {
    /// One pass over the items of an ST 0601 packet, in their order, that makes nothing on the heap: numbers as
    /// ``PacketDecoder/decode(_:)`` gives them, nested sets and packs by where they lie. Packets of other sets have none.
    public func scan(_ visit: (ScannedItem) -> Void) -> ScanSummary {
        var summary = ScanSummary()
        guard set == .st0601 else { return summary }
        let table = ScanTable.st0601
        let rows = table.rows.span
        let mappings = table.mappings.span
        let bytes = self.bytes.span
        let end = min(max(value.upperBound, 0), bytes.count)
        var position = min(max(value.lowerBound, 0), end)
        while position < end {
            guard let tag = BER.identifier(bytes, &position, end), let length = BER.length(bytes, &position, end),
                length <= end - position
            else {
                summary.isComplete = false
                return summary
            }
            let range = position..<position + length
            position = range.upperBound
            var item = ScannedItem(tag: tag, value: .bytes, range: range, issue: nil)
            if tag < rows.count {
                Self.read(rows[tag], bytes, mappings, &item)
            } else {
                Self.read(ScanRow(), bytes, mappings, &item)
            }
            switch item.issue {
            case nil: break
            case .wrongLength?: summary.wrongLengths &+= 1
            case .badText?: summary.badTexts &+= 1
            case .unknownTag?: summary.unknownTags &+= 1
            case .malformedSet?: break
            }
            visit(item)
        }
        return summary
    }

    @inline(__always)
    private static func read(
        _ row: ScanRow, _ bytes: Span<UInt8>, _ mappings: Span<IMAPB>, _ item: inout ScannedItem
    ) {
        if row.kind == .unknownTag { item.issue = .unknownTag }
        if item.range.isEmpty {
            item.value = .unknown
            return
        }
        switch row.kind {
        case .unknownTag, .bytes: return
        case .nested:
            item.value = .nested
            return
        case .text:
            item.value = .text
            if !isText(bytes, item.range) { item.issue = .badText }
            return
        default: break
        }
        guard item.range.count <= 8, let value = number(row, bytes, mappings, item.range) else {
            item.issue = .wrongLength
            return
        }
        item.value = value
    }

    /// Of 1…8 bytes. Nil when the length cannot be one of the form.
    @inline(__always)
    private static func number(
        _ row: ScanRow, _ bytes: Span<UInt8>, _ mappings: Span<IMAPB>, _ range: Range<Int>
    ) -> ScannedItem.Value? {
        let raw = BER.unsigned(bytes, range)
        switch row.kind {
        case .unsigned:
            return .unsigned(raw)
        case .signed:
            return .signed(extended(raw, range.count))
        case .linear:
            guard range.count == row.width || (row.widens && range.count > row.width && raw <= row.top) else {
                return nil
            }
            // Below 2⁶³ a signed number converts at once, and to the same.
            let number = Double(Int64(truncatingIfNeeded: raw))
            return .real(number * row.factor / row.divisor + row.offset)
        case .symmetric:
            guard range.count == row.width else { return nil }
            let signed = extended(raw, range.count)
            if signed < -Int64(bitPattern: row.top) { return .special(row.special) }
            return .real(Double(signed) * row.factor / row.divisor)
        case .mapped:
            guard range.count <= row.width else { return nil }
            switch mappings[row.mapping + range.count - 1].decode(raw) {
            case .real(let value): return .real(value)
            case .special(let special): return .special(special)
            }
        case .real:
            if range.count == 4 { return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw)))) }
            return range.count == 8 ? .real(Double(bitPattern: raw)) : nil
        case .unknownTag, .text, .bytes, .nested:
            return nil
        }
    }

    /// Two's complement of `count` bytes.
    @inline(__always)
    private static func extended(_ raw: UInt64, _ count: Int) -> Int64 {
        let shift = UInt64(64 &- 8 &* count)
        return Int64(truncatingIfNeeded: raw &<< shift) &>> Int64(shift)
    }

    @inline(__always)
    private static func isText(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var all: UInt8 = 0
        for index in range { all |= bytes[index] }
        return all < 0x80 || (try? UTF8Span(validating: bytes.extracting(range))) != nil
    }
}
