/// One item of a local set, decoded; or to be encoded, when only ``tag`` and ``value`` count.
public struct LocalSetItem: Sendable, Hashable {
    /// What was wrong with an item that was kept all the same.
    public enum Issue: String, Sendable, Hashable, CaseIterable {
        /// The length is not the standard's: the value is kept raw, unless the item is known to come longer in the field.
        case wrongLength = "wrong_length"
        /// Text with bytes that are not of its encoding; they were replaced.
        case badText = "bad_text"
        /// A nested set or series that breaks off: the value is kept raw.
        case malformedSet = "malformed_set"
        /// No such tag in the table: the value is kept raw.
        case unknownTag = "unknown_tag"
    }

    public var tag: Int
    /// The standard's name in lowerCamelCase: `platformHeadingAngle`.
    public var name: String
    /// `deg`, `m`, `m/s`, …; "" for what has none.
    public var unit: String
    public var value: LocalSetValue
    public var issue: Issue?

    public init(tag: Int, name: String, unit: String, value: LocalSetValue, issue: Issue? = nil) {
        self.tag = tag
        self.name = name
        self.unit = unit
        self.value = value
        self.issue = issue
    }

    /// An item to be encoded.
    public init(_ tag: Int, _ value: LocalSetValue) {
        self.init(tag: tag, name: "", unit: "", value: value)
    }
}

public enum LocalSetValue: Sendable, Hashable {
    /// Zero length: unknown or not available now. Clears what was said before.
    case unknown
    case unsigned(UInt64)
    case signed(Int64)
    case real(Double)
    case text(String)
    case special(SpecialValue)
    /// A nested local set, or a pack with its fields numbered from 1.
    case set([LocalSetItem])
    case series([SeriesElement])
    /// Bytes that have no form here.
    case raw([UInt8])

    /// The number it holds, in the item's unit; nil for everything else.
    public var number: Double? {
        switch self {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        case .real(let value): value.isFinite ? value : nil
        default: nil
        }
    }

    public var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The non-negative whole number it holds.
    public var count: UInt64? {
        switch self {
        case .unsigned(let value): value
        case .signed(let value): UInt64(exactly: value)
        default: nil
        }
    }

    public var items: [LocalSetItem]? {
        if case .set(let items) = self { items } else { nil }
    }

    public var elements: [SeriesElement]? {
        if case .series(let elements) = self { elements } else { nil }
    }
}

/// One member of a series: a VTarget pack has the target's id, other members have none.
public struct SeriesElement: Sendable, Hashable {
    public var id: UInt64?
    public var items: [LocalSetItem]

    public init(id: UInt64? = nil, items: [LocalSetItem]) {
        self.id = id
        self.items = items
    }
}

extension Sequence<LocalSetItem> {
    /// The value of the first item with `tag`.
    public func value(_ tag: Int) -> LocalSetValue? {
        first { $0.tag == tag }?.value
    }
}
