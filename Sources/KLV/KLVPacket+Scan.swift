/// What ``KLVPacket/scan(_:)`` met beside the items.
public struct ScanSummary: Sendable, Hashable {
    /// False when the items break off before the end of the packet.
    public var isComplete = true
    /// Items with something wrong, by reason.
    public var wrongLengths = 0
    public var badTexts = 0
    public var unknownTags = 0

    public init() {}

    @inlinable
    mutating func count(_ issue: LocalSetItem.Issue) {
        switch issue {
        case .wrongLength: wrongLengths &+= 1
        case .badText: badTexts &+= 1
        case .unknownTag: unknownTags &+= 1
        case .malformedSet: break
        }
    }
}

extension KLVPacket {
    /// One pass over the items of an ST 0601 packet, in their order, that makes nothing on the heap: numbers as
    /// ``PacketDecoder/decode(_:)`` gives them, nested sets and packs by where they lie. Packets of other sets have none.
    ///
    /// Inlinable, so that `visit` becomes part of the pass: a call for each item costs more than reading it.
    @inlinable
    public func scan(_ visit: (ScannedItem) -> Void) -> ScanSummary {
        var summary = ScanSummary()
        guard set == .st0601 else { return summary }
        let table = ScanTable.st0601
        let rows = table.rows.span
        let mappings = table.mappings.span
        let bytes = self.bytes.span.extracting(0..<min(max(value.upperBound, 0), self.bytes.count))
        let end = bytes.count
        var position = min(max(value.lowerBound, 0), end)
        while position < end {
            guard let tag = BER.identifier(bytes, &position, end), let length = BER.length(bytes, &position, end),
                length <= end &- position
            else {
                summary.isComplete = false
                return summary
            }
            let range = position..<position &+ length
            position = range.upperBound
            let (value, issue) = Self.value(rows, tag < rows.count ? tag : 0, bytes, mappings, range)
            if let issue { summary.count(issue) }
            visit(ScannedItem(tag: tag, value: value, range: range, issue: issue))
        }
        return summary
    }

    /// Fields of a row are read where they lie: a copy of it would cost more than what is done with it.
    @inlinable @inline(__always)
    static func value(
        _ rows: Span<ScanRow>, _ row: Int, _ bytes: Span<UInt8>, _ mappings: Span<IMAPB>, _ range: Range<Int>
    ) -> (ScannedItem.Value, LocalSetItem.Issue?) {
        let length = range.upperBound &- range.lowerBound
        if length == 0 { return (.unknown, rows[row].kind == .unknownTag ? .unknownTag : nil) }
        let raw = BER.unsigned(bytes, range)
        switch rows[row].kind {
        case .scaled:
            if length != rows[row].width {
                guard rows[row].widens, length > rows[row].width, length <= 8, raw <= rows[row].largest else { break }
            }
            if raw == rows[row].reserved { return (.special(rows[row].special), nil) }
            // Converted without a sign: the signed conversion waits for the number before it (x86-64, SSE2).
            let number = Double(raw ^ rows[row].sign) - rows[row].bias
            return (.real(number * rows[row].factor / rows[row].divisor + rows[row].offset), nil)
        case .unsigned where length <= 8:
            return (.unsigned(raw), nil)
        case .signed where length <= 8:
            let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* length)
            return (.signed(Int64(bitPattern: raw &<< shift) &>> Int64(bitPattern: shift)), nil)
        case .mapped where length <= rows[row].width:
            switch mappings[rows[row].mapping + length - 1].decode(raw) {
            case .real(let value): return (.real(value), nil)
            case .special(let special): return (.special(special), nil)
            }
        case .real where length == 4:
            return (.real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw)))), nil)
        case .real where length == 8:
            return (.real(Double(bitPattern: raw)), nil)
        case .text: return (.text, isText(bytes, range, raw) ? nil : .badText)
        case .nested: return (.nested, nil)
        case .bytes: return (.bytes, nil)
        case .unknownTag: return (.bytes, .unknownTag)
        case .unsigned, .signed, .mapped, .real: break
        }
        return (.bytes, .wrongLength)
    }

    /// `tail` has the last eight bytes.
    @inlinable @inline(__always)
    static func isText(_ bytes: Span<UInt8>, _ range: Range<Int>, _ tail: UInt64) -> Bool {
        var all = tail
        var start = range.lowerBound
        while start < range.upperBound &- 8 {
            all |= BER.word(bytes.extracting(start..<start &+ 8))
            start &+= 8
        }
        return all & 0x8080_8080_8080_8080 == 0 || (try? UTF8Span(validating: bytes.extracting(range))) != nil
    }
}
