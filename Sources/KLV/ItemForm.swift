/// How the bytes of an item are to be read, and written.
enum ItemForm: Sendable, Hashable {
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
    /// IEEE 754 in four or eight bytes; written in `bytes`.
    case real(bytes: Int)
    /// A BER-OID number.
    case identifier
    /// UTF-8 of at most `limit` bytes.
    case text(limit: Int)
    /// UTF-16, big-endian.
    case wideText
    /// Fields one after another; the pack may end after any of the `ends` (numbers of fields). A field whose form does
    /// not say its length takes all the bytes that are left.
    case pack([ItemDefinition], ends: [Int])
    /// A BER length before each pack.
    case packs([ItemDefinition], ends: [Int])
    /// A BER length, then the form; length zero is unknown. A field of a pack.
    indirect case measured(ItemForm)
    /// Numbers of a few bits each: of a BER-OID number, or of a big-endian one of `bytes` bytes.
    case bits([BitField], bytes: Int?)
    /// The number of each bit set; bit 0 is the lowest of the last byte.
    case bitSet(name: String)
    /// Two fields that have half of the bytes each.
    case halves([ItemDefinition])
    /// ST 1303 array of one or two dimensions. One row given: it names all elements. Several: they are the rows of the
    /// array, and the columns are the members.
    case array([ItemDefinition])
    /// ST 1010 standard deviations and correlations of the items that precede.
    case deviations
    /// ST 0806 user data: of the type that item 1 of the same set says.
    case userData
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
    case bytes

    /// True of a field that a pack may hold without bytes.
    var mayBeEmpty: Bool {
        switch self {
        case .identifier, .bits, .uuid: false
        default: NumberForm.width(self) == nil
        }
    }
}

/// A number of `width` bits (at most 16), of which the lowest is bit `low` of the whole.
struct BitField: Sendable, Hashable {
    let name: String
    let low: Int
    let width: Int

    init(_ name: String, _ low: Int, width: Int = 1) {
        self.name = name
        self.low = low
        self.width = width
    }
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
    case rvt, rvtUserDefined, pointOfInterest, areaOfInterest
    case sarMotionImagery, rangeImage, transformation, geoRegistration, compositeImaging

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
        case .rvt: ST0806.table
        case .rvtUserDefined: ST0806.userDefined
        case .pointOfInterest: ST0806.pointOfInterest
        case .areaOfInterest: ST0806.areaOfInterest
        case .sarMotionImagery: ST1206.table
        case .rangeImage: ST1002.table
        case .transformation: ST1202.table
        case .geoRegistration: ST1601.table
        case .compositeImaging: ST1602.table
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
