/// A set of code points.
struct CharacterClass: Sendable {
    indirect enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case category(GeneralCategorySet)
        case subset(CharacterClass)
    }

    var items: [Item] = []
    var isNegated = false
    /// Also holds the other case of what it holds.
    var foldsCase = false

    init(_ ranges: ClosedRange<UInt32>..., isNegated: Bool = false) {
        items = ranges.map { .range($0) }
        self.isNegated = isNegated
    }

    static let digits = CharacterClass(0x30...0x39)
    /// RE2's \s: without the vertical tab.
    static let blanks = CharacterClass(0x09...0x0A, 0x0C...0x0D, 0x20...0x20)
    static let wordCharacters = CharacterClass(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    static let all = CharacterClass(0...0x10FFFF)
    static let allButNewline = CharacterClass(0x0A...0x0A, isNegated: true)

    var negated: CharacterClass {
        var copy = self
        copy.isNegated.toggle()
        return copy
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if holds(scalar) { return !isNegated }
        guard foldsCase else { return isNegated }
        return CaseFolding.variants(of: scalar).contains(where: holds) != isNegated
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        items.contains { item in
            switch item {
            case .range(let range): range.contains(scalar.value)
            case .category(let set): set.contains(scalar)
            case .subset(let other): other.contains(scalar)
            }
        }
    }

    /// The POSIX classes of `[[:name:]]`, all ASCII.
    static func posix(_ name: String) -> CharacterClass? {
        switch name {
        case "alnum": CharacterClass(0x30...0x39, 0x41...0x5A, 0x61...0x7A)
        case "alpha": CharacterClass(0x41...0x5A, 0x61...0x7A)
        case "ascii": CharacterClass(0...0x7F)
        case "blank": CharacterClass(0x09...0x09, 0x20...0x20)
        case "cntrl": CharacterClass(0...0x1F, 0x7F...0x7F)
        case "digit": digits
        case "graph": CharacterClass(0x21...0x7E)
        case "lower": CharacterClass(0x61...0x7A)
        case "print": CharacterClass(0x20...0x7E)
        case "punct": CharacterClass(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E)
        case "space": CharacterClass(0x09...0x0D, 0x20...0x20)
        case "upper": CharacterClass(0x41...0x5A)
        case "word": wordCharacters
        case "xdigit": CharacterClass(0x30...0x39, 0x41...0x46, 0x61...0x66)
        default: nil
        }
    }
}

/// Code points of some general categories, or of a script: `\p{Lu}`, `\pN`, `\p{Han}`.
enum GeneralCategorySet: Sendable {
    case categories(Set<String>)
    case script([ClosedRange<UInt32>])

    init?(_ name: String) {
        if name == "Any" {
            self = .script([0...0x10FFFF])
            return
        }
        if let ranges = Self.scripts[name] {
            self = .script(ranges)
            return
        }
        let matching = Self.names.filter { $0 == name || (name.utf8.count == 1 && $0.hasPrefix(name)) }
        guard !matching.isEmpty else { return nil }
        self = .categories(Set(matching))
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .categories(let names): names.contains(Self.name(scalar.properties.generalCategory))
        case .script(let ranges): ranges.contains { $0.contains(scalar.value) }
        }
    }

    private static let names = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm",
        "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
    ]

    /// The scripts that texts here are written in; blocks, not every stray character. Source: Unicode, Scripts.txt.
    private static let scripts: [String: [ClosedRange<UInt32>]] = [
        "Han": [
            0x2E80...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xF900...0xFAD9, 0x20000...0x323AF,
        ],
        "Latin": [
            0x41...0x5A, 0x61...0x7A, 0xAA...0xAA, 0xBA...0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x1E00...0x1EFF,
        ],
        "Greek": [
            0x370...0x373, 0x375...0x377, 0x37A...0x37D, 0x37F...0x37F, 0x384...0x3E1, 0x3F0...0x3FF, 0x1F00...0x1FFE,
        ],
        "Cyrillic": [0x400...0x52F, 0x1C80...0x1C88, 0x1D2B...0x1D2B, 0x2DE0...0x2DFF, 0xA640...0xA69F],
        "Hiragana": [0x3041...0x3096, 0x309D...0x309F],
        "Katakana": [0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF],
        "Hangul": [0x1100...0x11FF, 0x3131...0x318E, 0xAC00...0xD7A3],
    ]

    private static func name(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        default: "Cn"
        }
    }
}

/// Letters that differ in case only.
enum CaseFolding {
    /// The other letters that a case-insensitive pattern takes for this one.
    static func variants(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.value < 0x80 {
            guard UInt8(truncatingIfNeeded: scalar.value | 0x20) &- 0x61 < 26 else { return [] }
            var variants = [Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value ^ 0x20))]
            // U+017F and U+212A fold to s and k.
            if scalar.value | 0x20 == 0x73 { variants.append("\u{17F}") }
            if scalar.value | 0x20 == 0x6B { variants.append("\u{212A}") }
            return variants
        }
        var variants: [Unicode.Scalar] = []
        for first in [single(scalar.properties.lowercaseMapping), single(scalar.properties.uppercaseMapping)] {
            guard let first else { continue }
            variants.append(first)
            for second in [single(first.properties.lowercaseMapping), single(first.properties.uppercaseMapping)] {
                if let second { variants.append(second) }
            }
        }
        return variants.filter { $0 != scalar }
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}
