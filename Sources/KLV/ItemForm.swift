/// How the bytes of an item are to be read, and written.
indirect enum ItemForm: Sendable, Hashable {
    /// Whole number of `bytes` bytes; other lengths up to 8 are read all the same.
    case unsigned(bytes: Int)
    /// Whole number written as short as it goes.
    case count
    case signed(bytes: Int)
    case signedCount
    /// raw × (max − min) / (2ⁿ − 1) + min. `widens`: known to come in more bytes, as the same number.
    case linear(bytes: Int, Double, Double, widens: Bool = false)
    /// raw × max / (2ⁿ⁻¹ − 1); the most negative code is `special`.
    case symmetric(bytes: Int, Double, special: SpecialValue)
    /// One to three bytes, each length with the scale of three: ST 0903 before .4.
    case offset(Double)
    /// Written in `bytes` bytes, read in any length up to `limit`.
    case imapb(Double, Double, bytes: Int, limit: Int)
    /// UTF-8 of at most `limit` bytes.
    case text(limit: Int)
    /// UTF-16, big-endian.
    case wideText
    /// Fields one after another; the pack may end after any of the `ends` (numbers of fields).
    case pack([ItemDefinition], ends: [Int])
    /// A BER length before each pack.
    case packs([ItemDefinition], ends: [Int])
    case set(SetTable)
    /// A BER length before each set.
    case sets(SetTable)
    /// A BER length before each target: its BER-OID id, then its items.
    case targets
    /// A BER length before each whole number.
    case counts(name: String)
    /// A BER length before each pixel number and BER run length.
    case pixelRuns
    /// BER-OID numbers one after another, as many as there are (at most `limit`), named.
    case identifiers([String], repeats: Bool)
    /// ST 0601 item 115: id, length-prefixed text, optional time.
    case command
    /// ST 1204 core identifier: version, usage, UUIDs.
    case coreIdentifier
    /// 16 bytes, shown in canonical form.
    case uuid
    /// A set of a standard that is not decoded here: tags by number, values raw. Raw whole when it does not parse.
    case opaqueSet
    case bytes
}

/// A row of a table.
struct ItemDefinition: Sendable, Hashable {
    let tag: Int
    let name: String
    let unit: String
    let form: ItemForm
    /// The form of sets of ST 0903 before .4, where it was another.
    let legacy: ItemForm?

    init(_ tag: Int, _ name: String, _ form: ItemForm, legacy: ItemForm? = nil) {
        self.init(tag, name, "", form, legacy: legacy)
    }

    init(_ tag: Int, _ name: String, _ unit: String, _ form: ItemForm, legacy: ItemForm? = nil) {
        self.tag = tag
        self.name = name
        self.unit = unit
        self.form = form
        self.legacy = legacy
    }
}

/// The tables, by name.
enum SetTable: Sendable, Hashable {
    case st0601, st0102, vmti, vTarget, vMask, vObject, vFeature, vTracker, vChip, algorithm, ontology

    var table: LocalSetTable {
        switch self {
        case .st0601: ST0601.table
        case .st0102: ST0102.table
        case .vmti: ST0903.vmti
        case .vTarget: ST0903.vTarget
        case .vMask: ST0903.vMask
        case .vObject: ST0903.vObject
        case .vFeature: ST0903.vFeature
        case .vTracker: ST0903.vTracker
        case .vChip: ST0903.vChip
        case .algorithm: ST0903.algorithm
        case .ontology: ST0903.ontology
        }
    }
}

/// The items of one set, found by tag.
struct LocalSetTable: Sendable {
    private let rows: [ItemDefinition?]

    init(_ definitions: [ItemDefinition]) {
        var rows: [ItemDefinition?] = Array(repeating: nil, count: (definitions.map(\.tag).max() ?? 0) + 1)
        for definition in definitions { rows[definition.tag] = definition }
        self.rows = rows
    }

    subscript(tag: Int) -> ItemDefinition? {
        tag >= 0 && tag < rows.count ? rows[tag] : nil
    }

    var definitions: [ItemDefinition] { rows.compactMap { $0 } }
}
