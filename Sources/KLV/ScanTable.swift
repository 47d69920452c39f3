/// The rows of a set's table as plain numbers: what the pass over a packet reads in place of ``ItemForm``, which lies on
/// the heap. Built from the same table, so that both give the same.
@usableFromInline
struct ScanTable: Sendable {
    @usableFromInline static let st0601 = ScanTable(ST0601.table)

    /// By tag.
    @usableFromInline let rows: [ScanRow]
    /// Eight for each mapped item, for lengths of 1 to 8 bytes.
    @usableFromInline let mappings: [IMAPB]

    init(_ table: LocalSetTable) {
        var rows: [ScanRow] = []
        var mappings: [IMAPB] = []
        for definition in table.definitions {
            while rows.count <= definition.tag { rows.append(ScanRow()) }
            var row = ScanRow(definition.form)
            if case .imapb(let low, let high, _, let limit) = definition.form {
                let own = (1...8).compactMap { IMAPB(low, high, bytes: $0) }
                row = own.count == 8 ? ScanRow(mapping: mappings.count, limit: limit) : ScanRow(.bytes)
                mappings += own
            }
            rows[definition.tag] = row
        }
        self.rows = rows
        self.mappings = mappings
    }
}

/// How the value of one item is to be read.
@usableFromInline
struct ScanRow: Sendable {
    @usableFromInline
    enum Kind: UInt8, Sendable {
        case unknownTag, unsigned, signed, scaled, mapped, real, text, bytes, nested
    }

    @usableFromInline private(set) var kind = Kind.unknownTag
    /// What the code ``reserved`` stands for.
    @usableFromInline private(set) var special = SpecialValue.reserved
    @usableFromInline private(set) var widens = false
    /// Bytes of the item; of mapped ones at most.
    @usableFromInline private(set) var width = 0
    /// The largest code of ``width`` bytes.
    @usableFromInline private(set) var largest: UInt64 = 0
    /// The sign bit of two's complement; 0 of numbers without a sign.
    @usableFromInline private(set) var sign: UInt64 = 0
    /// The value of the sign bit.
    @usableFromInline private(set) var bias = 0.0
    /// The most negative code; no code where nothing is reserved.
    @usableFromInline private(set) var reserved = UInt64.max
    /// number × ``factor`` / ``divisor`` + ``offset``.
    @usableFromInline private(set) var factor = 0.0
    @usableFromInline private(set) var divisor = 1.0
    @usableFromInline private(set) var offset = 0.0
    /// First of the item's mappings.
    @usableFromInline private(set) var mapping = 0

    init() {}

    init(mapping: Int, limit: Int) {
        kind = .mapped
        self.mapping = mapping
        width = min(limit, 8)
    }

    init(_ form: ItemForm) {
        switch form {
        case .unsigned, .count: kind = .unsigned
        case .signed, .signedCount: kind = .signed
        case .linear(let bytes, let low, let high, let widens):
            scale(bytes)
            self.widens = widens
            (factor, divisor, offset) = (high - low, Double(largest), low)
        case .symmetric(let bytes, let high, let special):
            scale(bytes)
            self.special = special
            sign = largest / 2 + 1
            bias = Double(sign)
            reserved = sign
            (factor, divisor) = (high, Double(largest / 2))
        case .real: kind = .real
        case .text: kind = .text
        case .bytes: kind = .bytes
        default: kind = .nested
        }
    }

    private mutating func scale(_ bytes: Int) {
        kind = .scaled
        width = bytes
        largest = UInt64.max >> UInt64(64 - 8 * min(max(bytes, 1), 8))
    }
}
