/// The rows of a set's table as plain numbers: what the pass over a packet reads in place of ``ItemForm``, which lies on
/// the heap. Built from the same table, so that both give the same.
struct ScanTable: Sendable {
    static let st0601 = ScanTable(ST0601.table)

    /// By tag.
    let rows: [ScanRow]
    /// Eight for each mapped item, for lengths of 1 to 8 bytes.
    let mappings: [IMAPB]

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
struct ScanRow: Sendable {
    enum Kind: UInt8, Sendable {
        case unknownTag, unsigned, signed, linear, symmetric, mapped, real, text, bytes, nested
    }

    private(set) var kind = Kind.unknownTag
    /// Bytes of the item; of mapped ones at most.
    private(set) var width = 0
    private(set) var widens = false
    private(set) var special = SpecialValue.reserved
    /// raw × ``factor`` / ``divisor`` + ``offset``.
    private(set) var factor = 0.0
    private(set) var divisor = 1.0
    private(set) var offset = 0.0
    /// Largest raw value.
    private(set) var top: UInt64 = 0
    /// First of the item's mappings.
    private(set) var mapping = 0

    init() {}

    init(mapping: Int, limit: Int) {
        kind = .mapped
        self.mapping = mapping
        width = limit
    }

    init(_ form: ItemForm) {
        switch form {
        case .unsigned, .count: kind = .unsigned
        case .signed, .signedCount: kind = .signed
        case .linear(let bytes, let low, let high, let widens):
            kind = .linear
            width = bytes
            self.widens = widens
            top = Self.largest(bytes)
            (factor, divisor, offset) = (high - low, Double(top), low)
        case .symmetric(let bytes, let high, let special):
            kind = .symmetric
            width = bytes
            self.special = special
            top = Self.largest(bytes) >> 1
            (factor, divisor) = (high, Double(top))
        case .real: kind = .real
        case .text: kind = .text
        case .bytes: kind = .bytes
        default: kind = .nested
        }
    }

    private static func largest(_ width: Int) -> UInt64 { UInt64.max >> UInt64(64 - 8 * min(max(width, 1), 8)) }
}
